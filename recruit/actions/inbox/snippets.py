"""Answers that are written beforehand, in both languages; somebody else than the author approves.

Versions are kept. What is used is the newest approved one; a text that waits for approval changes
nothing until then. They are answers to questions, and no sponsor's material: what advertises a
study is approved elsewhere (docs/adr/0031).
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, Row, func, insert, select, update
from sqlalchemy.orm import Session

from recruit.actions.words_table import SNIPPET, SNIPPET_VERSION
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.core.i18n import LANGUAGES, N_
from recruit.trials.draft import Tongue
from recruit.trials.materials.claims import claims
from recruit.trials.materials.content import Part

LONGEST: Final = 2_000
LONGEST_NAME: Final = 80
SNIPPETS: Final = N_("answer")
NO_NAME: Final = N_("Please give the answer a name of at most 80 letters.")
TAKEN: Final = N_("There is an answer of this name already.")
EMPTY: Final = N_("Please write the answer.")
TOO_LONG: Final = N_("Please use at most 2,000 letters.")
UNSEEN: Final = N_("There is a sign in this text that cannot be seen: type it again.")
ODD_FIELD: Final = N_("“{words}” is no field. These are: {allowed}.")
MUST_NOT: Final = N_("“{words}” must not be said. {why}")
OWN: Final = N_("You wrote this: somebody else approves it.")
BRACED: Final = re.compile(r"\{\{[^{}\n]{0,60}\}\}|\{\{|\}\}")
UNWRITTEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Field(StrEnum):
    """What may be filled in: nothing of it says anything about the person."""

    STUDY = "study"
    """What people are told that the study is called."""
    MESSAGES = "messages"
    """The page of one's own messages."""
    CHOICES = "choices"
    """The page of one's own choices."""


ALLOWED: Final = {f"{{{{{field}}}}}": field for field in Field}


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its texts by language, who wrote it, and who approved it, if anybody has."""

    number: int
    texts: Mapping[str, str]
    author: str
    written_at: datetime
    approved_by: str | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Snippet:
    """An answer with its versions, the newest first."""

    number: int
    name: str
    retired_at: datetime | None
    versions: tuple[Version, ...]

    @property
    def used(self) -> Version | None:
        """The version that answers are made of."""
        approved = (each for each in self.versions if each.approved_by)
        return None if self.retired_at else next(approved, None)

    @property
    def waiting(self) -> Version | None:
        """The version that waits for somebody's approval."""
        newest = self.versions[0]
        return None if self.retired_at or newest.approved_by else newest


def every(session: Session) -> list[Snippet]:
    """All answers by their names."""
    query = select(SNIPPET).order_by(func.lower(SNIPPET.c.name), SNIPPET.c.id)
    written = select(SNIPPET_VERSION).order_by(SNIPPET_VERSION.c.number.desc())
    versions: dict[int, list[Version]] = {}
    for row in session.execute(written):
        versions.setdefault(row.snippet, []).append(_version(row))
    return [
        Snippet(row.id, row.name, row.retired_at, tuple(versions[row.id]))
        for row in session.execute(query)
    ]


def get(session: Session, number: int) -> Snippet:
    """One answer; NotFound where there is none."""
    found = next((each for each in every(session) if each.number == number), None)
    if found is None:
        raise NotFound(what=SNIPPETS, identifier=str(number))
    return found


def add(engine: Engine, name: str, texts: Mapping[Tongue, str], *, actor: str) -> int:
    """Write a new answer, which waits for approval; its number.

    Raises:
        Refusal: no name, one that is taken, or a text that cannot stand.
    """
    called = name.strip()
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise Refusal(record="", field="name", problem=NO_NAME)
    check_all(texts)
    with unit_of_work(engine) as session:
        chain.hold(session)
        if session.scalar(select(SNIPPET.c.id).where(SNIPPET.c.name == called)) is not None:
            raise Refusal(record="", field="name", problem=TAKEN)
        made = insert(SNIPPET).values(name=called).returning(SNIPPET.c.id)
        number: int = session.execute(made).scalar_one()
        _write(session, number, 1, texts, actor)
        return number


def change(
    engine: Engine, number: int, base: int, texts: Mapping[Tongue, str], *, actor: str
) -> None:
    """Write the next version, which waits for approval; `base` is the newest that was looked at.

    Raises:
        NotFound: there is no such answer.
        EditedMeanwhile: somebody else has written one since.
        Refusal: a text that cannot stand.
    """
    check_all(texts)
    with unit_of_work(engine) as session:
        chain.hold(session)
        if get(session, number).versions[0].number != base:
            raise EditedMeanwhile
        _write(session, number, base + 1, texts, actor)


def approve(engine: Engine, number: int, version: int, *, actor: str) -> None:
    """Let a version be used from now on.

    Raises:
        NotFound: there is no such answer.
        EditedMeanwhile: it is not the newest, or was approved before.
        Refusal: whoever wrote it does not approve it.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        waiting = get(session, number).waiting
        if waiting is None or waiting.number != version:
            raise EditedMeanwhile
        if waiting.author == actor:
            raise Refusal(record="", field="approve", problem=OWN)
        this = (SNIPPET_VERSION.c.snippet == number) & (SNIPPET_VERSION.c.number == version)
        done = {"approved_by": actor, "approved_at": now()}
        session.execute(update(SNIPPET_VERSION).where(this).values(done))
        _record(session, Tag.SNIPPET_APPROVED, actor, number, version)


def retire(engine: Engine, number: int, *, actor: str) -> None:
    """Take an answer out of use; what was answered with it stays.

    Raises:
        NotFound: there is no such answer.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        found = get(session, number)
        this = (SNIPPET.c.id == number) & SNIPPET.c.retired_at.is_(None)
        session.execute(update(SNIPPET).where(this).values(retired_at=now()))
        _record(session, Tag.SNIPPET_RETIRED, actor, number, found.versions[0].number)


def check_all(texts: Mapping[Tongue, str]) -> None:
    """Whether texts can stand, each in the field of its language; Refusal where not."""
    for language in LANGUAGES:
        check(texts[language], language, field=language)


def check(text: str, language: Tongue, *, field: str) -> None:
    """Whether a text can be sent to somebody: what is banned from every text about a study is here.

    Raises:
        Refusal: empty, too long, with signs that cannot be seen, with another field than ours, or
            with a claim of safety, benefit and the like (trials/materials/claims).
    """
    problem, said = "", {}
    if not text.strip():
        problem = EMPTY
    elif len(text) > LONGEST:
        problem = TOO_LONG
    elif any(sign != "\n" and unicodedata.category(sign) in UNWRITTEN for sign in text):
        problem = UNSEEN
    elif odd := next((hit[0] for hit in BRACED.finditer(text) if hit[0] not in ALLOWED), None):
        problem, said = ODD_FIELD, {"words": odd, "allowed": ", ".join(sorted(ALLOWED))}
    else:
        banned = [each for each in claims({Part.BODY: text}, language) if each.banned]
        if banned:
            problem, said = MUST_NOT, {"words": banned[0].words, "why": banned[0].why}
    if problem:
        raise Refusal(record="", field=field, problem=problem, **said)


def fill(text: str, values: Mapping[Field, str]) -> str:
    """The text with each field replaced by its value; a value is never looked through again.

    Raises:
        KeyError: a field of the text has no value.
    """
    return BRACED.sub(lambda hit: values[ALLOWED[hit[0]]], text)


def _write(
    session: Session, number: int, version: int, texts: Mapping[Tongue, str], actor: str
) -> None:
    row = {
        "snippet": number,
        "number": version,
        "english": texts["en"],
        "french": texts["fr"],
        "author": actor,
        "written_at": now(),
    }
    session.execute(insert(SNIPPET_VERSION).values(row))
    _record(session, Tag.SNIPPET_WRITTEN, actor, number, version)


def _record(session: Session, tag: Tag, actor: str, number: int, version: int) -> None:
    subject = f"snippet {number}"
    trail.record(session, tag, actor=actor, subject=subject, new=f"version {version}")


def _version(row: Row[tuple[object, ...]]) -> Version:
    return Version(
        number=row.number,
        texts={"en": row.english, "fr": row.french},
        author=row.author,
        written_at=row.written_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )
