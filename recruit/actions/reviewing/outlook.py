"""What is decided about a match that stands, or what asking its person would come to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.prospects import Prospect, prospect
from recruit.actions.outreach.writing import Writer
from recruit.actions.reviewing.decisions import Decision, latest
from recruit.actions.reviewing.undoing import can_undo
from recruit.core.errors import WrongUsage


@dataclass(frozen=True, slots=True)
class Outlook:
    """`stands` is what is decided, and whether that can be undone; `came_back` what was before.

    Where nothing is decided, `prospect` is what inviting the person comes to, or `hindrance` why
    that cannot be known.
    """

    stands: Decision | None = None
    can_undo: bool = False
    came_back: Decision | None = None
    prospect: Prospect | None = None
    hindrance: WrongUsage | None = None


def outlook(session: Session, writer: Callable[[], Writer], row: MatchRow, at: datetime) -> Outlook:
    """How it stands with a match at a moment; nothing is written."""
    stands, came_back = latest(session, row.id or 0, at)
    if stands:
        return Outlook(stands, can_undo(session, stands))
    try:
        found = prospect(session, writer(), row, at)
    except WrongUsage as error:  # said where the button would be
        return Outlook(came_back=came_back, hindrance=error)
    return Outlook(came_back=came_back, prospect=found)
