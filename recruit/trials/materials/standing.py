"""How the newest approved text of a place stands on a day, in one query: asked for each message."""

from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from recruit.trials.materials.content import Place, State, is_whole
from recruit.trials.materials.tables import (
    MATERIAL_APPROVED,
    MATERIAL_DECISION,
    MATERIAL_SUSPENDED,
)


def standing(session: Session, place: Place, on: date) -> tuple[State, str] | None:
    """The state, as `store.newest` says it, and the digest; None where none was ever approved."""
    text, decision, suspended = MATERIAL_APPROVED.c, MATERIAL_DECISION.c, MATERIAL_SUSPENDED.c
    query = (
        select(
            text.version,
            text.text,
            text.digest,
            decision.expires_on,
            suspended.sequence.label("suspended"),
        )
        .join(
            MATERIAL_DECISION,
            and_(decision.sequence == text.decision, decision.posting == text.posting),
        )
        .outerjoin(MATERIAL_SUSPENDED, suspended.approved == text.sequence)
        .where(
            text.posting == place.posting,
            text.channel == place.channel.value,
            text.language == place.language,
            text.country == place.country,
        )
        .order_by(text.version.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    if not is_whole(row.text, row.digest, place, row.version):
        return State.ALTERED, row.digest
    if row.suspended is not None:
        return State.SUSPENDED, row.digest
    return State.APPROVED if on <= row.expires_on else State.EXPIRED, row.digest
