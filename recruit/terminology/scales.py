"""Ordinal clinical scales: performance status, classes, stages and grades, and their reading."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from recruit.terminology.names import Name, names_of, read_table


@dataclass(frozen=True, slots=True)
class Scale:
    """One scale. `grades` are its labels, lowest first; `points` other spellings of a grade.

    With `sub`, a coarse grade takes in the finer ones that begin with it (III: IIIA, IIIB).
    """

    key: str
    name_en: str
    name_fr: str
    names: tuple[Name, ...]
    grades: tuple[str, ...]
    points: Mapping[str, str]
    sub: bool
    question_en: str
    question_fr: str

    def name(self, language: str) -> str:
        """The preferred name in `language` ("en" or "fr")."""
        return self.name_fr if language == "fr" else self.name_en

    def question(self, language: str) -> str:
        """What to ask a person, in `language` ("en" or "fr")."""
        return self.question_fr if language == "fr" else self.question_en

    def within(self, low: str, high: str) -> tuple[str, ...]:
        """The grades from `low` to `high`, both included, with the finer grades of `high`."""
        last = self.grades.index(self.taken_in(high)[-1])
        return self.grades[self.grades.index(low) : last + 1]

    def taken_in(self, grade: str) -> tuple[str, ...]:
        """The grade itself and, on a scale with sub-grades, those that begin with it.

        "I" takes in "IA", not "II": a sub-grade goes on with a letter or digit of its own.
        """
        if not self.sub:
            return (grade,)
        finer = re.compile(re.escape(grade) + r"(?:[A-HJ-U]\d?|\d)?")
        return tuple(label for label in self.grades if finer.fullmatch(label))


@cache
def scales() -> Mapping[str, Scale]:
    """All scales by key, in the table's order."""
    return MappingProxyType(
        {
            key: Scale(
                key=key,
                name_en=entry["name_en"],
                name_fr=entry["name_fr"],
                names=names_of(entry),
                grades=tuple(entry["grades"]),
                points=MappingProxyType(
                    {
                        point: grade
                        for grade, all_ in entry.get("points", {}).items()
                        for point in all_
                    }
                ),
                sub=entry.get("sub", False),
                question_en=entry["ask_en"],
                question_fr=entry["ask_fr"],
            )
            for key, entry in read_table("scales").items()
        }
    )


def scale(key: str) -> Scale | None:
    """The scale with this key, if there is one."""
    return scales().get(key)


_ROMAN: Final = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}
_ARABIC: Final = {digit: roman for roman, digit in _ROMAN.items()}
_NUMBER_WORDS: Final = "zero one two three four five six zéro un deux trois quatre cinq"
_WORDS: Final = dict(zip(_NUMBER_WORDS.split(), "0123456012345", strict=True))
_LEAD: Final = re.compile(
    r"(?:(?:stages?|stades?|grades?|class(?:es)?|classes?|levels?|niveaux?|categor(?:y|ies)|cat[ée]gories?"
    r"|scores?|types?|of|de|is|est|points?|child-pugh)\s+|[\s:=(]+){0,6}",
    re.IGNORECASE,
)
_GRADE: Final = re.compile(
    r"[FfGg]?\s?\d{1,3}(?:[.,]5)?\s?\+\s?\d(?!\d)"
    r"|[FfGg]\d(?![\w.])"
    r"|\d{1,3}(?:[.,]5)?\s?[A-Da-d]?\d?(?![\w])"
    r"|(?:IV|III|II|I|VI|V|iv|iii|ii|i|vi|v)\s?(?:[A-Ea-e]\d?)?(?!\w)"
    r"|[Ⅰ-Ⅵⅰ-ⅵ]\s?(?:[A-Ea-e]\d?)?(?!\w)"
    r"|[A-Ea-e]\s?\d{0,2}(?!\w)"
    r"|(?:zero|zéro|one|two|three|four|five|six|un|deux|trois|quatre|cinq)(?!\w)"
)
_BETWEEN: Final = re.compile(
    r"\s*(?:%\s*)?(?P<range>-|–|—|−|~|to|through|à|and|et|/|or|ou|,|&)\s*(?:or\s|ou\s|and\s|et\s)?",
    re.IGNORECASE,
)
_SPAN: Final = {"-", "–", "—", "−", "~", "to", "through", "à"}


def read_grade(scale: Scale, text: str) -> str | None:
    """The one grade of `scale` that the whole of `text` names ("class II", "B7", "stade IIIB").

    None when the text is no grade of the scale, or several of them: see `read_grades`.
    """
    written = text.strip()[_lead(text.strip()) :].strip(" .;)%")
    found = _GRADE.fullmatch(written)
    return _label(scale, found.group()) if found else None


def read_grades(scale: Scale, text: str) -> tuple[str, ...]:
    """The grades that `text` names at its beginning, lowest first: "II-III", "0, 1 or 2", "A".

    A coarse grade stands for its finer ones ("stage III": III, IIIA, IIIB …). Empty when the text
    begins with no grade of the scale.
    """
    return _read(scale, text)[0]


def find_grades(scale: Scale, text: str, start: int) -> tuple[tuple[str, ...], int]:
    """The grades that stand in `text` at `start`, and the position after them (`start` if none)."""
    grades, length = _read(scale, text[start : start + 120])
    return grades, start + length if grades else start


def _read(scale: Scale, text: str) -> tuple[tuple[str, ...], int]:
    position = _lead(text)
    found = _GRADE.match(text, position)
    label = _label(scale, found.group()) if found else None
    if not found or label is None:
        return (), 0
    taken = set(scale.taken_in(label))
    end = found.end()
    while (join := _BETWEEN.match(text, end)) is not None:
        found = _GRADE.match(text, join.end() + _lead(text[join.end() :]))
        following = _label(scale, found.group()) if found else None
        if not found or following is None:
            break
        if join["range"].lower() in _SPAN:
            low, high = sorted((label, following), key=scale.grades.index)
            taken |= set(scale.within(low, high))
        taken |= set(scale.taken_in(following))
        label, end = following, found.end()
    return tuple(grade for grade in scale.grades if grade in taken), end


def _lead(text: str) -> int:
    found = _LEAD.match(text)
    return found.end() if found else 0


def _label(scale: Scale, written: str) -> str | None:
    """The label that a written grade stands for: its own, its numeral's, or its points'."""
    grade = unicodedata.normalize("NFKC", written).replace(" ", "").replace(",", ".")
    grade = _WORDS.get(grade.lower(), grade).upper()
    for spelling in _spellings(grade):
        if spelling in scale.grades:
            return spelling
        if spelling in scale.points:
            return scale.points[spelling]
    return None


def _spellings(grade: str) -> tuple[str, ...]:
    """The grade as written, in the other numerals, and without the letter in front or behind."""
    found = re.fullmatch(r"(VI|IV|V|I{1,3}|\d)([A-E]\d?)?", grade)
    other = ""
    if found:
        number = _ROMAN.get(found[1]) or _ARABIC.get(found[1]) or found[1]
        other = number + (found[2] or "")
    bare = grade[1:] if re.fullmatch(r"[FG]\d", grade) else ""
    class_only = grade[0] if re.fullmatch(r"[A-E]\d{1,2}", grade) else ""
    return tuple(filter(None, (grade, other, bare, class_only)))
