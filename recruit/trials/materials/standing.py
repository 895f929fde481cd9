"""How the newest approved text of a place stands on a day: asked for each message that goes out."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Row, and_, select

from recruit.trials.materials.content import Place, State, is_whole
from recruit.trials.materials.tables import (
    MATERIAL_APPROVED,
    MATERIAL_DECISION,
    MATERIAL_SUSPENDED,
)

_TEXT, _DECISION, _SUSPENDED = MATERIAL_APPROVED.c, MATERIAL_DECISION.c, MATERIAL_SUSPENDED.c
_WITH_DECISION: Final = and_(
    _DECISION.sequence == _TEXT.decision, _DECISION.posting == _TEXT.posting
)
COLUMNS: Final = (
    _TEXT.version,
    _TEXT.text,
    _TEXT.digest.label("approved_digest"),
    _DECISION.expires_on,
    _SUSPENDED.sequence.label("suspended"),
)
"""What `newest` reads."""


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


def beside(
    rows: FromClause,
    posting: ColumnElement[str],
    channel: ColumnElement[str],
    language: ColumnElement[str],
    country: ColumnElement[str],
) -> FromClause:
    """Rows of a query, and beside each `COLUMNS` of the newest approved text of its place."""
    newer = MATERIAL_APPROVED.alias("newer")
    place = {"posting": posting, "channel": channel, "language": language, "country": country}
    decided = select(_DECISION.sequence).where(
        _DECISION.sequence == newer.c.decision, _DECISION.posting == newer.c.posting
    )
    newest = (
        select(newer.c.sequence)
        .where(*(newer.c[name] == value for name, value in place.items()), decided.exists())
        .order_by(newer.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        rows.outerjoin(MATERIAL_APPROVED, _TEXT.sequence == newest)
        .outerjoin(MATERIAL_DECISION, _WITH_DECISION)
        .outerjoin(MATERIAL_SUSPENDED, _SUSPENDED.approved == _TEXT.sequence)
    )


def newest(row: Row[Any], place: Place) -> Newest | None:
    """The newest approved text of a place in a row; None where none was ever approved."""
    if row.version is None:
        return None
    ended = None if row.suspended is None else State.SUSPENDED
    if not is_whole(row.text, row.approved_digest, place, row.version):
        ended = State.ALTERED
    return Newest(row.approved_digest, ended, row.expires_on)
