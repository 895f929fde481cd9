"""People who permit nothing any more, and since when: who is told of their erasure, who is due.

A message that did not leave is written again two weeks later, three times in all; after that, and
where there is no address that takes any, staff write a letter (unreached.py).
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, or_, select

from recruit.actions.announced_table import ANNOUNCED
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.state import YES
from recruit.consent.tables import CONSENT, STATE
from recruit.core.db import reading
from recruit.notify.reputation import is_held
from recruit.people.tables import PARTICIPANT

KEPT: Final = timedelta(days=90)
"""So long after they permitted something for the last time people may change their mind."""
BEFORE: Final = timedelta(days=14)
"""So long before they are erased they are told."""
BY_LETTER: Final = timedelta(days=28)
"""So long before, where a letter tells them: it has to be posted, and to arrive."""
WORTH_SENDING: Final = BEFORE / 2
"""So long a message may wait for its provider: the time that is left is still enough."""
TRIES: Final = 3
"""So many messages are written to somebody, where none of them leaves."""
PAGE: Final = 500

Ending = Callable[[], bool]


def to_be_told(at: datetime) -> Select[str]:
    """Whose erasure comes near, and who was not told so since they last said anything.

    Whoever could not be told is looked at again after `BEFORE`.
    """
    known = or_(
        ANNOUNCED.c.letter_at.is_not(None),
        _left(),
        ANNOUNCED.c.at > at - BEFORE,
        ANNOUNCED.c.tries >= TRIES,
    )
    return _silent(at, KEPT - BEFORE).where(~exists().where(_since_their_word(), known))


def not_reached(at: datetime) -> Select[str]:
    """Whose erasure comes near, and whom no message reaches: they wait for a letter."""
    given_up = and_(ANNOUNCED.c.tries >= TRIES, ANNOUNCED.c.at <= at - WORTH_SENDING)
    missed = and_(
        ANNOUNCED.c.letter_at.is_(None),
        ~_left(),
        or_(ANNOUNCED.c.reference.is_(None), given_up),
    )
    return _silent(at, KEPT - BEFORE).where(exists().where(_since_their_word(), missed))


def to_be_erased(at: datetime) -> Select[str]:
    """Whose time is over, and to whom the message or a letter went out in time.

    Whoever was told by neither is not erased by the clock.
    """
    told = or_(ANNOUNCED.c.letter_at <= at - BY_LETTER, _left(at - BEFORE))
    return _silent(at, KEPT).where(exists().where(_since_their_word(), told))


def announced(person: str) -> Select[tuple[datetime, int]]:
    """When somebody was told and by how many messages, as long as they have said nothing since."""
    columns = (ANNOUNCED.c.at, ANNOUNCED.c.tries)
    return select(*columns).where(ANNOUNCED.c.person == person, _silent_since())


def in_turn(engine: Engine, people: Select[str], ending: Ending | None = None) -> Iterator[str]:
    """Everybody of one of these lists, once, until the process is to end.

    The list may change meanwhile: nobody stands in the way of those behind. After a restore there
    is nobody until an administrator lets all channels go on: they may have come back since.
    """
    person, last = PARTICIPANT.c.pseudonym, ""
    while True:
        with reading(engine) as session:
            after = people.where(person > last).limit(PAGE)
            page = [] if is_held(session) else list(session.scalars(after))
        for last in page:
            if ending and ending():
                return
            yield last
        if len(page) < PAGE:
            return


def _silent(at: datetime, time: timedelta) -> Select[str]:
    """Who has no yes that holds, and of whom the ledger has heard nothing for so long."""
    lasting = or_(STATE.c.valid_until.is_(None), STATE.c.valid_until > at)
    permits = STATE.c.type.in_([kind.value for kind in YES]) & lasting
    spoke = CONSENT.c.recorded_at > at - time
    person = PARTICIPANT.c.pseudonym
    return (
        select(person)
        .where(
            PARTICIPANT.c.erased_at.is_(None),
            PARTICIPANT.c.created_at <= at - time,
            ~exists().where(STATE.c.person == person, permits),
            ~exists().where(CONSENT.c.person == person, spoke),
        )
        .order_by(person)
    )


def _since_their_word() -> ColumnElement[bool]:
    """What was written down since they last spoke: who came back and left is told once more."""
    return and_(ANNOUNCED.c.person == PARTICIPANT.c.pseudonym, _silent_since())


def _silent_since() -> ColumnElement[bool]:
    """Whether the ledger has heard nothing of the person since they were told."""
    later = CONSENT.c.recorded_at > ANNOUNCED.c.at
    return ~exists().where(CONSENT.c.person == ANNOUNCED.c.person, later)


def _left(by: datetime | None = None) -> ColumnElement[bool]:
    """Whether the message went out, in time where that matters."""
    sent = and_(
        AUDIT.c.tag == Tag.MESSAGE_SENT.value,
        AUDIT.c.subject == "message " + ANNOUNCED.c.reference,
    )
    return exists().where(sent if by is None else and_(sent, AUDIT.c.at <= by))
