"""Times and bounds in English."""

from dataclasses import dataclass
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Age, Anchor, Clinical, Measure, Number, Times, Window
from recruit.criteria.phrase.numbers import Bounds, pair, unit_after, written
from recruit.terminology.concepts import Kind

ANCHORS: Final[dict[Anchor, str]] = {
    "first_dose": "the first dose",
    "diagnosis": "diagnosis",
    "birth": "birth",
}
TIMES: Final[dict[Times, str]] = {
    "uln": "the upper limit of normal",
    "lln": "the lower limit of normal",
    "baseline": "the person’s own baseline value",
}


# -------------------------------------------------------------------- time
def lasting(noun: str, leaf: Clinical) -> str:
    """The noun of something that lasts, with its status."""
    if leaf.status == "past":
        return f"history of {noun}" if leaf.kind is Kind.CONDITION else f"past {noun}"
    return f"current or past {noun}" if leaf.status == "ever" and not leaf.within else noun


def once(noun: str, leaf: Clinical) -> str:
    """The noun of something that happens on one day, with when it did."""
    if leaf.within:
        return f"{noun} {ago(leaf.within)}"
    return {"current": noun, "past": f"past {noun}", "ever": f"{noun} at any time"}[leaf.status]


def since(leaf: Clinical, *, holds: bool) -> str:
    """When something that lasts was there: `min` bounds its first day and `max` its last."""
    within = leaf.within
    if within is None:
        return ""
    if within.event == "onset":
        return f" begun {ago(within)}"
    recent = "" if within.max is None else f" {_recent(within, within.max)}"
    if within.min is None:
        return recent
    if recent:
        return f" begun {_earlier('at least', within, within.min)} and present{recent}"
    if leaf.status != "current":
        return f" begun {_earlier('at least', within, within.min)}"
    anchor = ANCHORS.get(within.anchor)
    # "No asthma for at least 3 months" would be another statement.
    word = "for" if holds else "lasting"
    end = f" before {anchor}" if anchor else ""
    return f" {word} at least {_time(within.min, within.unit)}{end}"


def of_state(within: Window) -> str:
    """When a state was, behind its name and a comma."""
    if within.event == "onset":
        return f"begun {ago(within)}"
    recent = "" if within.max is None else _recent(within, within.max)
    if within.min is None:
        return f"now or {recent}"
    if recent:
        return f"begun {_earlier('at least', within, within.min)} and still so {recent}"
    return f"for at least {_time(within.min, within.unit)}"


def ago(within: Window) -> str:
    """When something that happened on one day was."""
    if within.max is None:
        return _earlier("at least", within, within.min or 0)
    if within.min is None:
        return _recent(within, within.max)
    low, high = pair(within.min, within.max, "en")
    if low == high:
        return _earlier("exactly", within, within.max)
    anchor = ANCHORS.get(within.anchor)
    return f"between {low} and {high} {within.unit.value}s " + (
        f"before {anchor}" if anchor else "ago"
    )


def _earlier(bound: str, within: Window, amount: Number) -> str:
    anchor = ANCHORS.get(within.anchor)
    return f"{bound} {_time(amount, within.unit)} " + (f"before {anchor}" if anchor else "ago")


def _recent(within: Window, amount: Number) -> str:
    time = within.unit.value if amount == 1 else _time(amount, within.unit)
    anchor = ANCHORS.get(within.anchor)
    return f"in the {time} before {anchor}" if anchor else f"in the last {time}"


def _time(amount: Number, unit: TimeUnit) -> str:
    return f"{written(amount, 'en')} {unit.value}{'' if amount == 1 else 's'}"


# -------------------------------------------------------------------- bounds
@dataclass(frozen=True, slots=True)
class Scale:
    """What follows the number: a unit, one that has a plural, or what it is a multiple of."""

    after: str = ""
    unit: TimeUnit | None = None
    limit: str = ""

    def of(self, number: Number, said: str | None = None) -> str:
        """The number, written as `said`, with its unit."""
        said = said or written(number, "en")
        if self.limit:
            return self.limit if number == 1 else f"{said} times {self.limit}"
        if self.unit:
            return f"{said} {self.unit.value}{'' if number == 1 else 's'} old"
        return said + self.after


def scale_of(leaf: Measure) -> Scale:
    """What follows the bounds of a measure."""
    if leaf.times:
        return Scale(limit=TIMES[leaf.times])
    return Scale(unit_after(leaf.unit, "en"))


def age(leaf: Age, *, holds: bool) -> str:
    """An age within its bounds, or outside them."""
    bounds = Bounds.of(leaf)
    if bounds is None:
        return "any age" if holds else "no age"
    return bounded(bounds, Scale(unit=leaf.unit), holds=holds)


def bounded(bounds: Bounds, scale: Scale, *, holds: bool) -> str:
    """Within the bounds, or outside them."""
    low, high = bounds.low, bounds.high
    if low is None or high is None:
        side = bounds if holds else bounds.above() if low is None else bounds.below()
        return _one_sided(side, scale)
    if low == high:
        return f"{'exactly' if holds else 'other than'} {scale.of(low)}"
    if not holds:
        return f"{_one_sided(bounds.below(), scale)} or {_one_sided(bounds.above(), scale)}"
    if bounds.with_low and bounds.with_high:
        first, last = pair(low, high, "en")
        return f"between {first} and {scale.of(high, last)}"
    lower, upper = bounds.lower_side(), bounds.upper_side()
    return f"{_one_sided(lower, scale)} and {_one_sided(upper, scale)}"


def _one_sided(bounds: Bounds, scale: Scale) -> str:
    if bounds.low is not None:
        word = "at least" if bounds.with_low else "more than"
        return f"{word} {scale.of(bounds.low)}"
    word = "at most" if bounds.with_high else "less than"
    return f"{word} {scale.of(bounds.high or 0)}"
