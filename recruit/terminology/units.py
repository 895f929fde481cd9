"""Units as people write them, read into UCUM codes, dimensions and factors."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from recruit.terminology.names import read_table


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its UCUM `code`, its dimension ("mass/volume"), and how it converts.

    A value in the dimension's base unit is value × `factor` + `offset`; with `log10` the value is
    the decimal logarithm of the amount.
    """

    code: str
    dimension: str
    factor: float
    offset: float = 0.0
    log10: bool = False

    def to_base(self, value: float) -> float:
        """`value` of this unit in the base unit of its dimension."""
        amount = _power_of_ten(value) if self.log10 else value
        return amount * self.factor + self.offset

    def of_base(self, value: float) -> float:
        """What is `value` in the base unit, in this unit; log units are only ever read."""
        return (value - self.offset) / self.factor


_MOST_DIGITS: Final = 300
_LONGEST: Final = 60
_POWER: Final = re.compile(r"(?:[x×*·]\s*)?(?<!\d)10\s*(?:\*\*?|e)?\s*(1[0-2]|[2-9])(?!\d)")
_THOUSAND: Final = re.compile(r"(?:[x×*·]\s*)?(?<!\d)1[, ]?000(?!\d)")
_TIMES: Final = re.compile(r"^\s*[x×*·]\s*|\s*[x×*·]\s*$")
_PER: Final = re.compile(
    r"/|\b(?:per|par|each|every|chaque)\b|\ba\s(?=day|week|month|year)", re.IGNORECASE
)
_LOG: Final = re.compile(r"^\s*log\s?_?(?:10)?\s+(?=\S)|^\s*log10(?=\S)", re.IGNORECASE)
# "/mm3" and "10*9/L" have a bare count above the stroke.
_COUNT: Final = Unit("", "count", 1.0)


def _power_of_ten(exponent: float) -> float:
    return float("inf") if exponent > _MOST_DIGITS else 10.0**exponent


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit | None:
    """The unit that `text` names, as written by hand or in UCUM; None when it names none.

    Reads "g/dl", "x10^9/L", "cells/mm³", "G/L", "µmol/l", "mL/min/1.73 m²", "UI/L", "mm Hg",
    "log10 copies/mL", "per microliter", "mg par jour".
    """
    written = _plain(text) if len(text) <= _LONGEST else ""
    if not written:
        return None
    if logarithm := _LOG.match(written):
        inside = parse_unit(written[logarithm.end() :])
        return inside and Unit(
            f"log10 {inside.code}", inside.dimension, inside.factor, inside.offset, log10=True
        )
    whole = _word(written)
    return whole or _composed(written)


def unit_name(code: str, language: str) -> str:
    """How a UCUM code is written for people in `language` ("mm[Hg]" as "mmHg")."""
    shown = _shown().get(code)
    if shown is None:
        return code
    return shown[-1] if language == "fr" else shown[0]


def _plain(text: str) -> str:
    """The text with one sign for each thing: superscripts as digits, micro as u, no brackets."""
    plain = unicodedata.normalize("NFKC", text.strip()).replace("μ", "u").replace("⁄", "/")
    return plain.translate(_DROPPED)


_DROPPED: Final = str.maketrans(
    {**dict.fromkeys("[]{}()^\\", None), "\N{MINUS SIGN}": "-", "’": "'", "_": None}
)


def _composed(written: str) -> Unit | None:
    above, *below = _PER.split(written)
    top = _numerator(above)
    bottom = [_word(part) for part in below]
    if top is None or not below or len(below) > _DEEPEST:
        return top if not below else None
    code, dimension, factor = top.code, top.dimension, top.factor
    for part in bottom:
        if part is None or part.offset:
            return None
        code += f"/{part.code}"
        dimension += f"/{part.dimension}"
        factor /= part.factor
    return Unit(code, dimension, factor)


_DEEPEST: Final = 3


def _numerator(written: str) -> Unit | None:
    """What stands above the stroke: powers of ten, then a unit, or a bare count."""
    exponent = 0
    rest = written
    if found := _POWER.search(rest):
        exponent, rest = int(found[1]), rest[: found.start()] + " " + rest[found.end() :]
    elif found := _THOUSAND.search(rest):
        exponent, rest = 3, rest[: found.start()] + " " + rest[found.end() :]
    else:
        for word, power in _powers().items():
            if word in rest.lower().split():
                exponent = power
                rest = " ".join(part for part in rest.split() if part.lower() != word)
                break
    rest = _TIMES.sub("", rest).strip()
    unit = _word(rest) if rest else _COUNT
    if unit is None or not exponent:
        return unit
    code = f"10*{exponent}" + (f".{unit.code}" if unit.code else "")
    return Unit(code, unit.dimension, unit.factor * 10.0**exponent)


def _word(written: str) -> Unit | None:
    """One unit without strokes, by its name or its name's singular."""
    exact, names = _units()
    bare = written.strip()
    tight = squeeze(bare)
    return exact.get(bare) or names.get(tight) or names.get(tight.removesuffix("s"))


def squeeze(name: str) -> str:
    """A unit's name as the table is asked for it: small letters, no spaces, no plain dots."""
    return re.sub(r"[\s.·]+", "", name).lower() if not name[:1].isdigit() else _number_first(name)


def _number_first(name: str) -> str:
    """A name such as "1,73 m2" or "24.h", with a point only inside its number."""
    tight = re.sub(r"\s+", "", name).lower().replace(",", ".")
    return re.sub(r"(?<=\d)\.(?=\D)", "", tight)


@cache
def _units() -> tuple[Mapping[str, Unit], Mapping[str, Unit]]:
    table = read_table("units")
    names: dict[str, Unit] = {}
    for code, dimension, factor, written in table["units"]:
        for name in written:
            names[squeeze(_plain(name))] = Unit(code, dimension, float(factor))
    for code, dimension, factor, offset, written in table["shifted"]:
        for name in written:
            names[squeeze(_plain(name))] = Unit(code, dimension, float(factor), float(offset))
    exact = {
        name: Unit(code, dimension, float(factor))
        for code, dimension, factor, written in table["exact"]
        for name in written
    }
    exact["F"] = names["degf"]
    return MappingProxyType(exact), MappingProxyType(names)


@cache
def written_units() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The names that running text is searched for: after a number, and above and below a stroke."""
    table = read_table("units")
    silent, never = set(table["silent"]), set(table["never"])
    every = [name for *_, names in table["units"] + table["shifted"] for name in names]
    below = tuple(name for name in every if name not in never)
    return tuple(name for name in every if name not in silent | never), (*below, "c"), below


@cache
def _powers() -> Mapping[str, int]:
    return MappingProxyType(dict(read_table("units")["powers"]))


@cache
def _shown() -> Mapping[str, list[str]]:
    return MappingProxyType(dict(read_table("units")["shown"]))
