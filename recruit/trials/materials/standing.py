"""How the newest approved text of a place stands on a day, in one query: asked for each message."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of a text that was ever approved, by its digest."""

    digest: str
    ended: State | None
    """SUSPENDED or ALTERED, on whatever day."""
    expires_on: date

    def on(self, day: date) -> State:
        """How it stands on a day, as `store.newest` says it."""
        return self.ended or (State.APPROVED if day <= self.expires_on else State.EXPIRED)


def newest(session: Session, place: Place) -> Newest | None:
    """The newest approved text of a place; None where none was ever approved."""
    values = {
        "posting": place.posting,
        "channel": place.channel.value,
        "language": place.language,
        "country": place.country,
    }
    row = session.execute(_NEWEST, values).first()
    if row is None:
        return None
    ended = None if row.suspended is None else State.SUSPENDED
    if not is_whole(row.text, row.digest, place, row.version):
        ended = State.ALTERED
    return Newest(row.digest, ended, row.expires_on)
