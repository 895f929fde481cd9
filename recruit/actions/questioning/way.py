"""The message that tells somebody that there is a question for them: by which way, and from when.

It passes every gate that an invitation passes but the one for approved words, since its words are
our own and speak of no study. The stricter reading holds all the same: nobody is asked for a study
to which they could not be invited afterwards (docs/adr/0047).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import texts
from recruit.actions.outreach.prospects import (
    OF_CHANNEL,
    Fate,
    Prospect,
    posting_of,
    ways,
    weighed,
)
from recruit.actions.outreach.reason_words import REASONS
from recruit.actions.outreach.writing import Writer
from recruit.consent.choices import Purpose
from recruit.consent.permit import permit
from recruit.core.errors import ConsentMissing, Refusal
from recruit.core.i18n import N_
from recruit.matching.outcome import Hierarchy
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Message, Reason, Wave
from recruit.people.vault import Item, Vault

CALM: Final = timedelta(minutes=5)
"""So long a message waits before it may leave: time to take it back, or to ask something more."""
VALID: Final = timedelta(days=14)
"""A message that has not left by then tells of nothing any more."""
FIELD: Final = "criterion"
NO_APPROVAL: Final = N_(
    "No invitation to this study is approved in their language and country. A question comes "
    "before an invitation, never in place of one."
)
NO_CODE: Final = N_(
    "The person has no e-mail address and no number to send a code to: nobody could show them the "
    "question."
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What it takes to ask: who would write the message, and who knows the concepts."""

    writer: Writer
    lexicon: Hierarchy


@dataclass(frozen=True, slots=True)
class Told:
    """The message that tells of a question, and when it can leave; None: it was there before."""

    message: int
    when: datetime | None


def told(  # noqa: PLR0913 - who is told by whom, and with what
    session: Session,
    asking: Asking,
    match: MatchRow,
    rows: Sequence[RowMapping],
    *,
    by: str,
    at: datetime,
) -> Told:
    """The message that tells the person of a match of their questions; `rows` are those open.

    A new one is queued where none is open.

    Raises:
        Refusal: the person cannot be asked, and why.
    """
    possible = _possible(session, asking.writer, match, at)
    if rows:
        return _joined(session, asking.writer, match, rows[-1]["message"], possible, at)
    found = _open(session, asking.writer, match, _not_tried(session, match, possible), at)
    message = found.message
    if message is None:
        raise _refusal(Reason.CONSENT)
    due = replace(message, due_at=max(found.when or at, at + CALM))
    scope = f"trial/{match.trial}"
    try:
        leave = permit(
            session, match.person, Purpose.CONTACT, channel=due.channel, scope=scope, at=at
        )
    except ConsentMissing:
        raise _refusal(Reason.CONSENT) from None
    number = outbox.approve(session, leave, due, at, by=by)
    if number is None:
        raise _refusal(Reason.CAP)
    outbox.queue(session, [number], at)
    return Told(number, due.due_at)


def hindrance(
    session: Session, writer: Writer, match: MatchRow, rows: Sequence[RowMapping], at: datetime
) -> Refusal | None:
    """Why `told` would refuse at this moment; None where it would not, as far as is known."""
    try:
        possible = _possible(session, writer, match, at)
        if rows:
            _joined(session, writer, match, rows[-1]["message"], possible, at)
        else:
            _open(session, writer, match, _not_tried(session, match, possible), at)
    except Refusal as why:
        return why
    return None


def _possible(session: Session, writer: Writer, match: MatchRow, at: datetime) -> Sequence[Message]:
    """Every way to tell somebody of whom all holds that no gate looks at."""
    posting = posting_of(session, match.trial)
    if posting is None:
        raise Refusal(record="", field=FIELD, problem=NO_APPROVAL)
    kept = Vault(writer.keyring).read(session, match.person)
    if not kept.get(Item.EMAIL) and not kept.get(Item.PHONE):
        raise Refusal(record="", field=FIELD, problem=NO_CODE)
    every = ways(session, match, posting, at, Wave.QUESTION)
    possible = [replace(each, not_after=at + VALID) for each in every]
    if not any(_may_be_invited(session, each, at) for each in possible):
        raise Refusal(record="", field=FIELD, problem=NO_APPROVAL)
    return possible


def _joined(  # noqa: PLR0913, PLR0917 - who is told more by which message
    session: Session,
    writer: Writer,
    match: MatchRow,
    message: int,
    possible: Sequence[Message],
    at: datetime,
) -> Told:
    """The message that is there tells of this too, if it could have been sent for this study."""
    channel = session.scalar(select(OUTBOX.c.channel).where(OUTBOX.c.id == message))
    same = [each for each in possible if each.channel.value == channel]
    _open(session, writer, match, same, at, passing=Reason.CAP)
    return Told(message, None)


def _open(  # noqa: PLR0913 - who is told, and by which ways
    session: Session,
    writer: Writer,
    match: MatchRow,
    possible: Iterable[Message],
    at: datetime,
    *,
    passing: Reason | None = None,
) -> Prospect:
    """The first way that is open now or soon; one that `passing` alone keeps shut is as good."""
    why = Reason.CONSENT
    for message in possible:
        found = weighed(session, writer, match.id or 0, message, at)
        if found.fate is not Fate.NOT or (passing and found.reason is passing):
            return found
        why = found.reason or why
        if why not in OF_CHANNEL:
            break
    raise _refusal(why)


def _not_tried(session: Session, match: MatchRow, possible: Iterable[Message]) -> Iterator[Message]:
    """By each channel somebody is told once about a study."""
    query = select(OUTBOX.c.channel).where(
        OUTBOX.c.trial == match.trial,
        OUTBOX.c.person == match.person,
        OUTBOX.c.wave == Wave.QUESTION.value,
        ~outbox.UNDONE,
    )
    tried = set(session.scalars(query))
    return (each for each in possible if each.channel.value not in tried)


def _may_be_invited(session: Session, message: Message, at: datetime) -> bool:
    """Whether an invitation by this way is approved, so that one can follow."""
    invitation = replace(message, wave=Wave.INVITATION)
    return texts.approved(session, invitation, at.date()) is not None


def _refusal(why: Reason) -> Refusal:
    return Refusal(record="", field=FIELD, problem=REASONS[why])
