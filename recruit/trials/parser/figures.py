"""The numbers of a text that stand for themselves, with their units."""

from collections.abc import Iterable
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Times
from recruit.terminology.concepts import Mention
from recruit.terminology.quantities import Quantity, find_durations, find_quantities
from recruit.trials.parser.relations import Figure

_TIMES: Final[dict[str | None, Times]] = {"ULN": "uln", "LLN": "lln", "baseline": "baseline"}


def figures(text: str, mentions: Iterable[Mention]) -> list[Figure]:
    """The figures of `text` from left to right; those inside a mention ("type 2") are its own."""
    times = {each.start: each for each in find_durations(text)}
    taken = _Taken(mentions)
    found = []
    for quantity in find_quantities(text):
        duration = times.pop(quantity.start, None)
        if not taken.at(quantity.start):
            found.append(
                _figure(
                    quantity,
                    duration.amount if duration else quantity.value,
                    duration.unit if duration else None,
                )
            )
    # "the past year": a length of time without a number.
    lone = [Figure(each.start, each.end, each.amount, None, each.unit) for each in times.values()]
    return sorted([*found, *lone], key=lambda figure: figure.start) if lone else found


def _figure(quantity: Quantity, value: float, time: TimeUnit | None) -> Figure:
    times = _TIMES.get(quantity.unit)
    return Figure(
        quantity.start,
        quantity.end,
        value,
        None if times else quantity.unit,
        time,
        times,
        quantity.over,
    )


class _Taken:
    """Whether a position lies within a mention; asked from left to right."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self._spans = iter(sorted((m.start, m.end) for m in mentions))
        self._now = next(self._spans, None)

    def at(self, position: int) -> bool:
        while self._now is not None and self._now[1] <= position:
            self._now = next(self._spans, None)
        return self._now is not None and self._now[0] <= position
