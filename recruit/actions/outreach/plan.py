"""What inviting everybody whom a trial fits would come to: who, how, when, and who not and why.

Nothing is written and nothing sent: the gates are asked as a sender would ask them.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.catalogue import Worded, title
from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import current_matches
from recruit.actions.match_table import BEST_FIRST, MatchRow
from recruit.actions.outreach import rounds
from recruit.actions.outreach.prospects import Fate, Prospect, has_begun, prospect
from recruit.actions.outreach.writing import Writer
from recruit.core.errors import NotFound
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State, Wave
from recruit.trials import centres, tenants
from recruit.trials import store as trials


@dataclass(frozen=True, slots=True)
class Plan:
    """The people whom a trial fits, the likeliest first, as far as they were looked at.

    Who has been decided on is counted in `begun` alone, by where the invitation stands. `total` is
    how many the others are.
    """

    trial: str
    prospects: tuple[Prospect, ...]
    total: int
    begun: Counter[State]

    def fated(self, *fates: Fate) -> tuple[Prospect, ...]:
        """The people who meet one of some fates."""
        return tuple(each for each in self.prospects if each.fate in fates)


def plan(  # noqa: PLR0913 - whose plan, how far, and who is told
    session: Session,
    writer: Writer,
    trial: str,
    tenant: int | None,
    at: datetime,
    *,
    at_most: int | None = None,
    only: Collection[int] | None = None,
    progress: Callable[[int, int | None], None] = lambda *_: None,
) -> Plan:
    """Look at the `at_most` likeliest people (all, when None) whom a trial fits.

    `only` are the matches that are meant, where these are not all.

    Raises:
        NotFound: there is no such trial, or somebody of `tenant` does not see it.
    """
    look_up(session, trial, tenant)
    everybody = standing_matches(session, trial, tenant, at)
    standing = everybody.where(~_begun().where(OUTBOX.c.trial == trial).exists())
    if only is not None:
        standing = standing.where(col(MatchRow.id).in_(only))
    total = session.scalar(select(func.count()).select_from(standing.subquery())) or 0
    rows = session.scalars(standing.order_by(*BEST_FIRST).limit(at_most)).all()
    found = []
    opens = rounds.opens(session, trial, at)
    for done, row in enumerate(rows, 1):
        found.append(prospect(session, writer, row, at, opens=opens))
        progress(done, len(rows))
    return Plan(trial, tuple(found), total, _stands(session, trial, everybody))


def best(plan: Plan, number: int) -> tuple[Prospect, ...]:
    """The `number` likeliest of those who can be asked now."""
    return plan.fated(Fate.NOW)[:number]


def standing_matches(
    session: Session, trial: str, tenant: int | None, at: datetime
) -> SelectOfScalar[MatchRow]:
    """The matches of a trial that somebody of `tenant` sees, to be narrowed further."""
    of_trial = current_matches(at).where(col(MatchRow.trial) == trial)
    return of_trial.where(in_scope(session, tenant, of_trial))


def look_up(session: Session, trial: str, tenant: int | None, language: str = "en") -> Worded:
    """The title of a trial that somebody of `tenant` sees.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    if not trial.isprintable() or not _sees(session, trial, tenant):
        raise NotFound(what="trial", identifier=trial)
    return title(trials.get(session, trial).draft, language)


def _begun() -> Select[int]:
    """The invitations to the person of a match that have been sent, or wait."""
    return select(OUTBOX.c.id).where(
        OUTBOX.c.person == col(MatchRow.person),
        OUTBOX.c.wave == Wave.INVITATION.value,
        has_begun(),
    )


def _stands(session: Session, trial: str, everybody: SelectOfScalar[MatchRow]) -> Counter[State]:
    people = everybody.with_only_columns(col(MatchRow.person))
    query = (
        select(OUTBOX.c.state, func.count())
        .where(
            OUTBOX.c.trial == trial,
            OUTBOX.c.wave == Wave.INVITATION.value,
            has_begun(),
            OUTBOX.c.person.in_(people),
        )
        .group_by(OUTBOX.c.state)
    )
    return Counter({State(state): number for state, number in session.execute(query)})


def _sees(session: Session, trial: str, tenant: int | None) -> bool:
    if tenant is not None and trial in {each for each, _ in centres.sites_of(session, tenant)}:
        return True
    own = tenants.of(tenant).subquery()
    return session.scalar(select(own).where(own.c[0] == trial)) is not None
