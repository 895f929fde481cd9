"""A report reaches the sponsor by a person's hand, and what they did is written down.

The service itself sends none: a posting's contacts are for people who want to take part, and none
is known to be the sponsor's for safety. docs/adr/0051 says why that is so.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from recruit.actions.safety import keeping
from recruit.actions.safety.cases import Version, versions_of
from recruit.actions.safety.held import Decision, change, held_at, note, record, waiting
from recruit.actions.safety.noticing import Did, Standing
from recruit.actions.safety.report import tidy
from recruit.actions.safety.tables import STEP, WORD
from recruit.audit.trail import Tag
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import N_

LONGEST: Final = 300

NO_WAY: Final = N_("Please say how the report was handed on.")
NOBODY: Final = N_("Please say to whom it was handed on: the service, an address or a number.")
NO_ANSWER: Final = N_("Please say who received it, and how they said so.")
TOO_LONG: Final = N_("That is too long: 300 letters are the most.")


class Way(StrEnum):
    """How a report was handed on."""

    PORTAL = "portal"  # the sponsor's own system for safety reports
    MAIL = "encrypted mail"
    FAX = "fax"
    HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Which version went to whom, how; `answer` says how they acknowledged it, "" for not yet."""

    version: int
    to: str = field(repr=False)
    way: str
    answer: str = field(default="", repr=False)


def forward(engine: Engine, keyring: Keyring, decision: Decision, sent: Forwarded) -> None:
    """Write down that the newest version was handed on: the clock stops.

    Raises:
        Refusal: to nobody, or by no way.
        NotFound, EditedMeanwhile: as `hold` does, or there is a newer version by now, or words
            that no version has.
    """
    to, answer = _line("to", sent.to), _line("answer", sent.answer)
    if not to:
        raise Refusal(record="", field="to", problem=NOBODY)
    if sent.way not in set(Way):
        raise Refusal(record="", field="way", problem=NO_WAY)
    with unit_of_work(engine) as session:
        row = held_at(session, decision, Standing.REPORTED)
        newest = versions_of(session, keyring, decision.case)[-1]
        if newest.number != sent.version:
            raise EditedMeanwhile
        waits = _unwritten(session, decision.case, newest)
        change(session, row, **waiting(waits))
        note(
            session,
            keyring,
            decision,
            Did.FORWARDED,
            reason=sent.way,
            version=sent.version,
            words=to,
        )
        if answer:
            note(
                session,
                keyring,
                decision,
                Did.ACKNOWLEDGED,
                version=sent.version,
                words=answer,
            )
        record(session, Tag.SAFETY_FORWARDED, decision, row, f"version {sent.version}", sent.way)
        if waits is None and keeping.is_erased(session, row["person"]):
            keeping.keep_handed_on(session, decision.case)


def acknowledge(
    engine: Engine, keyring: Keyring, decision: Decision, version: int, answer: str
) -> None:
    """Write down that the sponsor said it has a version that was handed on.

    Raises:
        Refusal: nothing is said of who received it.
        NotFound, EditedMeanwhile: as `hold` does, or that version was not handed on.
    """
    said = _line("acknowledged", answer)
    if not said:
        raise Refusal(record="", field="acknowledged", problem=NO_ANSWER)
    with unit_of_work(engine) as session:
        row = held_at(session, decision, Standing.REPORTED)
        went = select(STEP.c.id).where(
            STEP.c.case == decision.case,
            STEP.c.kind == Did.FORWARDED.value,
            STEP.c.version == version,
        )
        if session.scalar(went.limit(1)) is None:
            raise EditedMeanwhile
        change(session, row)
        note(session, keyring, decision, Did.ACKNOWLEDGED, version=version, words=said)
        record(session, Tag.SAFETY_FORWARDED, decision, row, Did.ACKNOWLEDGED.value)


def _unwritten(session: Session, case: int, newest: Version) -> datetime | None:
    """When the oldest word came in that is not in the newest version; None where all are."""
    query = select(func.min(WORD.c.heard_at)).where(
        WORD.c.case == case, WORD.c.mark.not_in(newest.report.marks)
    )
    oldest: datetime | None = session.scalar(query)
    return oldest


def _line(field: str, text: str) -> str:
    said = tidy(text)
    if len(said) > LONGEST:
        raise Refusal(record="", field=field, problem=TOO_LONG)
    return said
