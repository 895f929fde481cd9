"""What is told of somebody else: "ma mère a eu un AVC", "my neighbour fell".

A relative may also write for, or about, the person who takes part, and often says nothing of that.
So a sign goes only where nothing in the whole message hints at it, and something shows why it is
told: it was long before, it may run in the family, or the writer cannot come for it. Of deaths
even less is sure.
"""

from typing import Final

from recruit.referrals.safety.clauses import PRONOUNS, SELF, Clause
from recruit.referrals.safety.signs import Kind
from recruit.referrals.safety.stream import word_set
from recruit.referrals.safety.surroundings import Candidate, Surroundings

_OBJECT: Final = SELF | frozenset({"you", "vous"})
_BABY: Final = word_set("bebe baby newborn nouveau foetus fetus foetal nourrisson")
_PARTNER: Final = word_set(
    "mari femme epouse epoux wife husband partner girlfriend copine compagne conjointe boyfriend"
)
_STAFF: Final = word_set("infirmiere infirmier nurse docteur doctor medecin secretaire")
_IS: Final = word_set("est etait is was has off")
_OWN_VISIT: Final = word_set(
    "rendez appointment visit visite reschedule reporter postpone annuler cancel decaler venir come"
    " participer participate join questionnaire formulaire"
)
_TREATED: Final = word_set(
    "dose doses prise prises tablet tablets pill pills capsule capsules injection injections jab"
    " piqure piqures comprime comprimes cachet cachets gelule gelules perfusion infusion patch drip"
)
_INHERITED: Final = word_set(
    "hereditaire hereditary genetique genetic famille family antecedents risk risque eligible exclu"
    " exclude compte count matter importe"
)
_PETS: Final = word_set("chien chat chienne chatte dog cat puppy horse")
_FARTHEST: Final = 3  # clauses that go on about somebody
_THEM: Final = frozenset({"her", "him"})
_ME: Final = word_set("i je j me m moi myself us nous")
# What may stand before the subject of a clause; a verb may not ("visited my daughter, fell").
_OPENING: Final = word_set(
    "and et but mais because car parce que since as so hier yesterday then puis also aussi dans in"
    " unfortunately malheureusement hello bonjour hi sorry desole desolee when quand plus ago ans"
    " years il y a the en depuis today aujourd hui ce matin this morning last week , . ! monsieur"
    " madame dear comme qu si if et my ma mon"
)
_OF: Final = frozenset({"d", "de", "of", "from"})


def told_of_another(around: Surroundings, sign: Candidate) -> bool:
    """Whether `sign` is surely told of somebody who does not take part."""
    said = set(around.words[sign.first : sign.last])
    if sign.kind is Kind.DOSE or (_ME & said and not _THEM & said):
        return False
    if _staff(around, sign):
        return True
    relative = _relative(around, sign)
    if relative is None or any("takes part" in clause.said for clause in around.clauses):
        return False
    return relative in _PETS or _of_them(around, sign, relative)


def _of_them(around: Surroundings, sign: Candidate, relative: str) -> bool:
    if relative in _BABY or (sign.kind is Kind.PREGNANCY and relative in _PARTNER):
        return False
    if _TREATED & set(around.words):
        return False
    before = any("before" in clause.said for clause in around.clauses)
    fresh = around.sentence_says(sign.first, "renewed")
    past = before and not (fresh or sign.kind is Kind.DEATH)
    return past or _surely_theirs(around, sign)


def _relative(around: Surroundings, sign: Candidate) -> str | None:
    """The other person of whom the sign is told, by the word for them; None where it is not so."""
    number = next(n for n, each in enumerate(around.clauses) if each.holds(sign.first))
    clause = around.clauses[number]
    named = _named(around, clause, before=sign.first)
    if named is not None:
        return named
    within = around.words[clause.start : sign.first]
    # "my mother had a stroke, a fall": a clause without a subject goes on with the last one;
    # "She was sick all night." does so too.
    theirs = bool({"her", "him", "them"} & set(around.words[sign.first : sign.last]))
    hops = 0
    while (
        number
        and hops < _FARTHEST
        and (theirs or not _OBJECT & set(around.words[clause.start : clause.end]))
    ):
        if not theirs and not (set(within[:3]) & PRONOUNS or clause.comma):
            return None
        theirs = False
        hops += 1
        number -= 1
        clause = around.clauses[number]
        named = _named(around, clause, before=clause.end)
        if named is not None:
            return named
        within = around.words[clause.start : clause.end]
    return None


def _named(around: Surroundings, clause: Clause, before: int) -> str | None:
    """The relative who is the clause's subject, with nobody else up to `before`."""
    last = None
    for first, end, section in around.cues:
        if section == "relative" and clause.start <= first and end <= before:
            last = (first, end)
    if last is None:
        return None
    first, end = last
    if set(around.words[end:before]) & _OBJECT:
        return None
    if set(around.words[clause.start : first]) - _OPENING:
        return None
    return around.words[end - 1]


def _staff(around: Surroundings, sign: Candidate) -> bool:
    """The nurse is ill: "is" right between the two."""
    near = around.words[max(0, sign.first - 4) : sign.first + 1]
    return any(
        word in _STAFF and near[place + 1 : place + 2] and near[place + 1] in _IS
        for place, word in enumerate(near)
    )


def _surely_theirs(around: Surroundings, sign: Candidate) -> bool:
    """What may run in the family, a death of an illness, or a reason why the writer cannot come."""
    if _INHERITED & set(around.words):
        return True
    if sign.kind is Kind.DEATH:
        return bool(_OF & set(around.words[sign.last : sign.last + 2]))
    return bool(_OWN_VISIT & set(around.words))
