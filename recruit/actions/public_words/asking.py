"""Somebody asks about a study or says that something in it is wrong; nobody learns who."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from recruit.actions.identifying import naming_nobody
from recruit.actions.public_words.tables import PUBLIC_WORD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.core.resealing import Sealed
from recruit.trials import store

LONGEST: Final = 1_000
MOST_OPEN: Final = 200  # of one study: more than anybody reads is a flood
EMPTY: Final = N_("Please write your question or what is wrong.")
TOO_LONG: Final = N_("Please use at most 1,000 letters.")
FULL: Final = N_("Many people have written about this study. Please try again in a few days.")
BINDING: Final = "public word"
VISITOR: Final = "visitor"
SEALED: Final = Sealed(PUBLIC_WORD.c.sealed, lambda _: BINDING)


class Kind(StrEnum):
    """What somebody writes."""

    QUESTION = "question"
    REPORT = "report"
    """Something on the page is wrong."""


@dataclass(frozen=True, slots=True)
class Word:
    """What is written about which study, in which language the page was."""

    trial: str
    kind: Kind
    language: str
    text: str = field(repr=False)


def ask(engine: Engine, keyring: Keyring, word: Word) -> None:
    """Keep it for a coordinator.

    Raises:
        NotFound: there is no such study.
        Refusal: nothing was written, too much, or words that seem to name somebody.
    """
    said = naming_nobody(word.text, LONGEST, empty=EMPTY, too_long=TOO_LONG)
    with unit_of_work(engine) as session:
        store.get(session, word.trial)
        _check_room(session, word.trial)
        row = {
            "trial": word.trial,
            "kind": word.kind.value,
            "language": word.language,
            "sealed": keyring.seal(said.encode(), BINDING),
            "at": now(),
        }
        session.execute(insert(PUBLIC_WORD).values(row))
        trail.record(
            session, Tag.PUBLIC_WORD_HEARD, actor=VISITOR, subject=word.trial, new=word.kind.value
        )


def _check_room(session: Session, trial: str) -> None:
    is_open = (PUBLIC_WORD.c.trial == trial) & PUBLIC_WORD.c.closed_at.is_(None)
    query = select(func.count()).select_from(PUBLIC_WORD).where(is_open)
    if session.execute(query).scalar_one() >= MOST_OPEN:
        raise Refusal(record="", field="words", problem=FULL)
