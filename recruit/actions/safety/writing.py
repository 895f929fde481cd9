"""The versions of a report: each is written once, whole and sealed, and none is changed.

What somebody said stands in a version as it may go out: marking.py.
"""

from dataclasses import replace
from hashlib import sha256

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from recruit.actions.safety import marking
from recruit.actions.safety import report as reports
from recruit.actions.safety.held import (
    Decision,
    change,
    held_at,
    hold,
    note,
    record,
    version_binding,
    wait_again,
    waiting,
)
from recruit.actions.safety.known import born_of
from recruit.actions.safety.marking import Choice
from recruit.actions.safety.noticing import Did, Standing, copy_word
from recruit.actions.safety.report import Change, Typed
from recruit.actions.safety.tables import VERSION, WORD
from recruit.actions.words_table import HEARD
from recruit.audit.trail import Tag
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound


def write(
    engine: Engine, keyring: Keyring, decision: Decision, typed: Typed, choice: Choice
) -> int:
    """Write a version of the report, with the words of the case as they are now; its number.

    They are marked out as `choice` says, which is kept with them for the next version.
    It waits to be forwarded: the first from awareness, a further one from now, unless something
    waits already.

    Raises:
        Refusal: it is not valid; the first of its `refusals`.
        NotFound, EditedMeanwhile: as `hold` does, or the case belongs to another by now.
    """
    with unit_of_work(engine) as session:
        row = hold(session, decision.case, decision.edit)
        if row["state"] == Standing.JOINED.value:
            raise EditedMeanwhile
        born = born_of(session, row["person"])
        opened = marking.opened(session, keyring, row["person"], decision.case)
        found = reports.refusals(typed, born, decision.at.date())
        for refusal in (found | marking.refusals(typed.report, opened.who)).values():
            raise refusal
        number = 1 + _last(session, decision.case)
        marking.choose(session, keyring, decision.case, choice)
        kept = replace(
            typed.report,
            words=tuple(marking.copy(each, opened.who, choice) for each in opened.texts.values()),
            marks=tuple(opened.texts),
            change=typed.report.change if number > 1 else Change.FIRST,
        )
        _keep(session, keyring, decision, kept, number)
        since = row["aware_at"] if number == 1 else decision.at
        clock = {} if row["waits_since"] else waiting(since)
        change(session, row, state=Standing.REPORTED.value, **clock)
        note(session, keyring, decision, Did.WRITTEN, version=number)
        record(session, Tag.SAFETY_WRITTEN, decision, row, f"version {number}")
        return number


def add_word(engine: Engine, keyring: Keyring, decision: Decision, heard: int) -> None:
    """Add another message of the same person to a report, for its next version.

    Raises:
        NotFound: the person wrote no such message.
        EditedMeanwhile: as `hold` does, or the message is part of a case by now.
    """
    with unit_of_work(engine) as session:
        row = held_at(session, decision, Standing.REPORTED)
        this = select(HEARD.c.heard_at).where(HEARD.c.id == heard, HEARD.c.person == row["person"])
        at = session.scalar(this)
        if at is None:
            raise NotFound(what="message", identifier=str(heard))
        if session.scalar(select(WORD.c.id).where(WORD.c.heard == heard)) is not None:
            raise EditedMeanwhile
        copy_word(session, decision.case, heard)
        wait_again(session, row, at)
        note(session, keyring, decision, Did.HEARD_MORE)
        record(session, Tag.SAFETY_DECIDED, decision, row, Did.HEARD_MORE.value)


def _last(session: Session, case: int) -> int:
    query = select(func.max(VERSION.c.number)).where(VERSION.c.case == case)
    return session.scalar(query) or 0


def _keep(
    session: Session, keyring: Keyring, decision: Decision, report: reports.Report, number: int
) -> None:
    text = reports.encode(report)
    kept = {
        "case": decision.case,
        "number": number,
        "sealed": keyring.seal(text.encode(), version_binding(decision.case, number)),
        "digest": sha256(text.encode()).hexdigest(),
        "by": decision.by,
        "at": decision.at,
    }
    session.execute(insert(VERSION).values(kept))
