"""What a person decides about a possible adverse event; nothing here happens by itself.

| from | decision | to |
|---|---|---|
| open, dismissed, reported | a version of the report is written | reported |
| open | not an adverse event, with a reason | dismissed |
| open | it belongs to a report of the same person | joined |
| dismissed | opened again | open |

A report is never dismissed: what was reported is put right by an amendment.
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, select, update

from recruit.actions.safety.held import (
    CASES,
    Decision,
    change,
    held_at,
    note,
    record,
    wait_again,
    waiting,
)
from recruit.actions.safety.keeping import delete_words, is_erased
from recruit.actions.safety.noticing import Did, Standing, note_step
from recruit.actions.safety.report import tidy
from recruit.actions.safety.tables import CASE, WORD
from recruit.audit.trail import Tag
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_

LONGEST_NOTE: Final = 2000

NO_REASON: Final = N_("Please choose why this is not an adverse event.")
NO_NOTE: Final = N_("Please say why in a few words.")
NO_WORDS: Final = N_("The words were deleted: there is nothing left to decide about.")
TOO_LONG: Final = N_("That is too long: 2,000 letters are the most.")


class Reason(StrEnum):
    """Why something is not an adverse event; "other" wants words."""

    NOTHING_HAPPENED = "nothing happened"  # denied, feared, asked about
    SOMEBODY_ELSE = "somebody else"
    BEFORE = "before"  # long known, from before any contact about the study
    MISREAD = "misread"  # the words mean something else
    OTHER = "other"


def dismiss(engine: Engine, keyring: Keyring, decision: Decision, reason: str, words: str) -> None:
    """Decide that it is not an adverse event; it can be opened again.

    Of somebody who was erased meanwhile the words go at once; of a stranger after a term, in which
    it can be opened again (keeping.tidy).

    Raises:
        Refusal: no reason, or an "other" one without words.
        NotFound, EditedMeanwhile: as `hold` does.
    """
    if reason not in set(Reason):
        raise Refusal(record="", field="reason", problem=NO_REASON)
    said = tidy(words)
    if len(said) > LONGEST_NOTE:
        raise Refusal(record="", field="words", problem=TOO_LONG)
    if reason == Reason.OTHER and not said:
        raise Refusal(record="", field="words", problem=NO_NOTE)
    with unit_of_work(engine) as session:
        row = held_at(session, decision, Standing.OPEN)
        change(session, row, state=Standing.DISMISSED.value, **waiting(None))
        note(session, keyring, decision, Did.DISMISSED, reason=reason, words=said)
        if is_erased(session, row["person"]):
            delete_words(session, [decision.case], by=decision.by)
        record(session, Tag.SAFETY_DECIDED, decision, row, Standing.DISMISSED, reason)


def reopen(engine: Engine, keyring: Keyring, decision: Decision) -> None:
    """Open again what was dismissed: its clock is again that of awareness.

    Raises:
        Refusal: the words were deleted since.
        NotFound, EditedMeanwhile: as `hold` does.
    """
    with unit_of_work(engine) as session:
        row = held_at(session, decision, Standing.DISMISSED)
        left = select(WORD.c.id).where(WORD.c.case == decision.case, WORD.c.sealed.is_not(None))
        if session.scalar(left.limit(1)) is None:
            raise Refusal(record="", field="main", problem=NO_WORDS)
        change(session, row, state=Standing.OPEN.value, **waiting(row["aware_at"]))
        note(session, keyring, decision, Did.REOPENED)
        record(session, Tag.SAFETY_DECIDED, decision, row, Standing.OPEN)


def join(engine: Engine, keyring: Keyring, decision: Decision, into: int) -> None:
    """Decide that it belongs to a report of the same person: its words go there.

    What is said in them is to be forwarded too, within 24 hours of when it came in.

    Raises:
        NotFound: there is no such report of the same person.
        EditedMeanwhile: as `hold` does.
    """
    with unit_of_work(engine) as session:
        row = held_at(session, decision, Standing.OPEN)
        query = select(CASE).where(
            CASE.c.id == into,
            CASE.c.person == row["person"],
            CASE.c.state == Standing.REPORTED.value,
        )
        other = session.execute(query.with_for_update()).mappings().one_or_none()
        if other is None:
            raise NotFound(what=CASES, identifier=str(into))
        session.execute(update(WORD).where(WORD.c.case == decision.case).values(case=into))
        change(session, row, state=Standing.JOINED.value, joined=into, **waiting(None))
        wait_again(session, other, row["aware_at"])
        note(session, keyring, decision, Did.JOINED, words=str(into))
        note_step(session, into, Did.HEARD_MORE, decision.by, decision.at)
        record(session, Tag.SAFETY_DECIDED, decision, row, Standing.JOINED)
