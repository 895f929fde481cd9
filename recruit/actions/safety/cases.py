"""Possible adverse events as staff see them: the list, what is overdue first, and one of them."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, Row, RowMapping, case, false, func, select
from sqlalchemy.orm import Session

from recruit.actions.paging import Page, page_number
from recruit.actions.safety.held import CASES, step_binding, subject, version_binding, word_binding
from recruit.actions.safety.noticing import Did, Standing
from recruit.actions.safety.report import Report, decode
from recruit.actions.safety.tables import CASE, STEP, VERSION, WORD
from recruit.actions.words_table import HEARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.people.tables import PARTICIPANT

SIZE: Final = 25
WITHIN: Final = timedelta(hours=24)
"""Regulation (EU) 536/2014, article 41(2): an investigator tells the sponsor of a serious adverse
event within 24 hours of becoming aware of it. Whether it is serious shows later, so all are."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the list; `person` is None where nobody knows whose words they are."""

    number: int
    person: str | None
    trial: str | None
    standing: Standing
    aware_at: datetime
    waits_since: datetime | None
    edit: int
    joined: int | None

    @property
    def due_at(self) -> datetime | None:
        """Until when it is to be forwarded, or decided; None where nothing waits."""
        return self.waits_since + WITHIN if self.waits_since else None


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody wrote, in their own words; `text` is None once it was deleted.

    `how` is the way it came in, a word of answer_table.How.
    """

    how: str
    at: datetime
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case: who did what, and what they wrote about it."""

    did: Did
    reason: str
    version: int | None
    note: str = field(repr=False)
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the report, as it was written."""

    number: int
    report: Report
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Other:
    """Something else that the person wrote and that is not part of any case."""

    number: int
    how: str
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as a whole. `erased_at` is when the person was erased, if they were."""

    line: Line
    words: tuple[Word, ...]
    steps: tuple[Step, ...]
    versions: tuple[Version, ...]
    others: tuple[Other, ...]
    siblings: tuple[Line, ...]
    erased_at: datetime | None

    @property
    def newest(self) -> Version | None:
        """The version that holds."""
        return self.versions[-1] if self.versions else None

    @property
    def forwarded(self) -> int | None:
        """The newest version that was forwarded; None where none was."""
        sent = [each.version for each in self.steps if each.did is Did.FORWARDED and each.version]
        return max(sent, default=None)


def show_list(
    engine: Engine, page: int, *, only_waiting: bool, actor: str
) -> tuple[Page[Line], int]:
    """One page of the cases, and how many wait; the look is recorded.

    What is overdue comes first, then what names a kind of harm, each the longest first.
    """
    with unit_of_work(engine) as session:
        waits = CASE.c.waits_since.is_not(None)
        waiting = session.scalar(select(func.count()).select_from(CASE).where(waits)) or 0
        wanted = select(CASE).where(waits) if only_waiting else select(CASE)
        total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
        number = page_number(page, SIZE, total)
        query = (
            wanted.order_by(
                CASE.c.waits_since.is_(None),
                case((CASE.c.waits_since <= now() - WITHIN, false()), else_=CASE.c.vague),
                CASE.c.waits_since,
                CASE.c.id.desc(),
            )
            .limit(SIZE)
            .offset((number - 1) * SIZE)
        )
        rows = session.execute(query).mappings().all()
        shown = [(subject(row), f"safety {row['id']}") for row in rows]
        trail.record_each(session, Tag.SAFETY_LISTED, actor=actor, of=shown)
        return Page(tuple(line(row) for row in rows), number, SIZE, total), waiting


def show(engine: Engine, keyring: Keyring, number: int, *, actor: str) -> Case:
    """A case, shown to somebody; the look is recorded before they see it.

    Raises:
        NotFound: there is none with this number.
    """
    with unit_of_work(engine) as session:
        row = session.execute(select(CASE).where(CASE.c.id == number)).mappings().one_or_none()
        if row is None:
            raise NotFound(what=CASES, identifier=str(number))
        trail.record(
            session,
            Tag.SAFETY_SHOWN,
            actor=actor,
            subject=subject(row),
            new=f"safety {number}",
        )
        return _case(session, keyring, row)


def words_of(session: Session, keyring: Keyring, case: int) -> tuple[Word, ...]:
    """The words of a case, the oldest first."""
    query = select(WORD).where(WORD.c.case == case).order_by(WORD.c.heard_at, WORD.c.id)
    return tuple(
        Word(row.how, row.heard_at, _text(keyring, row.sealed, row.mark))
        for row in session.execute(query)
    )


def versions_of(session: Session, keyring: Keyring, case: int) -> tuple[Version, ...]:
    """The versions of a case's report, the first one first."""
    query = select(VERSION).where(VERSION.c.case == case).order_by(VERSION.c.number)
    return tuple(_version(keyring, row) for row in session.execute(query))


def line(row: RowMapping) -> Line:
    """A case as its row has it."""
    return Line(
        number=row["id"],
        person=row["person"],
        trial=row["trial"],
        standing=Standing(row["state"]),
        aware_at=row["aware_at"],
        waits_since=row["waits_since"],
        edit=row["edit"],
        joined=row["joined"],
    )


def _case(session: Session, keyring: Keyring, row: RowMapping) -> Case:
    number, person = row["id"], row["person"]
    erased = select(PARTICIPANT.c.erased_at).where(PARTICIPANT.c.pseudonym == person)
    return Case(
        line=line(row),
        words=words_of(session, keyring, number),
        steps=_steps(session, keyring, number),
        versions=versions_of(session, keyring, number),
        others=_others(session, keyring, person) if person else (),
        siblings=_siblings(session, row) if person else (),
        erased_at=session.scalar(erased) if person else None,
    )


def _steps(session: Session, keyring: Keyring, case: int) -> tuple[Step, ...]:
    query = select(STEP).where(STEP.c.case == case).order_by(STEP.c.id)
    return tuple(
        Step(
            did=Did(row.kind),
            reason=row.reason,
            version=row.version,
            note=_note(keyring, row),
            by=row.by,
            at=row.at,
        )
        for row in session.execute(query)
    )


def _note(keyring: Keyring, row: Row[Any]) -> str:
    if row.sealed is None:
        return ""
    return keyring.unseal(row.sealed, step_binding(row.case, row.kind)).decode()


def _version(keyring: Keyring, row: Row[Any]) -> Version:
    text = keyring.unseal(row.sealed, version_binding(row.case, row.number)).decode()
    return Version(row.number, decode(text), row.by, row.at)


def _others(session: Session, keyring: Keyring, person: str) -> tuple[Other, ...]:
    """The newest words of the person that stand in no case, the newest first."""
    taken = select(WORD.c.heard).where(WORD.c.heard.is_not(None))
    query = (
        select(HEARD)
        .where(HEARD.c.person == person, HEARD.c.id.not_in(taken))
        .order_by(HEARD.c.heard_at.desc(), HEARD.c.id.desc())
        .limit(SIZE)
    )
    return tuple(
        Other(row.id, row.how, row.heard_at, _text(keyring, row.sealed, row.mark) or "")
        for row in session.execute(query)
    )


def _siblings(session: Session, row: RowMapping) -> tuple[Line, ...]:
    """The other reports of the same person, to which this case may belong."""
    query = select(CASE).where(
        CASE.c.person == row["person"],
        CASE.c.id != row["id"],
        CASE.c.state == Standing.REPORTED.value,
    )
    return tuple(line(each) for each in session.execute(query.order_by(CASE.c.id)).mappings())


def _text(keyring: Keyring, sealed: str | None, mark: str) -> str | None:
    if sealed is None:
        return None
    text = str(json.loads(keyring.unseal(sealed, word_binding(mark)))["text"])
    # Half of a character that was cut in two on its way cannot be written anywhere.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
