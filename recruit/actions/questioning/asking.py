"""A coordinator asks the person of a match what would settle a criterion, before an invitation.

What was asked can be taken back while nothing has left.
Nobody is asked the same twice. Who is asked something more while a question of theirs is open gets
no second message: all of it comes together on one page (docs/adr/0047).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, RowMapping, insert, select
from sqlalchemy.orm import Session

from recruit.actions import questioned
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.prospects import Fate, Prospect, has_begun
from recruit.actions.outreach.writing import Writer
from recruit.actions.question_table import QUESTION_ASKED, End
from recruit.actions.questioning import ending, way
from recruit.actions.questioning.opening import screened
from recruit.actions.questioning.way import Asking
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.matching.outcome import Hierarchy
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import STOPPABLE, Wave
from recruit.trials import store as trials

__all__ = ["Asked", "Asking", "ask", "askable", "why_unaskable", "withdraw"]

FIELD: Final = way.FIELD
CHANGED: Final = N_("The study was changed meanwhile. Please look at the match again.")
NOTHING_OPEN: Final = N_("No answer of the person would settle this criterion.")
ASKED_BEFORE: Final = N_("The person was asked this before. Nobody is asked the same twice.")
INVITED: Final = N_("The person has been invited already.")
HAS_LEFT: Final = N_("The message has left already: the question cannot be taken back.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the numbers of the questions, and of the message that tells of them.

    `when` is the first moment at which that message can leave; None where it was there before.
    """

    questions: tuple[int, ...]
    message: int
    when: datetime | None


def ask(  # noqa: PLR0913 - who asks whom what, and with what
    session: Session,
    asking: Asking,
    *,
    match: MatchRow,
    criterion: int,
    by: str,
    at: datetime,
) -> Asked:
    """Ask the person of a match what would settle a criterion, by its place in the trial from 0.

    The caller holds the chains, then the person, and sees the match, which stands. From now on that
    waits for the answer (ReviewState.ASKED). To ask what is open already changes nothing.

    Raises:
        Refusal: there is nothing to ask, it was asked before, or the person cannot be asked, and
            why.
    """
    keys = _wanted(session, asking.lexicon, match, criterion, at)
    rows = questioned.open_rows(session, match.person)
    mine = {row["question"]: row for row in rows if row["trial"] == match.trial}
    numbers = [mine[key]["id"] for key in keys if key in mine]
    fresh = [key for key in keys if key not in mine]
    ending.put_aside(session, match)
    if not fresh:
        return Asked(tuple(numbers), mine[keys[0]]["message"], None)
    told = way.told(session, asking, match, rows, by=by, at=at)
    row = {
        "person": match.person,
        "trial": match.trial,
        "trial_version": match.trial_version,
        "criterion": criterion,
        "message": told.message,
        "asked_by": by,
        "asked_at": at,
    }
    numbers += [_note(session, row | {"question": key}) for key in fresh]
    trail.record(
        session,
        Tag.QUESTION_ASKED,
        actor=by,
        subject=match.person,
        reason=f"criterion {criterion}",
        new=match.trial,
    )
    return Asked(tuple(numbers), told.message, told.when)


def withdraw(session: Session, match: MatchRow, *, by: str, at: datetime) -> int:
    """Take back what is open about a match, as long as nothing has left; how many questions.

    The caller holds the chains, then the person.

    Raises:
        Refusal: a message that tells of one of them has left.
    """
    rows = questioned.open_rows(session, match.person)
    mine = [row for row in rows if row["trial"] == match.trial]
    if not mine:
        return 0
    messages = {row["message"] for row in mine}
    waiting = select(OUTBOX.c.id).where(OUTBOX.c.id.in_(messages), OUTBOX.c.state.in_(STOPPABLE))
    if len(session.scalars(waiting.with_for_update()).all()) < len(messages):
        raise Refusal(record="", field=FIELD, problem=HAS_LEFT)
    ending.end(session, mine, End.WITHDRAWN, at)
    trail.record(session, Tag.QUESTION_WITHDRAWN, actor=by, subject=match.person, new=match.trial)
    return len(mine)


def askable(
    session: Session, lexicon: Hierarchy, match: MatchRow, at: datetime
) -> Mapping[int, Sequence[str]]:
    """The criteria, by their place from 0, that the person could settle, and by which questions.

    What they were asked before is left out; nothing where the study was changed meanwhile.
    """
    version = trials.get(session, match.trial)
    if version.number != match.trial_version:
        return {}
    seen = screened(session, version, match.person, lexicon, at.date())
    left = {each.key for each in seen.open} - questioned.over(session, match.person)
    keys = {id(each.criterion): each.keys for each in seen.criteria}
    found = {
        place: [key for key in keys.get(id(each), ()) if key in left]
        for place, each in enumerate(version.eligibility.criteria)
    }
    return {place: wanted for place, wanted in found.items() if wanted}


def why_unaskable(  # noqa: PLR0913, PLR0917 - who is asked, what is known of them, and with what
    engine: Engine,
    writer: Writer,
    match: MatchRow,
    prospect: Prospect,
    rows: Sequence[RowMapping],
    at: datetime,
) -> Refusal | None:
    """Why the person of a match cannot be asked anything at this moment; None where they can.

    `prospect` is what inviting them comes to, `rows` are the questions that they have open.
    """
    if prospect.fate is Fate.BEGUN:
        return Refusal(record="", field=FIELD, problem=INVITED)
    with reading(engine) as session:
        return way.hindrance(session, writer, match, rows, at)


def _wanted(
    session: Session, lexicon: Hierarchy, match: MatchRow, criterion: int, at: datetime
) -> Sequence[str]:
    """The questions to ask, by key."""
    if trials.get(session, match.trial).number != match.trial_version:
        raise Refusal(record="", field=FIELD, problem=CHANGED)
    if _is_invited(session, match):
        raise Refusal(record="", field=FIELD, problem=INVITED)
    keys = askable(session, lexicon, match, at).get(criterion, ())
    if not keys:
        before = criterion in _asked(session, match)
        raise Refusal(record="", field=FIELD, problem=ASKED_BEFORE if before else NOTHING_OPEN)
    return keys


def _is_invited(session: Session, match: MatchRow) -> bool:
    query = select(OUTBOX.c.id).where(
        OUTBOX.c.trial == match.trial,
        OUTBOX.c.person == match.person,
        OUTBOX.c.wave == Wave.INVITATION.value,
        has_begun(),
    )
    return session.scalar(query.limit(1)) is not None


def _asked(session: Session, match: MatchRow) -> Collection[int]:
    """The criteria of a match that were asked about, and are no more to be."""
    stand = questioned.standings(session, [match]).get(match.id or 0, ())
    return {each.criterion for each in stand if each.ended in questioned.OVER}


def _note(session: Session, row: Mapping[str, object]) -> int:
    made = insert(QUESTION_ASKED).values(row).returning(QUESTION_ASKED.c.id)
    return int(session.execute(made).scalar_one())
