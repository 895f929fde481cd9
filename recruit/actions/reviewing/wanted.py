"""Which matches somebody wants to look at, in which light, and how that is asked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import CURRENT, current_matches
from recruit.actions.match_table import MatchRow, ReviewState
from recruit.core.clock import now
from recruit.criteria.phrase import Lexicon
from recruit.matching.outcome import Hierarchy, Verdict


class Pile(StrEnum):
    """Which of the matches: those that wait for somebody to judge them, unless another is named."""

    WAITING = "waiting"
    ASKED = "asked"
    LATER = "later"
    DECIDED = "decided"


STATES: Final = {
    Pile.WAITING: (ReviewState.WAITING,),
    Pile.ASKED: (ReviewState.ASKED,),
    Pile.LATER: (ReviewState.LATER,),
    Pile.DECIDED: (ReviewState.APPROVED, ReviewState.REFUSED),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matches are looked at; None and "" narrow nothing.

    `site` is the key of the recruiting site that is nearest to the person (trials/centres.py), `km`
    how far away it is at most, `unknowns` how many criteria are open at most, `waiting` how many
    days the person has waited at least, `search` the beginning of a pseudonym. `start` is the match
    at which a page begins. `tenant` is the organisation of the one who looks, as in centre_scope;
    None sees all.
    """

    study: str | None = None
    site: str | None = None
    verdict: Verdict | None = None
    km: int | None = None
    unknowns: int | None = None
    waiting: int | None = None
    search: str = ""
    pile: Pile = Pile.WAITING
    start: int | None = None
    tenant: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether there may be others that are not looked at."""
        limits = (self.km, self.unknowns, self.waiting)
        given = any((self.study, self.site, self.verdict, self.search))
        return given or any(each is not None for each in limits) or self.pile is not Pile.WAITING


class Knower(Lexicon, Hierarchy, Protocol):
    """What is asked of the lexicon here: names for sentences, ancestors for reasons."""


@dataclass(frozen=True, slots=True)
class Look:
    """The day on which somebody looks, the language they read, and who knows the concepts."""

    on: date
    language: str
    lexicon: Knower


def of_tenant(session: Session, tenant: int | None, at: datetime) -> SelectOfScalar[MatchRow]:
    """The matches that stand, of people who consent at a moment, as `tenant` sees them.

    The moment is the parameter `at` of the query, as in CURRENT.
    """
    if tenant is None:
        return CURRENT
    return CURRENT.where(in_scope(session, tenant, current_matches(at)))


def narrowed(query: SelectOfScalar[MatchRow], wanted: Wanted) -> SelectOfScalar[MatchRow]:
    """Of matches those that are wanted."""
    states = [each.value for each in STATES[wanted.pile]]
    # One value, not a list of one: the index then gives them in their order.
    state = col(MatchRow.state)
    query = query.where(state == states[0] if len(states) == 1 else state.in_(states))
    if wanted.study:
        query = query.where(col(MatchRow.trial) == wanted.study)
    if wanted.site:
        query = query.where(col(MatchRow.site) == wanted.site)
    if wanted.verdict:
        query = query.where(col(MatchRow.verdict) == wanted.verdict.value)
    if wanted.km is not None:
        query = query.where(col(MatchRow.km) <= wanted.km)
    if wanted.unknowns is not None:
        query = query.where(col(MatchRow.unknown) <= wanted.unknowns)
    if wanted.waiting is not None:
        query = query.where(col(MatchRow.since) <= now() - timedelta(days=wanted.waiting))
    if wanted.search:
        query = query.where(col(MatchRow.person).startswith(wanted.search, autoescape=True))
    return query
