"""What a run found, in portions small enough to be written while others wait.

Whoever writes matches holds the chains: withdrawals, and every page that leaves a trace, wait for
as long. What is found for one trial may be a hundred thousand candidates, or nothing at all.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import Final

from sqlalchemy import and_

from recruit.actions.match_changes import Whom
from recruit.actions.match_due import Order
from recruit.actions.match_people import Found, Judged, Judging, within
from recruit.core.bulk import among
from recruit.matching.outcome import Judgement

PEOPLE: Final = 250
"""So many candidates are written at once: some 0.04 s on PostgreSQL, several times that where pages
want the processors that the run has to leave them."""
TRIALS: Final = 50
"""Of so many trials at most."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of those who were judged for a trial, and who of them are candidates.

    `whom` tells of a column of pseudonyms who they are; None where it is everybody.
    """

    trial: str
    whom: Whom | None
    candidates: Sequence[Judgement]


def portions(found: Iterable[Found], group: Judging | Judged) -> Iterator[list[Portion]]:
    """All of it, as much at a time as is written at once."""
    some: list[Portion] = []
    for portion in (part for each in found for part in _parts(each, group)):
        full = sum(len(each.candidates) for each in some) + len(portion.candidates) > PEOPLE
        if some and (full or len(some) == TRIALS):
            yield some
            some = []
        some.append(portion)
    if some:
        yield some


def those(names: Collection[str]) -> Whom:
    """Those of these names."""
    return lambda column: among(column, names)


def _parts(found: Found, group: Judging | Judged) -> Iterator[Portion]:
    """What was found for one trial, in parts of so many candidates at most."""
    names = group.names if found.whom is None else found.whom
    candidates = sorted(found.share.judgements(found.trial, names), key=attrgetter("person"))
    firsts = [each.person for each in candidates[PEOPLE::PEOPLE]]
    bounds = [group.order.low, *firsts, group.order.high]
    for number, (low, high) in enumerate(pairwise(bounds)):
        some = candidates[number * PEOPLE : (number + 1) * PEOPLE]
        order = replace(group.order, low=low or "", high=high)
        yield Portion(found.trial, _whom(found, order), some)


def _whom(found: Found, order: Order) -> Whom | None:
    """Who of those judged are of this part of the order, whoever of them consents."""
    if found.whom is not None:
        return those([name for name in found.whom if _is_within(name, order)])
    if not order.low and order.high is None:
        return None
    return lambda column: and_(*within(column, order))


def _is_within(name: str, order: Order) -> bool:
    return name >= order.low and (order.high is None or name < order.high)
