"""What is asked about, feared, foreseen or read: "does it give headaches?", "en cas de fièvre"."""

from typing import Final

from recruit.referrals.safety.signs import Kind
from recruit.referrals.safety.stream import word_set
from recruit.referrals.safety.surroundings import Candidate, Surroundings

# Mine, this one: what is spoken of so is there.
_REAL: Final = word_set(
    "my mes mon ma this these ces cette cet having am since depuis already deja suis been"
)
_AFTER: Final = word_set(
    "since depuis hier yesterday now maintenant already deja today aujourd again encore last"
    " matin morning"
)
_UNSURE: Final = word_set(
    "sais savoir demande know wonder wondering sure certain pense think understand comprends"
)
_LINKS: Final = word_set(
    "de d du des la le les l un une a an the any some to me m vous you us get getting be being feel"
    " feeling avoir etre maux people patients someone side effects or ou and et , like such as"
    " comme tels que serious severe graves grave more bad strong long term faire tomber become with"
    " over en nous te them have fall ill malade ever become effets nuit sleepy trouble l"
)
_NOT_FIRST: Final = word_set("i j je my mes mon ma am suis ai")
_CONFIRMED: Final = word_set(
    "exactly exactement confirm confirme confirms likewise pareil pareille too appelle ringing"
    " calling precisement justement"
)
_GAP: Final = 8
_FALLING: Final = word_set("become get fall tombe tombais devenais devient")
_CONDITION: Final = word_set("si if should suppose supposing")
_PAST: Final = word_set("vomi had did eu ete was were")
_PEOPLE: Final = word_set(
    "people others gens participants patients femmes women autres quels quelles side hommes"
)
_MINE: Final = word_set("my mes mon ma am ai suis feel sens have m had j i je")


def supposed(around: Surroundings, sign: Candidate) -> bool:
    """Whether `sign` is surely only supposed."""
    clause = around.clause(sign.first)
    if set(around.words[sign.last : clause.end]) & _AFTER:
        return False
    sentence = around.sentence(sign.first)
    if _CONFIRMED & set(around.words[sentence[0].start : sentence[-1].end]):
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
    """Whether it is asked of all: “do people fall ill from it?”."""
    sentence = around.sentence(sign.first)
    words = set(around.words[sentence[0].start : sentence[-1].end])
    return not words & _MINE and bool(words & _PEOPLE)
