"""A card for a patient: a code that leads to a study, and says nothing about anybody.

Its words are an approved text like any other: without one that holds today there is no card.

The professional sees that it was received, that the person was contacted and that it is closed, and
that only where the person lets them. The code is random, kept as its digest, and shown once.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy.orm import Session

from recruit.actions.following.stages import Stage, stage_of
from recruit.actions.professionals.tables import CARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now, today
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.core.tokens import token
from recruit.trials import store
from recruit.trials.draft import Tongue, TrialStatus
from recruit.trials.materials.content import Channel, Material
from recruit.trials.materials.study_page import approved_text

WHAT: Final = N_("card")
CLOSED_STUDY: Final = N_("This study looks for nobody at the moment.")
NO_TEXT: Final = N_("No card of this study is approved at the moment.")
MOST: Final = 200  # that a list shows


class Progress(StrEnum):
    """All that a professional ever sees of a patient."""

    HANDED = "handed"
    """The card was made; nobody has shown it, or whoever did keeps it to themselves."""
    RECEIVED = "received"
    CONTACTED = "contacted"
    CLOSED = "closed"


BEFORE: Final = frozenset({Stage.PROPOSED, Stage.ASKED, Stage.LATER, Stage.APPROVED})
CONTACTED: Final = frozenset(
    {
        Stage.INVITED,
        Stage.DELIVERED,
        Stage.INTERESTED,
        Stage.PRESCREENED,
        Stage.RELEASED,
        Stage.CONTACTED,
        Stage.SCREENING,
    }
)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as its professional sees it."""

    number: int
    trial: str
    made_at: datetime
    progress: Progress


def text_of(session: Session, trial: str, language: Tongue) -> Material:
    """What a card of the study says, in `language` where it is approved in it.

    Raises:
        NotFound: there is no such study.
        Refusal: it looks for nobody, or its card is not approved today.
    """
    if store.get(session, trial).draft.status is not TrialStatus.RECRUITING:
        raise Refusal(record="", field="study", problem=CLOSED_STUDY)
    text = approved_text(session, trial, Channel.CARD, language, today())
    if text is None:
        raise Refusal(record="", field="study", problem=NO_TEXT)
    return text


def hindered(session: Session, trial: str, language: Tongue) -> str:
    """Why there is no card of a study today, as a message of the catalogue; "" where there is."""
    try:
        text_of(session, trial, language)
    except Refusal as refusal:
        return refusal.problem
    return ""


def make(engine: Engine, trial: str, language: Tongue, *, account: int) -> tuple[int, str]:
    """Make a card for a study that looks for people: its number, and the code, shown this once.

    Raises:
        NotFound, Refusal: as `text_of`.
    """
    code = token()
    with unit_of_work(engine) as session:
        text_of(session, trial, language)
        row = {
            "code": _digest(code),
            "trial": trial,
            "account": account,
            "made_at": now(),
            "agreed": False,
        }
        made = insert(CARD).values(row).returning(CARD.c.id)
        number: int = session.execute(made).scalar_one()
        trail.record(session, Tag.CARD_MADE, actor=f"account {account}", subject=f"card {number}")
    return number, code


def mine(session: Session, account: int) -> list[Card]:
    """The cards of one professional, the newest first."""
    query = select(CARD).where(CARD.c.account == account).order_by(CARD.c.id.desc()).limit(MOST)
    return [
        Card(row.id, row.trial, row.made_at, _progress(session, row))
        for row in session.execute(query)
    ]


def study_of(session: Session, code: str) -> str:
    """The study that a code leads to.

    Raises:
        NotFound: no card has it.
    """
    found = session.execute(select(CARD.c.trial).where(CARD.c.code == _digest(code)))
    trial: str | None = found.scalar_one_or_none()
    if trial is None:
        raise NotFound(what=WHAT, identifier="")
    return trial


def hand_in(engine: Engine, code: str, *, person: str, agreed: bool, actor: str) -> str:
    """Note that a person came with a card; `agreed`: the professional may see how far it is.

    Who handed it in may change their mind about that as often as they like. The study.

    Raises:
        NotFound: no card has this code, or somebody else has handed it in.
    """
    with unit_of_work(engine) as session:
        free = CARD.c.person.is_(None) | (CARD.c.person == person)
        done = {"person": person, "agreed": agreed, "received_at": now()}
        this = (CARD.c.code == _digest(code)) & free
        handed = update(CARD).where(this).values(done).returning(CARD.c.id, CARD.c.trial)
        row = session.execute(handed).one_or_none()
        if row is None:
            raise NotFound(what=WHAT, identifier="")
        new = f"card {row.id}, {'shown' if agreed else 'not shown'}"
        trail.record(session, Tag.CARD_HANDED_IN, actor=actor, subject=person, new=new)
        return str(row.trial)


def _progress(session: Session, row: Row[tuple[object, ...]]) -> Progress:
    if row.person is None or not row.agreed:
        return Progress.HANDED
    try:
        stage = stage_of(session, row.trial, row.person, now())
    except NotFound:  # nobody has looked at the two together yet
        return Progress.RECEIVED
    if stage in CONTACTED:
        return Progress.CONTACTED
    return Progress.RECEIVED if stage in BEFORE else Progress.CLOSED


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
