"""How the newest approved text of a place stands on a day, in one query: asked for each message."""

from datetime import date
from typing import Final

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from recruit.trials.materials.content import Place, State, is_whole
from recruit.trials.materials.tables import (
    MATERIAL_APPROVED,
    MATERIAL_DECISION,
    MATERIAL_SUSPENDED,
)

_TEXT, _DECISION, _SUSPENDED = MATERIAL_APPROVED.c, MATERIAL_DECISION.c, MATERIAL_SUSPENDED.c
_NEWEST: Final = (
    select(
        _TEXT.version,
        _TEXT.text,
        _TEXT.digest,
        _DECISION.expires_on,
        _SUSPENDED.sequence.label("suspended"),
    )
    .join(
        MATERIAL_DECISION,
        and_(_DECISION.sequence == _TEXT.decision, _DECISION.posting == _TEXT.posting),
    )
    .outerjoin(MATERIAL_SUSPENDED, _SUSPENDED.approved == _TEXT.sequence)
    .where(
        *(_TEXT[name] == bindparam(name) for name in ("posting", "channel", "language", "country"))
    )
    .order_by(_TEXT.version.desc())
    .limit(1)
)


def standing(session: Session, place: Place, on: date) -> tuple[State, str] | None:
    """The state, as `store.newest` says it, and the digest; None where none was ever approved."""
    values = {
        "posting": place.posting,
        "channel": place.channel.value,
        "language": place.language,
        "country": place.country,
    }
    row = session.execute(_NEWEST, values).first()
    if row is None:
        return None
    if not is_whole(row.text, row.digest, place, row.version):
        return State.ALTERED, row.digest
    if row.suspended is not None:
        return State.SUSPENDED, row.digest
    return State.APPROVED if on <= row.expires_on else State.EXPIRED, row.digest
