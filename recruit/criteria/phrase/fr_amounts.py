"""Times and bounds in French."""

from dataclasses import dataclass
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Age, Anchor, Clinical, Measure, Number, Times, Window
from recruit.criteria.phrase.elision import of
from recruit.criteria.phrase.numbers import Bounds, pair, unit_after, written
from recruit.terminology.concepts import Kind

TWO: Final = 2
"""French plurals begin here: « 1,5 an », « 2 ans »."""

ANCHORS: Final[dict[Anchor, tuple[str, str]]] = {
    "first_dose": ("la première dose", "de la première dose"),
    "diagnosis": ("le diagnostic", "du diagnostic"),
    "birth": ("la naissance", "de la naissance"),
}
TIMES: Final[dict[Times, str]] = {
    "uln": "la limite supérieure de la normale",
    "lln": "la limite inférieure de la normale",
    "baseline": "la valeur initiale de la personne",
}


@dataclass(frozen=True, slots=True)
class _Unit:
    """The words for a unit: an amount of it, the last of it, the one before something."""

    one: str
    many: str
    last: str
    lasts: str
    within: str


UNITS: Final = {
    TimeUnit.YEAR: _Unit("an", "ans", "de la dernière année", "dernières années", "l’année"),
    TimeUnit.MONTH: _Unit("mois", "mois", "du dernier mois", "derniers mois", "le mois"),
    TimeUnit.WEEK: _Unit(
        "semaine", "semaines", "de la dernière semaine", "dernières semaines", "la semaine"
    ),
    TimeUnit.DAY: _Unit("jour", "jours", "du dernier jour", "derniers jours", "le jour"),
}


# -------------------------------------------------------------------- time
def since(leaf: Clinical, *, holds: bool) -> str:
    """When it was: for what lasts, `min` bounds its first day and `max` its last."""
    within = leaf.within
    if within is None:
        return ""
    if leaf.kind is Kind.PROCEDURE or within.event == "onset":
        return f"{'' if leaf.kind is Kind.PROCEDURE else ' ayant débuté'} {ago(within)}"
    recent = "" if within.max is None else f" {_recent(within, within.max)}"
    if within.min is None:
        return recent
    begun = f" ayant débuté {_earlier('au moins ', within, within.min)}"
    if recent:
        return f"{begun} et ayant persisté{recent}"
    if leaf.status != "current":
        return begun
    # « absence d’asthme depuis au moins 3 mois » would be another statement.
    word = "depuis " if holds else "d’une durée d’"
    return f" {word}au moins {_time(within.min, within.unit)}{_on(within)}"


def of_state(within: Window) -> str:
    """When a state was, behind its name and a comma."""
    if within.event == "onset":
        return f"ayant débuté {ago(within)}"
    recent = "" if within.max is None else _recent(within, within.max)
    if within.min is None:
        return f"ou {recent}"
    if recent:
        return f"ayant débuté {_earlier('au moins ', within, within.min)} et persisté {recent}"
    return f"depuis au moins {_time(within.min, within.unit)}"


def ago(within: Window) -> str:
    """When something that happened on one day was."""
    if within.max is None:
        return _earlier("au moins ", within, within.min or 0)
    if within.min is None:
        return _recent(within, within.max)
    low, high = pair(within.min, within.max, "fr")
    if low == high:
        return _earlier("exactement ", within, within.max)
    time = f"{low} à {high} {_noun(within.max, within.unit)}"
    anchor = ANCHORS.get(within.anchor)
    return f"de {time} avant {anchor[0]}" if anchor else f"il y a {time}"


def _earlier(bound: str, within: Window, amount: Number) -> str:
    time = bound + _time(amount, within.unit)
    anchor = ANCHORS.get(within.anchor)
    return f"{time} avant {anchor[0]}" if anchor else f"il y a {time}"


def _recent(within: Window, amount: Number) -> str:
    unit = UNITS[within.unit]
    anchor = ANCHORS.get(within.anchor)
    if anchor:
        time = unit.within if amount == 1 else f"les {_time(amount, within.unit)}"
        return f"dans {time} précédant {anchor[0]}"
    if amount == 1:
        return f"au cours {unit.last}"
    return f"au cours des {written(amount, 'fr')} {unit.lasts}"


def _on(within: Window) -> str:
    anchor = ANCHORS.get(within.anchor)
    return f" lors {anchor[1]}" if anchor else ""


def _time(amount: Number, unit: TimeUnit) -> str:
    return f"{written(amount, 'fr')} {_noun(amount, unit)}"


def _noun(amount: Number, unit: TimeUnit) -> str:
    return UNITS[unit].many if amount >= TWO else UNITS[unit].one


# -------------------------------------------------------------------- bounds
@dataclass(frozen=True, slots=True)
class Scale:
    """What follows the number: a unit, one that has a plural, or what it is a multiple of."""

    after: str = ""
    unit: TimeUnit | None = None
    limit: str = ""

    def of(self, number: Number, said: str | None = None) -> str:
        """The number, written as `said`, with its unit."""
        said = said or written(number, "fr")
        if self.limit:
            return self.limit if number == 1 else f"{said} fois {self.limit}"
        return f"{said} {_noun(number, self.unit)}" if self.unit else said + self.after


def scale_of(leaf: Measure) -> Scale:
    """What follows the bounds of a measure."""
    if leaf.times:
        return Scale(limit=TIMES[leaf.times])
    return Scale(unit_after(leaf.unit, "fr"))


def age(leaf: Age, *, holds: bool) -> str:
    """An age within its bounds, or outside them."""
    bounds = Bounds.of(leaf)
    if bounds is None:
        return "âge indifférent" if holds else "aucun âge"
    said = bounded(bounds, Scale(unit=leaf.unit), holds=holds)
    return f"âge {said if said.startswith(('entre', 'autre')) else of(said)}"


def bounded(bounds: Bounds, scale: Scale, *, holds: bool) -> str:
    """Within the bounds, or outside them."""
    low, high = bounds.low, bounds.high
    if low is None or high is None:
        side = bounds if holds else bounds.above() if low is None else bounds.below()
        return _one_sided(side, scale)
    if low == high:
        return f"{'exactement' if holds else 'autre que'} {scale.of(low)}"
    if not holds:
        return f"{_one_sided(bounds.below(), scale)} ou {_one_sided(bounds.above(), scale)}"
    if bounds.with_low and bounds.with_high:
        first, last = pair(low, high, "fr")
        return f"entre {first} et {scale.of(high, last)}"
    lower, upper = bounds.lower_side(), bounds.upper_side()
    return f"{_one_sided(lower, scale)} et {_one_sided(upper, scale)}"


def _one_sided(bounds: Bounds, scale: Scale) -> str:
    if bounds.low is not None:
        return f"{'au moins' if bounds.with_low else 'plus de'} {scale.of(bounds.low)}"
    return f"{'au plus' if bounds.with_high else 'moins de'} {scale.of(bounds.high or 0)}"
