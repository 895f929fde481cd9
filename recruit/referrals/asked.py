"""Which questions of a study somebody has dealt with, and how; facts stand in their profile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from recruit.referrals.paths import Path
from recruit.referrals.tables import REFERRAL_QUESTION

UNSURE: Final = "unsure"
DECLINED: Final = "declined"
YES: Final = "yes"
NO: Final = "no"
TOLD: Final = "told"  # a value, a grade or a place, which stands in the profile
SILENT: Final = frozenset({UNSURE, DECLINED})


def note(  # noqa: PLR0913 - who dealt with what, how and when
    session: Session, path: Path, question: str, given: str, at: datetime, *, by: str
) -> None:
    """Somebody has dealt with a question on a path that the caller holds; the last word counts.

    `given` is one of the words above or, where a question has its own, one of these.
    """
    this = (REFERRAL_QUESTION.c.referral == path.number) & (
        REFERRAL_QUESTION.c.question == question
    )
    session.execute(delete(REFERRAL_QUESTION).where(this))
    row = {"referral": path.number, "question": question, "given": given, "by": by, "at": at}
    session.execute(insert(REFERRAL_QUESTION), row)


def given(session: Session, path: Path, until: datetime | None = None) -> Mapping[str, str]:
    """How each question was dealt with (`until` a moment), in the order in which that was."""
    this = REFERRAL_QUESTION.c.referral == path.number
    if until is not None:
        this &= REFERRAL_QUESTION.c.at <= until
    order = (REFERRAL_QUESTION.c.at, REFERRAL_QUESTION.c.question)
    rows = session.execute(select(REFERRAL_QUESTION).where(this).order_by(*order)).mappings()
    return {row["question"]: row["given"] for row in rows}
