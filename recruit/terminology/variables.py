"""Numeric variables: what laboratories, monitors and questionnaires measure about a person.

The tables in `tables/variables/` hold, for each, its names, its canonical unit (UCUM), how other
units convert to it, which values are plausible, between which values laboratories set their
limits of normal, and the question that asks a person for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from recruit.terminology.names import TABLES, Entry, Name, names_of, read_table

Span = tuple[float, float]
_FOLDER: Final = "variables"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A unit worth `factor` × value + `offset` in the canonical unit, and who says so."""

    unit: str
    factor: float
    offset: float
    source: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One numeric variable.

    `unit` is canonical (UCUM) and all bounds are in it. `molar_mass` (g/mol) and `valence` turn
    amounts of substance and equivalents into masses; `equivalents` are conversions that only this
    variable has. `bare` are units that a number without unit may also be in. `plausible` bounds
    what a living person can have; a value outside is a typing error or another variable. `uln`
    and `lln` hold the lowest and highest limits of normal in use by laboratories for adults, None
    where a multiple of them means nothing. `loinc` lists the codes, the usual one first.
    """

    key: str
    name_en: str
    name_fr: str
    names: tuple[Name, ...]
    unit: str
    plausible: Span
    molar_mass: float | None
    valence: int | None
    equivalents: tuple[Equivalent, ...]
    bare: tuple[str, ...]
    uln: Span | None
    lln: Span | None
    question_en: str
    question_fr: str
    loinc: tuple[str, ...]

    def name(self, language: str) -> str:
        """The preferred name in `language` ("en" or "fr")."""
        return self.name_fr if language == "fr" else self.name_en

    def question(self, language: str) -> str:
        """What to ask a person, in `language` ("en" or "fr")."""
        return self.question_fr if language == "fr" else self.question_en


@cache
def variables() -> Mapping[str, Variable]:
    """All variables by key, file by file in the tables' order."""
    found: dict[str, Variable] = {}
    for path in sorted((TABLES / _FOLDER).glob("*.toml")):
        table = read_table(f"{_FOLDER}/{path.stem}")
        questions = table.pop("questions", {})
        found |= {key: _variable(key, entry, questions) for key, entry in table.items()}
    return MappingProxyType(found)


def variable(key: str) -> Variable | None:
    """The variable with this key, if there is one."""
    return variables().get(key)


def _variable(key: str, entry: Entry, questions: Entry) -> Variable:
    return Variable(
        key=key,
        name_en=entry["name_en"],
        name_fr=entry["name_fr"],
        names=names_of(entry),
        unit=entry["unit"],
        plausible=_span(entry["plausible"]),
        molar_mass=entry.get("molar_mass"),
        valence=entry.get("valence"),
        equivalents=tuple(
            Equivalent(
                unit=other["unit"],
                factor=float(other["factor"]),
                offset=float(other.get("offset", 0)),
                source=other["source"],
            )
            for other in entry.get("equivalents", ())
        ),
        bare=tuple(entry.get("bare", ())),
        uln=_span(entry["uln"]) if "uln" in entry else None,
        lln=_span(entry["lln"]) if "lln" in entry else None,
        question_en=_question(entry, questions, "en"),
        question_fr=_question(entry, questions, "fr"),
        loinc=tuple(entry.get("loinc", ())),
    )


def _span(pair: list[float]) -> Span:
    low, high = pair
    return float(low), float(high)


def _question(entry: Entry, questions: Entry, language: str) -> str:
    """The entry's own question, or its file's general one with the name filled in."""
    own = entry.get(f"ask_{language}")
    if own:
        return str(own)
    name = entry.get(f"plain_{language}", entry[f"name_{language}"])
    return str(questions[language]).format(name=name)
