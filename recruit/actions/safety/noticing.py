"""What came in and may tell of an adverse event becomes a suspicion, which a person has to decide.

The moment of awareness is that of receipt, in UTC: whoever works for us knows from then on. A
suspicion never ends by itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from recruit.actions.safety.tables import CASE, STEP, WORD
from recruit.actions.words_table import HEARD

READER: Final = "the reader of words"  # who flags, in the steps of a case


class Standing(StrEnum):
    """What became of a possible adverse event."""

    OPEN = "open"  # nobody has decided
    DISMISSED = "dismissed"  # a person: not an adverse event
    REPORTED = "reported"  # a person: to be reported; there is a report
    JOINED = "joined"  # a person: it belongs to another one's report


class Did(StrEnum):
    """What somebody did with one, step by step."""

    FLAGGED = "flagged"
    BEGUN = "begun"  # by a person, without a flag
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    WRITTEN = "written"  # a version of the report
    HEARD_MORE = "heard more"  # another word of the person was added
    JOINED = "joined"
    FORWARDED = "forwarded"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A possible adverse event in a message: its own number, and what became of it."""

    number: int
    standing: Standing
    aware_at: datetime
    waits_since: datetime | None


def notice(session: Session, number: int, text: str, at: datetime) -> bool:
    """Flag the message kept as `number` where its text may tell of an adverse event.

    `at` is when it came in. In the caller's unit of work; True where it was flagged. A text that
    was noticed before is not flagged again.
    """
    from recruit.referrals.safety import Kind, suspected  # noqa: PLC0415 - its lexicon is slow

    signs = suspected(text)
    if not signs or of_words(session, [number]):
        return False
    heard = session.execute(select(HEARD).where(HEARD.c.id == number)).mappings().one()
    row = {
        "person": heard["person"],
        "trial": heard["trial"],
        "state": Standing.OPEN.value,
        "aware_at": at,
        "waits_since": at,
        "alarmed": 0,
        "edit": 1,
        "vague": all(sign.kind is Kind.OTHER for sign in signs),
    }
    case = session.execute(insert(CASE).values(row).returning(CASE.c.id)).scalar_one()
    copy_word(session, case, number)
    note_step(session, case, Did.FLAGGED, READER, at)
    return True


def of_words(session: Session, numbers: Collection[int]) -> Mapping[int, Suspicion]:
    """What is suspected in messages, by their numbers (heard.id); the others are not in it."""
    query = (
        select(WORD.c.heard, CASE)
        .join_from(WORD, CASE)
        .where(WORD.c.heard.in_(list(numbers)))
        .order_by(CASE.c.id)
    )
    return {
        row.heard: Suspicion(row.id, Standing(row.state), row.aware_at, row.waits_since)
        for row in session.execute(query)
    }


def copy_word(session: Session, case: int, number: int) -> None:
    """Keep with a case what was heard under `number`, sealed as it is."""
    kept = select(
        literal(case), HEARD.c.id, HEARD.c.mark, HEARD.c.sealed, HEARD.c.how, HEARD.c.heard_at
    ).where(HEARD.c.id == number)
    columns = ["case", "heard", "mark", "sealed", "how", "heard_at"]
    session.execute(insert(WORD).from_select(columns, kept))


def note_step(  # noqa: PLR0913 - the columns of one row
    session: Session,
    case: int,
    did: Did,
    by: str,
    at: datetime,
    *,
    reason: str = "",
    version: int | None = None,
    sealed: str | None = None,
) -> None:
    """Write down one step of a case."""
    row = {
        "case": case,
        "kind": did.value,
        "reason": reason,
        "version": version,
        "sealed": sealed,
        "by": by,
        "at": at,
    }
    session.execute(insert(STEP).values(row))
