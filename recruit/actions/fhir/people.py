"""People on their way and messages to them, read by the staff of a tenant, under pseudonyms.

Who was looked at stands in the audit trail, as for the pages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Select, Table, and_, or_, select
from sqlalchemy.orm import Session

from recruit.actions.callers import Caller
from recruit.actions.fhir.communications import communication
from recruit.actions.fhir.naming import Json
from recruit.actions.fhir.subjects import research_subject
from recruit.actions.outreach.message_scope import seen_by
from recruit.actions.referring.listing import visible_to
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import consenting
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify.outbox_tables import OUTBOX
from recruit.referrals import paths
from recruit.referrals.tables import REFERRAL

REASON: Final = "FHIR"
LARGEST_NUMBER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a list, and after which of them the next begin; None where there are no more."""

    resources: tuple[Json, ...]
    following: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a list: about one person, one trial, with some numbers, after a number.

    None narrows nothing; `person` is a pseudonym or, for a community, its own identifier. `after`
    is what a `Part` said of the following one.
    """

    person: str | None = None
    trial: str | None = None
    ids: Sequence[str] | None = None
    after: str | None = None
    size: int = 20


def subjects(engine: Engine, caller: Caller, wanted: Wanted) -> Part:
    """The people whom the caller's tenant sees on their way into its trials, the oldest first."""
    with unit_of_work(engine) as session:
        seen = visible_to(session, caller.organisation, now())
        found = paths.found(session, _query(REFERRAL, seen, wanted))
        shown = found[: wanted.size]
        _record(session, caller, [(each.person, each.trial) for each in shown])
        more = len(found) > len(shown)
        return Part(
            tuple(map(research_subject, shown)),
            str(shown[-1].number) if shown and more else None,
        )


def communications(engine: Engine, caller: Caller, wanted: Wanted) -> Part:
    """The messages about matches that the caller's tenant sees, the oldest first.

    Of those who let nobody look for them any more, none.
    """
    with unit_of_work(engine) as session:
        by_channel = (
            (OUTBOX.c.channel == each.value) & seen_by(session, caller.organisation, each)
            for each in Channel
        )
        agrees = OUTBOX.c.person.in_(consenting(Purpose.MATCHING, now()))
        rows = session.execute(_query(OUTBOX, and_(or_(*by_channel), agrees), wanted)).all()
        shown = rows[: wanted.size]
        _record(session, caller, [(row.person, row.trial) for row in shown])
        more = len(rows) > len(shown)
        return Part(tuple(map(communication, shown)), str(shown[-1].id) if shown and more else None)


def _query(table: Table, seen: ColumnElement[bool], wanted: Wanted) -> Select[Any]:
    """The rows that are wanted, one more than a page has."""
    query = select(table).where(seen, *_narrowed(table, wanted))
    return query.order_by(table.c.id).limit(wanted.size + 1)


def _narrowed(table: Table, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.person is not None:
        yield table.c.person == wanted.person
    if wanted.trial is not None:
        yield table.c.trial == wanted.trial
    if wanted.ids is not None:
        yield table.c.id.in_([int(each) for each in wanted.ids if _is_number(each)])
    if wanted.after is not None:
        yield table.c.id > (int(wanted.after) if _is_number(wanted.after) else 0)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) <= LARGEST_NUMBER


def _record(session: Session, caller: Caller, people: Sequence[tuple[str, str]]) -> None:
    trail.record_each(session, Tag.REFERRALS_SHOWN, actor=caller.actor, of=people, reason=REASON)
