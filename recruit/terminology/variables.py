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
from recruit.terminology.units import Unit, parse_unit

Span = tuple[float, float]
_FOLDER: Final = "variables"
_LARGEST: Final = 300.0


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A unit worth `factor` × value + `offset` in the canonical unit, and who says so.

    With `power`, that is the decimal logarithm of the canonical value (logMAR and acuity).
    """

    unit: str
    factor: float
    offset: float
    power: bool
    source: str

    def apply(self, value: float) -> float:
        """`value` of this unit in the canonical one."""
        line = value * self.factor + self.offset
        return 10.0 ** min(line, _LARGEST) if self.power else line


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
                power=other.get("power", False),
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


def convert(value: float, unit: str | None, variable: Variable) -> float | None:
    """`value`, given in `unit` as written, in the variable's canonical unit.

    A number without unit is taken in the canonical unit where that is plausible, else in the
    first of the variable's other usual units in which it is. None when the unit is not one of the
    variable's, or the value is none that a person can have.
    """
    if not unit or not unit.strip():
        candidates = (variable.unit, *variable.bare)
        readings = (_converted(value, parse_unit(each), variable) for each in candidates)
    else:
        readings = (each for each in (_converted(value, parse_unit(unit), variable),))
    low, high = variable.plausible
    rounded = (float(f"{reading:.12g}") for reading in readings if reading is not None)
    return next((reading for reading in rounded if low <= reading <= high), None)


def measured_in(variable: Variable, unit: str) -> bool:
    """Whether values of the variable may be given in `unit`, as written; "" is no unit at all."""
    return not unit.strip() or _converted(1.0, parse_unit(unit), variable) is not None


def _converted(value: float, unit: Unit | None, variable: Variable) -> float | None:
    canonical = parse_unit(variable.unit)
    if unit is None or canonical is None:
        return None
    if unit.dimension == canonical.dimension:
        return canonical.of_base(unit.to_base(value))
    for other in variable.equivalents:
        known = parse_unit(other.unit)
        if known is not None and known.dimension == unit.dimension:
            return other.apply(known.of_base(unit.to_base(value)))
    if canonical.dimension in _PLAIN and unit.dimension in _PLAIN:
        return value
    ratio = _grams_per(unit.dimension, variable), _grams_per(canonical.dimension, variable)
    if ratio[0] is None or ratio[1] is None:
        return None
    return canonical.of_base(unit.to_base(value) * ratio[0] / ratio[1])


# A score of 12 points, 12 joints and a bare 12 are one thing.
_PLAIN: Final = frozenset({"score", "number", "one", "count", "decimal"})


def _grams_per(dimension: str, variable: Variable) -> float | None:
    """Grams of the analyte in the base unit of a concentration, or None for another dimension.

    An analyte without molar mass (chloride) is counted in moles instead: only the ratio matters.
    """
    amount, _, per = dimension.partition("/")
    if per != "volume":
        return None
    match amount:
        case "mass":
            return 1.0 if variable.molar_mass else None
        case "substance" if variable.molar_mass or variable.valence:
            return variable.molar_mass or 1.0
        case "equivalent" if variable.valence:
            return (variable.molar_mass or 1.0) / variable.valence
        case _:
            return None
