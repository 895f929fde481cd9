"""How large the next round of invitations is, from what the rounds before it have shown.

How often somebody says yes is not known before; after some answers it is known within limits. As a
probability it is a Beta distribution: 1 + those who said yes, 1 + those who did not. The next round
is sized by the upper end of what it may well be, so that a round rarely brings more than are
missing; several small rounds come near the target where one large one would go past it.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

FIRST: Final = 50
FEWEST: Final = 10
PER_MISSING: Final = 3
"""Before anything is known, no more are asked for each person who is missing: that a third says yes
is more than any trial of ours expects."""
UPPER: Final = 1.28
"""Standard deviations: nine times in ten the rate is lower (normal approximation)."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Of `asked` people, who answered or had the time to, `yes` wanted to know more."""

    asked: int = 0
    yes: int = 0

    @property
    def rate(self) -> float:
        """The share that says yes, as far as it is known: the mean of its distribution."""
        return (1 + self.yes) / (2 + self.asked)

    @property
    def upper(self) -> float:
        """What that share may well be at most."""
        spread = sqrt(self.rate * (1 - self.rate) / (3 + self.asked))
        return min(1.0, self.rate + UPPER * spread)


def first_size(missing: int | None) -> int:
    """How many are asked first."""
    return FIRST if missing is None else min(FIRST, PER_MISSING * missing)


def next_size(missing: int | None, learnt: Learnt, waited_for: int, last: int) -> int:
    """How many are asked next, after a round of `last` people; 0: those who were asked may do.

    `waited_for` are people who were asked and may still answer. Without a target each round is as
    large as the first.
    """
    if missing is None:
        return FIRST
    needed = ceil(missing / learnt.upper) - waited_for
    return max(FEWEST, min(needed, 2 * last)) if needed > 0 else 0
