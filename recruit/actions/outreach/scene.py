"""What the gates look at of one message: each part is read at most once a pass, most in one query.

A pass is one transaction under the person's lock: nothing that a gate decides by can change in it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import caps, zones
from recruit.actions.outreach.caps import Past
from recruit.actions.outreach.texts import kind_of, tongue
from recruit.consent.projection import own
from recruit.consent.state import Standings
from recruit.core.crypto import Keyring
from recruit.core.dates import PartialDate
from recruit.core.errors import SealBroken
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Claim, Message, State
from recruit.notify.suppression import REACHED_BY, is_suppressed
from recruit.people.facts import Home
from recruit.people.tables import VERSION
from recruit.people.vault import Item, Vault
from recruit.trials.materials.content import Place as TextPlace
from recruit.trials.materials.content import State as TextState
from recruit.trials.materials.standing import standing
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial

_ROW: Final = (
    select(
        col(Trial.status),
        POSTING.c.life,
        VERSION.c.profile["home"].label("home"),
        VERSION.c.profile["born"].label("born"),
        col(MatchRow.id).label("match"),
        OUTBOX.c.state,
        OUTBOX.c.digest,
    )
    .select_from(Trial)
    .join(POSTING, POSTING.c.id == bindparam("posting"))
    .outerjoin(VERSION, and_(VERSION.c.person == bindparam("person"), VERSION.c.current))
    .outerjoin(
        MatchRow,
        and_(
            col(MatchRow.trial) == col(Trial.id),
            col(MatchRow.person) == bindparam("person"),
            col(MatchRow.superseded_at).is_(None),
        ),
    )
    .outerjoin(OUTBOX, OUTBOX.c.id == bindparam("message"))
    .where(col(Trial.id) == bindparam("trial"))
)
LAST: Final = "the gates' last scene"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the gates need of their surroundings: the vault's keys, and whose zone is not known."""

    keyring: Keyring
    zone: ZoneInfo


@dataclass
class Scene:
    """One message at one moment; each part is read when a gate first asks for it."""

    session: Session
    mine: Claim
    at: datetime
    desk: Desk

    @property
    def message(self) -> Message:
        """The message itself."""
        return self.mine.message

    @cached_property
    def consents(self) -> Standings:
        """How the person's choices stand."""
        return own(self.session, self.message.person)

    @cached_property
    def kept(self) -> dict[Item, str] | None:
        """What the vault keeps of the person; None where it does not open."""
        try:
            return Vault(self.desk.keyring).read(self.session, self.message.person)
        except SealBroken:
            return None

    @cached_property
    def is_ended(self) -> bool | None:
        """Whether nothing may go to the person's address; None where that cannot be read."""
        where = (self.kept or {}).get(REACHED_BY[self.message.channel])
        if not where:
            return False
        keyring, channel = self.desk.keyring, self.message.channel
        try:
            return is_suppressed(self.session, keyring, channel, where)
        except SealBroken:
            return None

    @cached_property
    def row(self) -> Row[Any] | None:
        """The trial's `status`, the posting's `life`, the person's `home`, `born`, `match`.

        And the message's own `state` and `digest`, the one of the text that was written last.
        """
        message = self.message
        values = {
            "trial": message.trial,
            "posting": message.posting,
            "person": message.person,
            "message": self.mine.id,
        }
        return self.session.execute(_ROW, values).one_or_none()

    @cached_property
    def place(self) -> zones.Place:
        """Where the person lives, as the clock goes."""
        home = self.row.home if self.row else None
        return zones.place(Home(**(home or {})), self.desk.zone)

    @cached_property
    def days(self) -> list[date]:
        """The days that it may be where the person lives, the earliest first."""
        return sorted({self.at.astimezone(zone).date() for zone in self.place.zones})

    @cached_property
    def births(self) -> list[PartialDate]:
        """What is known of when the person was born, from vault and profile."""
        told = self.row.born if self.row else None
        written = (self.kept or {}).get(Item.BIRTH_DATE)
        return [PartialDate.parse(text) for text in (written, told) if text]

    @cached_property
    def newest(self) -> tuple[TextState, str] | None:
        """How the approved text stands on the latest of those days, and its digest."""
        message = self.message
        place = TextPlace(
            message.posting, kind_of(message), tongue(message.language), message.country
        )
        return standing(self.session, place, self.days[-1])

    @property
    def text(self) -> TextState | None:
        """How the approved text stands."""
        return self.newest[0] if self.newest else None

    @property
    def is_rewritten(self) -> bool:
        """Whether the connection is open for other words than those that are approved now."""
        is_open = self.row is not None and self.row.state == State.HANDOFF_OPEN
        written = self.row.digest if self.row and is_open else None
        return written is not None and self.newest is not None and written != self.newest[1]

    @cached_property
    def past(self) -> Past:
        """What the person was asked lately, and answered."""
        return caps.past(self.session, self.message.person, self.at, besides=self.mine.id)


def scene(session: Session, mine: Claim, at: datetime, desk: Desk) -> Scene:
    """What a pass over the gates looks at: the same for each gate of one pass."""
    last = session.info.get(LAST)
    if isinstance(last, Scene) and (last.mine, last.at, last.desk) == (mine, at, desk):
        return last
    session.info[LAST] = fresh = Scene(session, mine, at, desk)
    return fresh
