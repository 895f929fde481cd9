"""What a link of a message leads to: who was written to about which study, by which consent."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.state import YES, Standings, permitting
from recruit.core.clock import now
from recruit.notify import links
from recruit.notify.links import Purpose as LinkPurpose


@dataclass(frozen=True, slots=True)
class Asked:
    """One message that was sent. By the link alone nothing of the person is shown but `agreed_at`.

    That is when they agreed to messages of this channel, the last time before this one was decided
    on; None where they agree to them no more. `reference` is the message's own.
    """

    person: str = field(repr=False)
    trial: str
    channel: Channel
    language: str
    reference: str
    agreed_at: datetime | None


def look(session: Session, purpose: LinkPurpose, token: str) -> Asked | None:
    """What a token stands for; None where it stands for nothing, or for nothing any more."""
    row = links.find(session, purpose, token)
    if row is None:
        return None
    message = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for the row as a mapping
    channel = Channel(message["channel"])
    return Asked(
        person=message["person"],
        trial=message["trial"],
        channel=channel,
        language=message["language"],
        reference=message["reference"],
        agreed_at=_agreed(session, message, channel),
    )


def _agreed(session: Session, message: RowMapping, channel: Channel) -> datetime | None:
    person, trial, before = message["person"], message["trial"], message["approved_at"]
    own = ledger.standings(session, {person}).get(person, Standings())
    if permitting(own, Choice(Purpose.CONTACT, channel, f"trial/{trial}"), now()) is None:
        return None
    moments = [
        event["occurred_at"]
        for event in ledger.history(session, person)
        if event["type"] in YES
        and event["purpose"] == Purpose.CONTACT
        and event["channel"] == channel
        and event["occurred_at"] <= before
    ]
    return max(moments, default=None)
