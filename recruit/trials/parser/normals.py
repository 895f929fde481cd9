"""Values against what is normal, without a figure: "within normal limits", "elevated creatinine".

Where the limits lie a laboratory says for itself; a variable without limits of normal is not read.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from recruit.terminology.concepts import Mention, Vocabulary
from recruit.terminology.numerals import lowered
from recruit.terminology.variables import variable
from recruit.trials.parser.bounds import Bound, Figure
from recruit.trials.parser.cues import Word

_WHOSE: Final = (
    r"(?:(?:the|our|its|their|local|institutional|institution's|laboratory|lab|age-adjusted|adult"
    r"|accepted|les|des|la|du)\s){0,3}"
)
_LIMITS: Final = (
    r"(?:normal\s(?:reference\s|laboratory\s|institutional\s)?(?:limits?|ranges?|values?)"
    r"|limits?\sof\snormal|reference\sranges?"
    r"|limites?\s(?:de\sla\snormale|des\snormales|normales?)|valeurs\snormales|normale|normes)\b"
    r"(?:\s(?:du|de\sce|for\sthe|of\sthe)\s(?:laboratoire|laboratory|institution))?"
)
# "Within twice the normal limits", "the normal limits of 10 to 40" have figures of their own.
_AGAINST: Final = re.compile(
    r"(?:(?P<inside>\b(?:with)?in(?:side)?|\bdans|(?P<wnl>\bwnl\b))"
    r"|(?P<outside>\boutside(?:\sof)?|\bout\sof|\bnot\swithin|\ben\sdehors\sde|\bhors)"
    r"|(?P<above>\babove|\bover|(?:\bgreater|\bhigher|\bmore)\sthan|>|\bexceeding|\bau-dessus\sde"
    r"|\bsup[ée]rieure?s?\s(?:à|aux))"
    r"|(?P<below>\bbelow|\bunder|(?:\bless|\blower)\sthan|<|\bau-dessous\sde|\ben\sdessous\sde"
    r"|\binf[ée]rieure?s?\s(?:à|aux)))"
    rf"(?(wnl)|\s?{_WHOSE}(?:{_LIMITS}|(?(inside)(?!)|(?(outside)(?!)|normal\b(?!\s[a-z]{{3}})))))"
)
# To look for these words first takes a twentieth of the time.
_NORM: Final = re.compile("norm|wnl|reference range")
_LEAD: Final = 60
_SIDES: Final = ("inside", "outside", "above", "below")
_ADJECTIVES: Final = {
    **dict.fromkeys(("normal", "normale", "normales", "normaux"), "inside"),
    **dict.fromkeys(("abnormal", "anormal", "anormale", "anormales", "anormaux"), "outside"),
    **dict.fromkeys(("elevated", "increased", "raised", "high"), "above"),
    **dict.fromkeys(("élevé", "élevée", "élevés", "élevées", "augmenté", "augmentée"), "above"),
    **dict.fromkeys(("low", "decreased", "reduced", "bas", "basse", "basses"), "below"),
    **dict.fromkeys(("diminué", "diminuée", "abaissé", "abaissée"), "below"),
}
_ADJECTIVE: Final = "|".join(sorted(_ADJECTIVES, key=len, reverse=True))
_BEFORE: Final = re.compile(rf"\b(?P<how>{_ADJECTIVE})\s(?:serum\s|blood\s|plasma\s)?$")
_AFTER: Final = re.compile(
    rf"\s(?:levels?\s|values?\s|is\s|are\s|est\s|sériques?\s|plasmatiques?\s)?(?P<how>{_ADJECTIVE})\b"
)
_LONGEST_BEFORE: Final = 24
# A figure further on in the same clause says itself how high or low.
_CLAUSE_ENDS: Final = re.compile(r"[,;.]\s|\n|\s(?:and|or|et|ou)\s")
_FAR: Final = 60


def normals(text: str, mentions: Sequence[Mention], figures: Sequence[Figure]) -> list[Bound]:
    """The relations to limits of normal in `text`, from left to right; `mentions` in order."""
    small = lowered(text)
    said = list(_against(small))
    taken = sorted([*(each.start for each in figures), *map(_start, said)])
    return sorted((*said, *_by_adjective(small, mentions, taken)), key=_start)


def placed(
    normal: Sequence[Bound], row: Sequence[Word], others: Mapping[int, tuple[Bound, int]]
) -> Mapping[int, tuple[Bound, int]]:
    """All relations of `row` by the place of their first word, with the place after the last."""
    if not normal:
        return others
    found = dict(others)
    starts = [word.start for word in row]
    for bound in normal:
        place, after = (bisect_left(starts, end) for end in (bound.start, bound.end))
        if not any(first < after and place < last for first, (_, last) in others.items()):
            found[place] = (bound, after)
    return found


def bounded(start: int, end: int, side: str) -> Bound:
    """The relation of a `side` ("inside", "outside", "above", "below") of the limits of normal."""
    match side:
        case "above":
            return Bound(start, end, 1.0, low_inclusive=False, times="uln", normal=True)
        case "below":
            return Bound(start, end, None, 1.0, high_inclusive=False, times="lln", normal=True)
        case _:
            return Bound(start, end, 1.0, 1.0, times="uln", normal=True, outside=side == "outside")


def _start(bound: Bound) -> int:
    return bound.start


def _against(text: str) -> Iterator[Bound]:
    done = 0
    for word in _NORM.finditer(text):
        found = _AGAINST.search(text, max(done, word.start() - _LEAD), word.end() + _LEAD)
        if found and found.end() >= word.start():
            done = found.end()
            side = next(each for each in _SIDES if found[each])
            yield bounded(*found.span(), side)


def _by_adjective(text: str, mentions: Sequence[Mention], taken: Sequence[int]) -> Iterator[Bound]:
    """Such as "elevated creatinine", where no figure follows that says how high."""
    for mention in mentions:
        known = [
            variable(key)
            for reading in mention.readings
            if reading.what is Vocabulary.VARIABLE
            for key in reading.keys
        ]
        if not known or _figured(text, mention.end, taken):
            continue
        before = _BEFORE.search(text, max(0, mention.start - _LONGEST_BEFORE), mention.start)
        found = before or _AFTER.match(text, mention.end)
        side = _ADJECTIVES[found["how"]] if found else ""
        if found and all(each and (each.lln if side == "below" else each.uln) for each in known):
            yield bounded(*found.span("how"), side)


def _figured(text: str, place: int, taken: Sequence[int]) -> bool:
    ends = _CLAUSE_ENDS.search(text, place, place + _FAR)
    end = ends.start() if ends else place + _FAR
    following = bisect_right(taken, place - 1)
    return following < len(taken) and taken[following] < end
