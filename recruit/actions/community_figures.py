"""A community's own figures, as far as it may know them: each passes the door of all counts.

They are counted coarsely, out of a purse of the community's own, and stand for half a window: the
same figures again within it say nothing new (disclosure/rule.py).
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

import numpy as np
from sqlalchemy import ColumnElement, Engine, select, true
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.match_table import MatchRow
from recruit.audit.trail import Tag, record
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import consenting
from recruit.consent.state import YES
from recruit.consent.tables import STATE
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.keys import Secrets
from recruit.disclosure.counts import count_each
from recruit.disclosure.question import Question
from recruit.disclosure.rule import BESIDE, WINDOW, Answer, Grain, Purse
from recruit.disclosure.sketch import Sketch, mark, marking_key
from recruit.notify.outbox_tables import OUTBOX
from recruit.people.tables import PARTICIPANT
from recruit.referrals.tables import REFERRAL

PURSE: Final = Purse(BESIDE, WINDOW / 2)
REACHED: Final = tuple(channel.value for channel in Channel)


class Figure(StrEnum):
    """What is counted of a community's people."""

    PEOPLE = "people"
    WILLING = "willing to be matched"
    REACHABLE = "willing to be written to"
    MATCHED = "with a study that seems possible"
    ASKED = "with a message about a study"
    INTERESTED = "who said yes to a study"


@dataclass(frozen=True, slots=True)
class Told:
    """About how many people; None where no more may be asked."""

    figure: Figure
    people: Answer | None


def figures(engine: Engine, secrets: Secrets, *, community: str, actor: str) -> tuple[Told, ...]:
    """Every figure of a community, with a row in the trail that says what was shown."""
    key = marking_key(secrets)
    with unit_of_work(engine) as session:
        asked = [_question(session, community, figure, key) for figure in Figure]
        said = count_each(
            session,
            asker=_asker(community),
            questions=asked,
            at=now(),
            grain=Grain.COARSE,
            purse=PURSE,
        )
        shown = " ".join(answer.words if answer else "refused" for answer in said)
        subject = f"community {community}"
        record(session, Tag.STATISTICS_SHOWN, actor=actor, subject=subject, new=shown)
    return tuple(map(Told, Figure, said))


def _question(session: Session, community: str, figure: Figure, key: bytes) -> Question:
    query = select(PARTICIPANT.c.pseudonym).where(
        PARTICIPANT.c.community == community,
        PARTICIPANT.c.erased_at.is_(None),
        _among(figure),
    )

    def look_up() -> Sketch:
        return Sketch.of(
            np.array([mark(person, key) for person in session.scalars(query)], np.uint64)
        )

    return Question(f"community {figure.name.lower()} {community}", look_up)


def _among(figure: Figure) -> ColumnElement[bool]:
    """What is true of the people of a figure."""
    person = PARTICIPANT.c.pseudonym
    match figure:
        case Figure.PEOPLE:
            return true()
        case Figure.WILLING:
            return person.in_(consenting(Purpose.MATCHING, now()))
        case Figure.REACHABLE:
            reached = STATE.c.channel.in_(REACHED) & STATE.c.type.in_(sorted(YES))
            return person.in_(select(STATE.c.person).where(reached))
        case Figure.MATCHED:
            current = col(MatchRow.superseded_at).is_(None)
            return person.in_(select(col(MatchRow.person)).where(current))
        case Figure.ASKED:
            return person.in_(select(OUTBOX.c.person).where(OUTBOX.c.sent_at.is_not(None)))
        case Figure.INTERESTED:
            return person.in_(select(REFERRAL.c.person))


def _asker(community: str) -> str:
    """Whose purse it is, in as many letters as a row has room for."""
    return f"community {sha256(community.encode()).hexdigest()[:32]}"
