"""Which messages to people somebody of an organisation may see: those about matches they see."""

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel import select as select_models

from recruit.actions.centre_scope import in_scope
from recruit.actions.match_table import MatchRow
from recruit.consent.choices import Channel
from recruit.notify.outbox_tables import OUTBOX


def seen_by(session: Session, organisation: int | None, channel: Channel) -> ColumnElement[bool]:
    """The condition on OUTBOX that holds which messages by a channel `organisation` sees.

    None sees all. The match may have ended since: what was asked can still be answered.
    """
    if organisation is None:
        return true()
    asked = exists(select(OUTBOX.c.id).where(OUTBOX.c.channel == channel.value, _about_match()))
    seen = in_scope(session, organisation, select_models(MatchRow).where(asked))
    return exists(select(col(MatchRow.id)).where(_about_match(), seen))


def _about_match() -> ColumnElement[bool]:
    return (col(MatchRow.trial) == OUTBOX.c.trial) & (col(MatchRow.person) == OUTBOX.c.person)
