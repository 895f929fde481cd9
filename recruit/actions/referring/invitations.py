"""The studies that somebody was asked about, and what they answered: the last answer counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.outreach.answers import Given, given
from recruit.core.errors import NotFound
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import INVITATIONS
from recruit.trials import store as trials
from recruit.trials.draft import TrialDraft


@dataclass(frozen=True, slots=True)
class Invited:
    """One study: when the person was first asked (None: not by a message), and every answer."""

    draft: TrialDraft
    asked_at: datetime | None
    answers: tuple[Given, ...]


def invitations(session: Session, person: str) -> list[Invited]:
    """Every study that the person was asked about or has answered, the newest first."""
    sent = select(OUTBOX.c.trial, OUTBOX.c.sent_at).where(
        OUTBOX.c.person == person, OUTBOX.c.wave.in_(INVITATIONS), OUTBOX.c.sent_at.is_not(None)
    )
    asked: dict[str, datetime] = {}
    for row in session.execute(sent.order_by(OUTBOX.c.sent_at)):
        asked.setdefault(row.trial, row.sent_at)
    answered = session.scalars(select(ANSWER.c.trial).where(ANSWER.c.person == person))
    found = [
        Invited(trials.get(session, trial).draft, asked.get(trial), given(session, trial, person))
        for trial in dict.fromkeys((*asked, *answered))
    ]
    return sorted(found, key=_newest, reverse=True)


def invited(session: Session, person: str, trial: str) -> Invited:
    """One of them.

    Raises:
        NotFound: the person was never asked about it.
    """
    for each in invitations(session, person):
        if each.draft.id == trial:
            return each
    raise NotFound(what="trial", identifier=trial)


def _newest(each: Invited) -> datetime:
    moments = [answer.at for answer in each.answers]
    return max([*moments, *([each.asked_at] if each.asked_at else [])])
