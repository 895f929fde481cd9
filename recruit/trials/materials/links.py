"""Short addresses of what is passed on, and how often each led somebody here.

A count belongs to an address, a day (UTC) and a step. Nothing is kept of who came: no network
address, no cookie, no hour.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.core.clock import today
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.core.tokens import SHORT_LENGTH, short
from recruit.core.upsert import insert_or
from recruit.trials.materials.content import Channel, Place
from recruit.trials.materials.tables import CODE
from recruit.trials.posting.tables import ID, POSTING

WHAT: Final = N_("address")


class Step(StrEnum):
    """How far somebody came by an address."""

    OPENED = "opened"
    BEGAN = "began"
    """They pressed the button that begins to join."""
    JOINED = "joined"


SHARE_LINK: Final = Table(
    "share_link",
    SQLModel.metadata,
    Column("code", String(SHORT_LENGTH), primary_key=True),
    Column("posting", ID, ForeignKey("posting.id"), nullable=False),
    Column("channel", CODE, nullable=False),
    Column("language", String(2), nullable=False),
    Column("country", String(2), nullable=False),
    UniqueConstraint("posting", "channel", "language", "country"),
)
SHARE_COUNT: Final = Table(
    "share_count",
    SQLModel.metadata,
    Column("code", ForeignKey("share_link.code"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("step", String(8), primary_key=True),
    Column("number", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Count:
    """How often the addresses of a channel led somebody so far."""

    channel: Channel
    step: Step
    number: int


def keep(session: Session, place: Place) -> None:
    """Give a text its address, unless it has one: what is printed stays right."""
    row = {
        "code": short(),
        "posting": place.posting,
        "channel": place.channel.value,
        "language": place.language,
        "country": place.country,
    }
    session.execute(insert_or(session, SHARE_LINK).values(row).on_conflict_do_nothing())


def code_of(session: Session, place: Place) -> str:
    """The code of a text's address.

    Raises:
        NotFound: it has none.
    """
    found: str | None = session.scalar(
        select(SHARE_LINK.c.code).where(
            SHARE_LINK.c.posting == place.posting,
            SHARE_LINK.c.channel == place.channel.value,
            SHARE_LINK.c.language == place.language,
            SHARE_LINK.c.country == place.country,
        )
    )
    if found is None:
        raise NotFound(what=WHAT, identifier="")
    return found


def trial_of(session: Session, code: str) -> str:
    """The public trial that a code leads to.

    Raises:
        NotFound: there is no such code, or its trial is not public.
    """
    query = (
        select(POSTING.c.trial)
        .join(SHARE_LINK, SHARE_LINK.c.posting == POSTING.c.id)
        .where(SHARE_LINK.c.code == code, POSTING.c.published.is_not(None))
    )
    trial: str | None = session.scalar(query) if is_code(code) else None
    if trial is None:
        raise NotFound(what=WHAT, identifier="")
    return trial


def count(session: Session, code: str, step: Step) -> bool:
    """Note that somebody came so far today; whether there is such a code."""
    known = select(SHARE_LINK.c.code).where(SHARE_LINK.c.code == code)
    if not is_code(code) or session.scalar(known) is None:
        return False
    row = {"code": code, "day": today(), "step": step.value, "number": 1}
    session.execute(
        insert_or(session, SHARE_COUNT)
        .values(row)
        .on_conflict_do_update(
            index_elements=["code", "day", "step"], set_={"number": SHARE_COUNT.c.number + 1}
        )
    )
    return True


def counts(session: Session, trial: str, before: date) -> list[Count]:
    """How often each channel of a trial led somebody to each step, on the days before one."""
    query = (
        select(SHARE_LINK.c.channel, SHARE_COUNT.c.step, func.sum(SHARE_COUNT.c.number))
        .join(SHARE_COUNT, SHARE_COUNT.c.code == SHARE_LINK.c.code)
        .join(POSTING, POSTING.c.id == SHARE_LINK.c.posting)
        .where(
            POSTING.c.trial == trial,
            POSTING.c.published.is_not(None),
            SHARE_COUNT.c.day < before,
        )
        .group_by(SHARE_LINK.c.channel, SHARE_COUNT.c.step)
    )
    return [
        Count(Channel(channel), Step(step), int(number))
        for channel, step, number in session.execute(query)
    ]


def is_code(text: str) -> bool:
    """Whether it looks like a code: PostgreSQL refuses even to look for some texts."""
    return len(text) == SHORT_LENGTH and text.isascii() and text.isalnum()
