"""Rules of which a reviewer says that they are misread: said once, settled by who edits them.

What is said is about a rule and goes to the sponsor: nothing of a person belongs in it. A pseudonym
or an address is refused; the page says the rest.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from recruit.actions.reviewing.tables import MISREAD, Settled, Wrong
from recruit.audit.trail import Tag, record
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Criterion
from recruit.matching.basis import rule_digest
from recruit.trials import store as trials

LONGEST: Final = 300  # characters
NAMES_SOMEBODY: Final = re.compile(r"\bP-[0-9A-Z]{4}|@|(?:\d[ .-]?){8}", re.IGNORECASE)
"""A pseudonym, an address or a telephone number: eight digits in a row are no bound of a rule."""


@dataclass(frozen=True, slots=True)
class Misread:
    """What is wrong with the rule of a criterion, counted from 0; `words` may be ""."""

    criterion: int
    wrong: Wrong
    words: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Somebody of the reviewers said that this criterion's rule is misread."""

    id: int
    trial: str
    version: int
    kind: str
    text: str
    rule: str
    wrong: Wrong
    words: str
    at: datetime


def say(  # noqa: PLR0913 - who says what about which rule of which version
    session: Session, trial: str, version: int, said: Misread, *, by: str, at: datetime
) -> int:
    """Keep that a rule is misread, in the caller's unit of work; the note's number.

    The same said again by the same one while it is open is the same note.

    Raises:
        NotFound: the version has no such criterion.
        Refusal: words that are too long or name somebody.
    """
    words = checked(said.words)
    criterion = _criterion(session, trial, version, said.criterion)
    rule = rule_digest(criterion)
    known = select(MISREAD.c.id).where(
        MISREAD.c.trial == trial,
        MISREAD.c.rule == rule,
        MISREAD.c.text == criterion.text,
        MISREAD.c.wrong == said.wrong.value,
        MISREAD.c.words == words,
        MISREAD.c.by == by,
        MISREAD.c.settled_at.is_(None),
    )
    number: int | None = session.scalar(known)
    if number is not None:
        return number
    row = {
        "trial": trial,
        "version": version,
        "criterion": said.criterion,
        "kind": criterion.kind,
        "text": criterion.text,
        "rule": rule,
        "wrong": said.wrong.value,
        "words": words,
        "by": by,
        "at": at,
    }
    new: int = session.execute(insert(MISREAD).values(row).returning(MISREAD.c.id)).scalar_one()
    record(session, Tag.MISREAD_SAID, actor=by, subject=trial, new=f"note {new}")
    return new


def open_notes(session: Session, trial: str) -> list[Note]:
    """What is said about the rules of a trial and not settled, oldest first."""
    query = select(MISREAD).where(MISREAD.c.trial == trial, MISREAD.c.settled_at.is_(None))
    return [_note(row) for row in session.execute(query.order_by(MISREAD.c.id)).mappings()]


def follow(
    session: Session, trial: str, criteria: Iterable[Criterion], *, by: str, at: datetime
) -> None:
    """Settle what is said about rules that are other ones now, in the editor's unit of work.

    An edit that is undone brings back what was said.
    """
    there = {(each.kind, each.text, rule_digest(each)) for each in criteria}
    query = select(MISREAD).where(MISREAD.c.trial == trial)
    for row in session.execute(query).mappings().all():
        stands = (row["kind"], row["text"], row["rule"]) in there
        if not stands and row["settled_at"] is None:
            _settle(session, row["id"], Settled.EDITED, by, at)
        elif stands and row["settled"] == Settled.EDITED.value:
            again = {"settled_at": None, "settled_by": None, "settled": None}
            session.execute(update(MISREAD).where(MISREAD.c.id == row["id"]).values(again))


def settle(  # noqa: PLR0913 - which note of which trial, how, by whom and when
    session: Session, trial: str, number: int, settled: Settled, *, by: str, at: datetime
) -> None:
    """End a note, in the caller's unit of work; one that is settled stays as it is.

    Raises:
        NotFound: the trial has no such note.
    """
    query = select(MISREAD.c.settled_at).where(MISREAD.c.id == number, MISREAD.c.trial == trial)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(what="note", identifier=str(number))
    if found.settled_at is None:
        _settle(session, number, settled, by, at)


def checked(words: str) -> str:
    """What a reviewer wrote about a rule, as it is kept.

    Raises:
        Refusal: it is too long, holds what no text can, or names somebody.
    """
    said = " ".join(words.split())
    if len(said) > LONGEST or not said.isprintable():
        problem = N_("Please say it in at most {limit} characters.")
        raise Refusal(record="", field="words", problem=problem, limit=LONGEST)
    if NAMES_SOMEBODY.search(said):
        problem = N_("The sponsor reads this: name nobody here, and no number or address.")
        raise Refusal(record="", field="words", problem=problem)
    return said


def _settle(session: Session, number: int, settled: Settled, by: str, at: datetime) -> None:
    values = {"settled_at": at, "settled_by": by, "settled": settled.value}
    session.execute(update(MISREAD).where(MISREAD.c.id == number).values(values))


def _criterion(session: Session, trial: str, version: int, number: int) -> Criterion:
    criteria = trials.version(session, trial, version).eligibility.criteria
    if not 0 <= number < len(criteria):
        raise NotFound(what="criterion", identifier=str(number))
    return criteria[number]


def _note(row: RowMapping) -> Note:
    return Note(
        row["id"],
        row["trial"],
        row["version"],
        row["kind"],
        row["text"],
        row["rule"],
        Wrong(row["wrong"]),
        row["words"],
        row["at"],
    )
