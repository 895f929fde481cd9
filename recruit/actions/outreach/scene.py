"""What the gates look at of messages: all of it is read at once, a query for each kind of fact.

A pass is one transaction under the people's locks: nothing that a gate decides by can change in it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, bindparam, inspect, select
from sqlalchemy.orm import Session

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import caps
from recruit.actions.outreach.caps import Past
from recruit.actions.outreach.texts import kind_of, tongue
from recruit.consent.projection import own, standings
from recruit.consent.state import Standings
from recruit.core.bulk import one_of
from recruit.core.columns import NUMBER
from recruit.core.crypto import Keyring
from recruit.core.dates import PartialDate
from recruit.core.errors import SealBroken
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.receipt_tables import CHANNEL_STANDING
from recruit.notify.reputation import Look, seen
from recruit.notify.stages import Claim, Message, State
from recruit.notify.suppression import REACHED_BY, SEALED_KEY, ended
from recruit.people import zones
from recruit.people.facts import Home
from recruit.people.tables import VERSION
from recruit.people.vault import Item, Vault
from recruit.trials.materials.content import Place as TextPlace
from recruit.trials.materials.content import State as TextState
from recruit.trials.materials.standing import Newest, newest
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial

Kept = dict[Item, str]
Point = tuple[Any, str]
# Tables and not models: an object's bookkeeping for each row is more than the row costs.
_TRIAL: Final = inspect(Trial).local_table
_MATCH: Final = inspect(MatchRow).local_table
_COLUMNS: Final = (
    _TRIAL.c.status,
    POSTING.c.life,
    VERSION.c.profile["home"].label("home"),
    VERSION.c.profile["born"].label("born"),
    _MATCH.c.id.label("match"),
    OUTBOX.c.state,
    OUTBOX.c.digest,
    SEALED_KEY.label("sealed"),
    *(each for each in CHANNEL_STANDING.c if each.name not in {"channel", "looked_at"}),
)
_FACTS: Final = (
    select(
        OUTBOX.c.id.label("message"),
        *_COLUMNS,
    )
    .select_from(OUTBOX)
    .join(_TRIAL, _TRIAL.c.id == OUTBOX.c.trial)
    .join(POSTING, POSTING.c.id == OUTBOX.c.posting)
    .outerjoin(CHANNEL_STANDING, CHANNEL_STANDING.c.channel == OUTBOX.c.channel)
    .outerjoin(VERSION, and_(VERSION.c.person == OUTBOX.c.person, VERSION.c.current))
    .outerjoin(
        _MATCH,
        and_(
            _MATCH.c.trial == OUTBOX.c.trial,
            _MATCH.c.person == OUTBOX.c.person,
            _MATCH.c.superseded_at.is_(None),
        ),
    )
    .where(one_of(OUTBOX.c.id, "messages", NUMBER))
)
_ROW: Final = (
    select(
        *_COLUMNS,
    )
    .select_from(_TRIAL)
    .join(POSTING, POSTING.c.id == bindparam("posting"))
    .outerjoin(CHANNEL_STANDING, CHANNEL_STANDING.c.channel == bindparam("channel"))
    .outerjoin(VERSION, and_(VERSION.c.person == bindparam("person"), VERSION.c.current))
    .outerjoin(
        _MATCH,
        and_(
            _MATCH.c.trial == _TRIAL.c.id,
            _MATCH.c.person == bindparam("person"),
            _MATCH.c.superseded_at.is_(None),
        ),
    )
    .outerjoin(OUTBOX, OUTBOX.c.id == bindparam("message"))
    .where(_TRIAL.c.id == bindparam("trial"))
)
SCENES: Final = "what the gates look at"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the gates need of their surroundings: the vault's keys, and whose zone is not known."""

    keyring: Keyring
    zone: ZoneInfo


@dataclass(frozen=True)
class Scene:
    """One message at one moment.

    `row` holds the trial's `status`, the posting's `life`, the person's `home`, `born` and `match`,
    and the message's own `state` and `digest`, the one of the text that was written last. `kept` is
    what the vault keeps of the person, None where it does not open; `is_ended` whether nothing may
    go to their address, None where that cannot be read; `seen` how the channel stands.
    """

    session: Session
    mine: Claim
    at: datetime
    row: Row[Any] | None
    consents: Standings
    kept: Kept | None
    is_ended: bool | None
    past: Past
    place: zones.Place
    newest: Newest | None
    seen: Look

    @property
    def message(self) -> Message:
        """The message itself."""
        return self.mine.message

    @property
    def days(self) -> list[date]:
        """The days that it may be where the person lives, the earliest first."""
        return sorted({self.at.astimezone(zone).date() for zone in self.place.zones})

    @property
    def births(self) -> list[PartialDate]:
        """What is known of when the person was born, from vault and profile."""
        told = self.row.born if self.row else None
        written = (self.kept or {}).get(Item.BIRTH_DATE)
        return [PartialDate.parse(text) for text in (written, told) if text]

    @property
    def text(self) -> TextState | None:
        """How the newest approved text stands on the latest of those days."""
        return self.newest.on(self.days[-1]) if self.newest else None

    @property
    def is_rewritten(self) -> bool:
        """Whether the connection is open for other words than those that are approved now."""
        is_open = self.row is not None and self.row.state == State.HANDOFF_OPEN
        written = self.row.digest if self.row and is_open else None
        return written is not None and self.newest is not None and written != self.newest.digest


def prepare(session: Session, mine: Sequence[Claim], at: datetime, desk: Desk) -> None:
    """Read what the gates will look at of several messages; the caller holds their people."""
    session.info[SCENES] = at, {each.mine.id: each for each in _scenes(session, mine, at, desk)}


def scene(session: Session, mine: Claim, at: datetime, desk: Desk) -> Scene:
    """What a pass over the gates looks at: the same for each gate of one pass."""
    when, known = session.info.get(SCENES, (None, {}))
    found: Scene | None = known.get(mine.id)
    if when == at and found is not None and found.mine is mine:
        return found
    prepare(session, [mine], at, desk)
    return scene(session, mine, at, desk)


def _scenes(session: Session, mine: Sequence[Claim], at: datetime, desk: Desk) -> Iterator[Scene]:
    people = {each.message.person for each in mine}
    facts, consents = _facts(session, mine), _consents(session, people)
    kept = Vault(desk.keyring).read_each(session, people)
    points = {each.id: _point(each, kept) for each in mine}
    over = _ended(session, desk.keyring, facts, [each for each in points.values() if each])
    past = caps.pasts(session, people, at)
    texts = {place: newest(session, place) for place in {_place(each.message) for each in mine}}
    for each in mine:
        row, point, person = facts.get(each.id), points[each.id], each.message.person
        yield Scene(
            session,
            each,
            at,
            row=row,
            consents=consents.get(person, Standings()),
            kept=kept[person],
            is_ended=None if over is None and point else point in (over or ()),
            past=past.besides(person, each.id),
            place=zones.place(Home(**((row.home if row else None) or {})), desk.zone),
            newest=texts[_place(each.message)],
            seen=seen(each.message.channel, row),
        )


def _facts(session: Session, mine: Sequence[Claim]) -> dict[int, Row[Any]]:
    """By message; one that is only thought of is in no table yet."""
    there = [each.id for each in mine if each.id]
    found = {}
    if there:
        rows = session.execute(_FACTS, {"messages": there})
        found = {row.message: row for row in rows}
    for each in mine:
        if not each.id and (row := _thought_of(session, each.message)) is not None:
            found[each.id] = row
    return found


def _thought_of(session: Session, message: Message) -> Row[Any] | None:
    values = {
        "trial": message.trial,
        "posting": message.posting,
        "person": message.person,
        "channel": message.channel.value,
        "message": 0,
    }
    return session.execute(_ROW, values).one_or_none()


def _consents(session: Session, people: Collection[str]) -> Mapping[str, Standings]:
    if len(people) == 1:
        person = next(iter(people))
        return {person: own(session, person)}
    return standings(session, people)


def _point(mine: Claim, kept: Mapping[str, Kept | None]) -> Point | None:
    channel = mine.message.channel
    where = (kept[mine.message.person] or {}).get(REACHED_BY[channel])
    return (channel, where) if where else None


def _ended(
    session: Session,
    keyring: Keyring,
    facts: Mapping[int, Row[Any]],
    points: Collection[Point],
) -> set[Point] | None:
    """The addresses that are over; None where that cannot be read."""
    if not points or not facts:
        return None if points else set()
    sealed = next(iter(facts.values())).sealed
    try:
        return ended(session, keyring, sealed, points)
    except SealBroken:
        return None


def _place(message: Message) -> TextPlace:
    return TextPlace(message.posting, kind_of(message), tongue(message.language), message.country)
