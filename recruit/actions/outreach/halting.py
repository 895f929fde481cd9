"""The team stops what was decided and is not sent yet: the whole of it, about one trial."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, and_
from sqlmodel import col, select

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import cancelling
from recruit.actions.outreach.plan import look_up, standing_matches
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import INVITING, Reason

LONGEST_REASON: Final = 1_000


@dataclass(frozen=True, slots=True)
class Halting:
    """Who stops the messages about which trial, and why; `tenant` as in centre_scope."""

    trial: str
    reason: str
    actor: str
    tenant: int | None


def halt(engine: Engine, halting: Halting) -> int:
    """Cancel every invitation that is not sent yet; how many these were.

    A study centre stops those to the people whom its sites would take.

    Raises:
        NotFound: there is no such trial, or somebody of `tenant` does not see it.
        Refusal: no reason, or no text.
    """
    why = halting.reason.strip()
    if not why or len(why) > LONGEST_REASON or not why.replace("\n", " ").isprintable():
        problem = N_("Please say why, in at most {limit} characters.")
        raise Refusal(record="", field="reason", problem=problem, limit=f"{LONGEST_REASON:,}")
    with unit_of_work(engine) as session:
        chain.hold(session)  # before the rows of the outbox: whoever withdraws holds it so too
        at = now()
        look_up(session, halting.trial, halting.tenant)
        these = outbox.of_trial(halting.trial, tuple(INVITING))
        if halting.tenant is not None:
            seen = standing_matches(session, halting.trial, halting.tenant, at)
            people = select(col(MatchRow.person)).where(
                col(MatchRow.id).in_(seen.with_only_columns(col(MatchRow.id)))
            )
            these = and_(these, OUTBOX.c.person.in_(people))
        stopped = cancelling.of_many(session, these, Reason.STAFF)
        record(
            session,
            Tag.ROUNDS_STOPPED,
            actor=halting.actor,
            subject=halting.trial,
            reason=why,
            new=str(stopped),
        )
        return stopped
