"""Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, § 64).

A fact that nobody recorded is UNKNOWN, not NO. The order NO < UNKNOWN < YES makes "and" the
minimum and "or" the maximum.
"""

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """What is known about a statement."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    def __invert__(self) -> "Truth":
        return Truth(2 - self)


def all_of(truths: Iterable[Truth]) -> Truth:
    """YES when all are, NO when one is not, else UNKNOWN."""
    return min(truths, default=Truth.YES)


def any_of(truths: Iterable[Truth]) -> Truth:
    """YES when one is, NO when none is, else UNKNOWN."""
    return max(truths, default=Truth.NO)


def at_least(n: int, truths: Iterable[Truth]) -> Truth:
    """Whether `n` of the statements hold: surely, surely not, or not known."""
    known = list(truths)
    if sum(t is Truth.YES for t in known) >= n:
        return Truth.YES
    return Truth.UNKNOWN if sum(t is not Truth.NO for t in known) >= n else Truth.NO
