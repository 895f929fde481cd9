"""In which language somebody is spoken to who writes of their own accord."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import INVITING, LEFT
from recruit.people import store
from recruit.trials.draft import Tongue


def spoken(session: Session, person: str) -> Tongue:
    """As in the last message that asked them something; before any, as they say that they speak."""
    asked = (
        select(OUTBOX.c.language)
        .where(OUTBOX.c.person == person, OUTBOX.c.state.in_(LEFT), OUTBOX.c.wave.in_(INVITING))
        .order_by(OUTBOX.c.sent_at.desc(), OUTBOX.c.id.desc())
        .limit(1)
    )
    last = session.scalars(asked).one_or_none()
    if last is not None:
        return "en" if last == "en" else "fr"
    tongues = {
        tongue for _, _, profile in store.current(session, {person}) for tongue in profile.languages
    }
    return "en" if "en" in tongues and "fr" not in tongues else "fr"
