"""Who is given to which trial, where several want the same people at the same time.

Each trial is given one before any is given a second; then the one that is furthest behind chooses
next, and every choice brings it nearer. A person is given to one of them alone; for the others they
stay where they are, and come again in a later round.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Want:
    """A trial that may ask `size` people now.

    `behind` is the share of its target that is missing, from 0 to 1; `pool` are those it may ask,
    in the order in which it would.
    """

    trial: str
    size: int
    behind: float
    pool: Sequence[str]


def allot(wants: Sequence[Want]) -> Mapping[str, tuple[str, ...]]:
    """The people whom each trial asks, in its order."""
    given: dict[str, list[str]] = {want.trial: [] for want in wants}
    left = {want.trial: iter(want.pool) for want in wants}
    open_ = {want.trial: want for want in wants if want.size > 0}
    taken: set[str] = set()
    while open_:
        want = max(open_.values(), key=lambda each: _turn(each, given[each.trial]))
        own = given[want.trial]
        person = next((each for each in left[want.trial] if each not in taken), None)
        if person is not None:
            taken.add(person)
            own.append(person)
        if person is None or len(own) == want.size:
            del open_[want.trial]
    return {trial: tuple(people) for trial, people in given.items()}


def _turn(want: Want, own: Sequence[str]) -> tuple[bool, float, str]:
    """The greatest comes next."""
    return not own, want.behind * (1 - len(own) / want.size), want.trial
