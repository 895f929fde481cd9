"""Age and sex as people and notes say them, in English and French."""

import re
from datetime import date, timedelta
from typing import Final

from recruit.core.dates import PartialDate, TimeUnit, before
from recruit.criteria.nodes import SexValue
from recruit.people.intake.born import OLDEST

MAJORITY: Final = 18

_FEMALE: Final = r"wom[ae]n|female|lady|girl|gentlewoman|femme|fille|fillette|patiente|dame|(?-i:F)"
_MALE: Final = r"m[ae]n|male|gentleman|boy|homme|gar[çc]on|monsieur|(?-i:M)"
_SEX: Final = rf"(?:(?P<female>{_FEMALE})|(?P<male>{_MALE}))"
_UNIT: Final = (
    r"(?P<unit>years?|yrs?|y/?o|y\.o\.?|yo|ans?|months?|mos?|mois|weeks?|wks?|semaines?"
    r"|days?|jours?)"
)
# "60-year-old", "12yo", "58 y/o", "49 ans", "25 years old", "3-month-old".
_AGED: Final = rf"(?P<age>\d{{1,3}})[\s-]{{0,2}}{_UNIT}(?:[\s-]?old)?"
# Between the age and the sex stand a few describing words: "67-year-old right-handed Black woman".
_GAP: Final = r"(?:[\s,-]+[\w'’./-]{1,20}){0,4}?[\s,-]+"

AGE_THEN_SEX: Final = re.compile(rf"(?<![\d.,/]){_AGED}(?![\w/]){_GAP}{_SEX}(?!\w)", re.IGNORECASE)
SHORT: Final = re.compile(rf"(?<![\d.,/])(?P<age>\d{{1,3}})\s?(?:{_UNIT})?\s?(?P<short>[MF])(?!\w)")
SEX_THEN_AGE: Final = re.compile(
    rf"(?<!\w){_SEX}\s?,?\s(?:patient\s)?(?:(?:is|aged|âgée?|agée?|de|d['’])\s?){{0,3}}{_AGED}(?![\w/])",
    re.IGNORECASE,
)
AGE_ALONE: Final = re.compile(
    rf"(?<![\d.,/]){_AGED}(?:[\s-]old|(?<=yo)|(?<=y/o)|(?<=y\.o\.)|(?<=y\.o)|(?=[\s,]*(?:old|patient|with|who|presents)))(?!\w)"
    r"|(?:\b(?:age|aged|âgée?\s(?:de|d['’])|[âa]ge\s?:|(?:patient|malade|sujet|personne)\sde)\s?)(?P<bare>\d{1,3})(?!\w|[.,]\d)",
    re.IGNORECASE,
)
SEX_ALONE: Final = re.compile(
    r"\b(?:(?P<female>woman|female|girl|lady|femme|fillette|patiente|âgée|née)|(?P<male>man|male|boy|gentleman"
    r"|homme|gar[çc]on|âgé|né))\b",
    re.IGNORECASE,
)
PRONOUN: Final = re.compile(r"\b(?:(?P<female>she|her|elle)|(?P<male>he|his|il))\b", re.IGNORECASE)
REPLY: Final = re.compile(
    rf"\s*(?P<age>\d{{1,3}})(?:[\s-]{{0,2}}{_UNIT}(?:[\s-]?old)?)?\s*\.?\s*", re.IGNORECASE
)
ADULT: Final = re.compile(r"\s*(?:an?\s)?(?:adult|adulte|major|majeure?)s?\s*", re.IGNORECASE)
MINOR: Final = re.compile(
    r"\s*(?:an?\s)?(?:child|minor|teen(?:ager)?|adolescente?|enfant|mineure?)\s*", re.IGNORECASE
)
HEAD: Final = 400  # a note says whom it is about in its first sentences
PRONOUNS: Final = 3  # so many of one sort, and none of the other, tell the sex

_UNITS: Final = (
    (("y", "a"), TimeUnit.YEAR),
    (("mo",), TimeUnit.MONTH),
    (("w", "s"), TimeUnit.WEEK),
    (("d", "j"), TimeUnit.DAY),
)


def read_person(note: str, on: date) -> tuple[PartialDate | None, SexValue | None]:
    """Birth dates and sex of the person whom the beginning of a note is about."""
    head = note[:HEAD]
    for pattern in (AGE_THEN_SEX, SHORT, SEX_THEN_AGE):
        if found := pattern.search(head):
            return _born(found, on), _sex(found)
    alone = AGE_ALONE.search(head)
    return (_born(alone, on) if alone else None), _sex_alone(note)


def read_age(reply: str, on: date) -> PartialDate | None:
    """Birth dates from the answer to a question for the age: "39", "12yo", "58 y/o", "adult"."""
    if found := REPLY.fullmatch(reply):
        return _born(found, on)
    coming_of_age = before(on, MAJORITY, TimeUnit.YEAR)
    if ADULT.fullmatch(reply):
        return PartialDate(before(on, OLDEST, TimeUnit.YEAR), coming_of_age)
    if MINOR.fullmatch(reply):
        return PartialDate(coming_of_age + timedelta(days=1), on)
    return None


def read_sex(reply: str) -> SexValue | None:
    """Sex from the answer to a question for it: "F", "woman", "homme"."""
    found = re.fullmatch(rf"\s*{_SEX}\s*\.?\s*", reply, re.IGNORECASE)
    return _sex(found) if found else None


def _born(found: re.Match[str], on: date) -> PartialDate | None:
    groups = found.groupdict()
    age = int(groups["age"] or groups.get("bare") or 0)
    written = (groups.get("unit") or "years").lower()
    unit = next(unit for heads, unit in _UNITS if written.startswith(heads))
    if unit is TimeUnit.YEAR:
        return PartialDate.of_age(age, on) if age <= OLDEST else None
    first = before(on, age + 1, unit) + timedelta(days=1)
    return PartialDate(first, before(on, age, unit))


def _sex(found: re.Match[str]) -> SexValue | None:
    groups = found.groupdict()
    if groups.get("short"):
        return "female" if groups["short"] == "F" else "male"
    return "female" if groups["female"] else "male"


def _sex_alone(note: str) -> SexValue | None:
    """The sex by the first noun that tells it, else by pronouns that all agree."""
    if found := SEX_ALONE.search(note[:HEAD]):
        return _sex(found)
    said = [_sex(found) for found in PRONOUN.finditer(note)]
    return said[0] if len(said) >= PRONOUNS and len(set(said)) == 1 else None
