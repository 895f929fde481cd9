"""Who has a match in hand: one looker at a time, for some minutes, renewed by looking.

A claim keeps two people from weighing the same match. That it is decided once does not rest on it:
the decisions' own table refuses a second one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping, delete, insert, or_, select
from sqlalchemy.orm import Session

from recruit.actions.reviewing.tables import CLAIM
from recruit.core import chain

HELD: Final = timedelta(minutes=10)
"""Longer than a match is looked at, shorter than a coffee."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A match in somebody's hand; `by` is an account as the audit trail names it."""

    match: int
    by: str
    until: datetime


def take(session: Session, match: int, by: str, at: datetime) -> Claim | None:
    """Take a match in hand for `HELD`, and let go of any other; None while a colleague has it.

    The match stands, and its looker may see it: the caller has made sure.
    """
    # Two tabs of one account would else wait for each other's rows.
    chain.hold(session)
    other = of(session, [match], at).get(match)
    if other and other.by != by:
        return None
    session.execute(delete(CLAIM).where(or_(CLAIM.c.by == by, CLAIM.c.match == match)))
    mine = Claim(match, by, at + HELD)
    session.execute(insert(CLAIM), {"match": match, "by": by, "until": mine.until})
    return mine


def let_go(session: Session, match: int) -> None:
    """Nobody has this match in hand any more: it is decided."""
    session.execute(delete(CLAIM).where(CLAIM.c.match == match))


def of(session: Session, matches: Collection[int], at: datetime) -> Mapping[int, Claim]:
    """Who has which of these matches (some hundreds) in hand at a moment."""
    query = select(CLAIM).where(CLAIM.c.match.in_(matches), CLAIM.c.until > at)
    return {row["match"]: _claim(row) for row in session.execute(query).mappings()}


def _claim(row: RowMapping) -> Claim:
    return Claim(row["match"], row["by"], row["until"])
