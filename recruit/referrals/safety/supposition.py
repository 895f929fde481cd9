"""What is asked about, feared, foreseen or read: "does it give headaches?", "en cas de fièvre"."""

from typing import Final

from recruit.referrals.safety.signs import Kind
from recruit.referrals.safety.surroundings import Candidate, Surroundings

# Mine, this one: what is spoken of so is there.
_REAL: Final = frozenset(
    "my mes mon ma this these ces cette cet having am since depuis already deja suis been".split()
)
_AFTER: Final = frozenset(
    "since depuis hier yesterday now maintenant already deja today aujourd again encore last"
    " matin morning".split()
)
_UNSURE: Final = frozenset(
    "sais savoir demande know wonder wondering sure certain pense think understand comprends".split()
)
_LINKS: Final = frozenset(
    "de d du des la le les l un une a an the any some to me m vous you us get getting be being feel"
    " feeling avoir etre maux people patients someone side effects or ou and et , like such as"
    " comme tels que serious severe graves grave more bad strong long term faire tomber become with"
    " over en nous te them have fall ill malade ever become effets nuit sleepy trouble l".split()
)
_NOT_FIRST: Final = frozenset("i j je my mes mon ma am suis ai".split())
_GAP: Final = 8
_FALLING: Final = frozenset("become get fall tombe tombais devenais devient".split())
_CONDITION: Final = frozenset("si if should suppose supposing".split())
_PAST: Final = frozenset("vomi had did eu ete was were".split())
_PEOPLE: Final = frozenset(
    "people others gens participants patients femmes women autres quels quelles side hommes".split()
)
_MINE: Final = frozenset("my mes mon ma am ai suis feel sens have m had j i je".split())


def supposed(around: Surroundings, sign: Candidate) -> bool:
    """Whether `sign` is surely only supposed."""
    clause = around.clause(sign.first)
    if set(around.words[sign.last : clause.end]) & _AFTER:
        return False
    asked = around.asks(sign.first)
    for first, end, section in around.cues:
        if first < clause.start or first > sign.first or sign.first - end > _GAP:
            continue
        if section == "asked" and not asked:
            continue
        if section in _SECTIONS and _applies(around, sign, first, min(end, sign.first), section):
            return True
    return asked and _of_people(around, sign)


_SECTIONS: Final = frozenset({"supposed", "asked", "listed", "quoted"})


def _applies(around: Surroundings, sign: Candidate, first: int, end: int, section: str) -> bool:
    words = around.words
    between = words[end : sign.first]
    if _UNSURE & set(words[max(0, first - 4) : first]):
        return False
    if section == "listed":
        return not between
    if section == "quoted":
        return not set(between) & _NOT_FIRST
    if _CONDITION & set(words[first : first + 2]):
        if sign.kind in {Kind.PREGNANCY, Kind.SUICIDE}:
            return bool(_FALLING & set(words[first : sign.last]))
        return not set(words[first : sign.last]) & (_PAST | _REAL)
    return not set(between) & _REAL and all(
        word in _LINKS or around.in_sign(place) for place, word in enumerate(between, end)
    )


def _of_people(around: Surroundings, sign: Candidate) -> bool:
    """ "Do people fall ill from it?", "can pregnant women take part?" """
    sentence = around.sentence(sign.first)
    words = set(around.words[sentence[0].start : sentence[-1].end])
    return not words & _MINE and bool(words & _PEOPLE)
