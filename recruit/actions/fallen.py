"""Those whom a trial no longer fits since it was amended, as those who judge matches see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.catalogue import Worded, title
from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import FALLEN, LATELY, fallen_matches
from recruit.actions.match_table import MatchRow
from recruit.trials import store as trials

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Fallen:
    """Somebody who was matched with a study until it was amended at the moment `since`."""

    pseudonym: str
    slug: str
    study: Worded
    since: datetime


def fallen(
    session: Session, *, study: str | None, tenant: int | None, language: str, at: datetime
) -> tuple[Fallen, ...]:
    """The newest of those of the last month, of one study or all that `tenant` sees."""
    query = FALLEN
    if tenant is not None:
        query = query.where(in_scope(session, tenant, fallen_matches(at, at - LATELY)))
    if study:
        query = query.where(col(MatchRow.trial) == study)
    query = query.order_by(col(MatchRow.superseded_at).desc(), col(MatchRow.id)).limit(MOST)
    rows = [
        (row, row.superseded_at) for row in session.scalars(query, {"at": at, "ago": at - LATELY})
    ]
    titles = {
        trial: title(trials.get(session, trial).draft, language)
        for trial in {row.trial for row, _ in rows}
    }
    return tuple(
        Fallen(row.person, row.trial, titles[row.trial], since) for row, since in rows if since
    )
