"""Numbers, bounds and units as they are written in a language."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final

from babel.numbers import format_decimal

from recruit.criteria.nodes import Age, Measure, Number, Ordinal

NO_BREAK: Final = "\u00a0"
_POWER: Final = re.compile(r"10[*^](\d+)")
_AREA: Final = re.compile(r"(?<=m)([23])(?!\d)")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_WORDS: Final = {
    "en": {"a": "years", "mo": "months", "wk": "weeks", "d": "days"},
    "fr": {"a": "ans", "mo": "mois", "wk": "semaines", "d": "jours"},
}
_SIGNS: Final = (
    ("[H2O]", "H₂O"),
    ("{1.73_m2}", f"1.73{NO_BREAK}m2"),
    ("Cel", "°C"),
    ("umol", "µmol"),
    ("ug", "µg"),
    ("uL", "µL"),
)
_NO_UNIT: Final = frozenset({"1", "[pH]", "{score}", "{count}", "{decimal}"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number must lie within; at least one side is bounded."""

    low: Number | None
    high: Number | None
    with_low: bool = True
    with_high: bool = True

    @classmethod
    def of(cls, leaf: Age | Measure | Ordinal) -> "Bounds | None":
        """The bounds of `leaf`, or None when it has none."""
        if leaf.min is None and leaf.max is None:
            return None
        if isinstance(leaf, Ordinal):
            return cls(leaf.min, leaf.max)
        return cls(leaf.min, leaf.max, leaf.min_inclusive, leaf.max_inclusive)

    def below(self) -> "Bounds":
        """Everything under the lower bound."""
        return Bounds(None, self.low, with_high=not self.with_low)

    def above(self) -> "Bounds":
        """Everything over the upper bound."""
        return Bounds(self.high, None, with_low=not self.with_high)

    def lower_side(self) -> "Bounds":
        """The lower bound alone."""
        return replace(self, high=None, with_high=True)

    def upper_side(self) -> "Bounds":
        """The upper bound alone."""
        return replace(self, low=None, with_low=True)


@cache
def written(number: Number, language: str, decimals: int = 0) -> str:
    """The number with all its decimals, at least `decimals` of them."""
    if number == int(number):
        number = int(number)
    shown = max(decimals, places(number))
    return format_decimal(
        Decimal(str(number)), "#,##0." + "0" * shown if shown else "#,##0", locale=language
    )


def places(number: Number) -> int:
    """How many decimals the number needs."""
    if number == int(number):
        return 0
    return max(0, -int(Decimal(str(number)).normalize().as_tuple().exponent))


def pair(low: Number, high: Number, language: str) -> tuple[str, str]:
    """Two bounds with equally many decimals: "7.0" and "10.5"."""
    decimals = max(places(low), places(high))
    return written(low, language, decimals), written(high, language, decimals)


@cache
def unit_after(unit: str | None, language: str) -> str:
    """What follows a number in this unit (UCUM): " mg/dL", " × 10⁹/L", " kg/m²", "/min"."""
    if unit is None or unit in _NO_UNIT:
        return ""
    sign = _WORDS[language].get(unit, unit)
    for code, written_as in _SIGNS:
        sign = sign.replace(code, written_as)
    sign = _POWER.sub(lambda found: f"×{NO_BREAK}10{found[1].translate(_RAISED)}", sign)
    sign = _AREA.sub(lambda found: found[1].translate(_RAISED), sign)
    sign = re.sub(r"[\[\]{}]", "", sign).replace("_", NO_BREAK)
    if language == "fr":
        sign = sign.replace("IU", "UI").replace("1.73", "1,73")
    return sign if sign.startswith("/") else f"{NO_BREAK}{sign}"
