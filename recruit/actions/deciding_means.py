"""What carries out the decisions of those who judge matches: who invites, asks and takes back.

Those who keep questions move matches in the queue: this stands above them and the deciding.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.writing import Writer
from recruit.actions.questioning import asking
from recruit.actions.reviewing.deciding import Means
from recruit.matching.outcome import Hierarchy


def means_of(writer: Callable[[], Writer], lexicon: Callable[[], Hierarchy]) -> Means:
    """The means of a service; neither is looked for before it is needed."""

    def ask(session: Session, row: MatchRow, criterion: int, by: str, at: datetime) -> None:
        who = asking.Asking(writer(), lexicon())
        asking.ask(session, who, match=row, criterion=criterion, by=by, at=at)

    def take_back(session: Session, row: MatchRow, by: str, at: datetime) -> None:
        asking.withdraw(session, row, by=by, at=at)

    return Means(writer, ask, take_back)
