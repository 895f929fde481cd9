"""Who has a match in hand: one at a time, for some minutes, renewed by whoever stays with it.

A claim keeps two people from weighing the same match. That it is decided once does not rest on it:
the decisions' own table refuses a second one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, RowMapping, delete, insert, or_, select
from sqlalchemy.orm import Session

from recruit.actions.reviewing.looked_at import looked_at
from recruit.actions.reviewing.tables import CLAIM
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work

HELD: Final = timedelta(minutes=10)
"""Longer than a match is looked at, shorter than a coffee."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A match in somebody's hand; `by` is an account as the audit trail names it."""

    match: int
    by: str
    until: datetime


def claim(engine: Engine, match: int, tenant: int | None, by: str) -> Claim | None:
    """Take a match in hand that stands and that somebody of `tenant` sees.

    None where a colleague has it, or it stands no more.

    Raises:
        NotFound: there is none, or not for them.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)  # nobody is erased between the look and the claim
        at = now()
        looked = looked_at(session, match, tenant, at)
        return None if looked.hindrance else take(session, match, by, at)


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
