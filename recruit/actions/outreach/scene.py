"""What the gates look at of messages: all of it is read at once, in one query.

A pass is one transaction under the people's locks: nothing that a gate decides by can change in it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import FromClause, Row, Select, and_, bindparam, inspect, literal, null, select
from sqlalchemy.orm import Session

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import caps, texts
from recruit.actions.outreach.caps import Past
from recruit.consent.choices import Channel
from recruit.consent.projection import read_standings, standings_of
from recruit.consent.state import Standings
from recruit.core.bulk import one_of
from recruit.core.columns import NUMBER
from recruit.core.crypto import Keyring
from recruit.core.dates import PartialDate
from recruit.core.errors import SealBroken
from recruit.core.locks import hold_and_ask
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.receipt_tables import CHANNEL_STANDING
from recruit.notify.reputation import Look, seen
from recruit.notify.stages import Claim, Message, State
from recruit.notify.suppression import REACHED_BY, SEALED_KEY, ended
from recruit.people import zones
from recruit.people.facts import Home
from recruit.people.tables import VERSION
from recruit.people.vault import Item, Vault, stored_of
from recruit.trials.materials import standing
from recruit.trials.materials.content import Place as TextPlace
from recruit.trials.materials.content import State as TextState
from recruit.trials.materials.standing import Newest
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial

Kept = dict[Item, str]
Point = tuple[Channel, str]
# Tables and not models: an object's bookkeeping for each row is more than the row costs.
_TRIAL: Final = inspect(Trial).local_table
_MATCH: Final = inspect(MatchRow).local_table


def _looked_at(messages: FromClause) -> Select[Any]:
    """All that the gates look at, a row for each of some messages, by its number `id`."""
    of = messages.c
    rows = (
        messages.join(_TRIAL, _TRIAL.c.id == of.trial)
        .join(POSTING, POSTING.c.id == of.posting)
        .outerjoin(CHANNEL_STANDING, CHANNEL_STANDING.c.channel == of.channel)
        .outerjoin(VERSION, and_(VERSION.c.person == of.person, VERSION.c.current))
        .outerjoin(
            _MATCH,
            and_(
                _MATCH.c.trial == of.trial,
                _MATCH.c.person == of.person,
                _MATCH.c.superseded_at.is_(None),
            ),
        )
    )
    stand = (each for each in CHANNEL_STANDING.c if each.name not in {"channel", "looked_at"})
    return select(
        of.id.label("message"),
        of.state,
        of.digest,
        _TRIAL.c.status,
        POSTING.c.life,
        VERSION.c.profile["home"].label("home"),
        VERSION.c.profile["born"].label("born"),
        _MATCH.c.id.label("match"),
        standings_of(of.person).label("consents"),
        stored_of(of.person).label("stored"),
        caps.asked_of(of.person).label("asked"),
        caps.answered_by(of.person).label("answered"),
        SEALED_KEY.label("sealed"),
        *stand,
        *standing.COLUMNS,
    ).select_from(texts.beside(rows, messages))


_SAID: Final = ("trial", "posting", "person", "wave", "channel", "language", "country")
_ROWS: Final = _looked_at(OUTBOX).where(one_of(OUTBOX.c.id, "messages", NUMBER))
_THOUGHT_OF: Final = _looked_at(
    select(
        literal(0).label("id"),
        null().label("state"),
        null().label("digest"),
        *(bindparam(name, type_=OUTBOX.c[name].type).label(name) for name in _SAID),
    ).subquery("thought_of")
)
"""The same of a message that is in no table yet."""
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
    """Hold the people of several messages, and read what the gates will look at."""
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
    rows = _rows(session, mine, at)
    kept = {each.id: _opened(desk.keyring, each.message, rows.get(each.id)) for each in mine}
    points = {each.id: _point(each.message.channel, kept[each.id]) for each in mine}
    over = _ended(session, desk.keyring, rows, [each for each in points.values() if each])
    for each in mine:
        row, point, channel = rows.get(each.id), points[each.id], each.message.channel
        yield Scene(
            session,
            each,
            at,
            row=row,
            consents=read_standings(row.consents) if row else Standings(),
            kept=kept[each.id],
            is_ended=None if over is None and point else point in (over or ()),
            past=Past.of(row.asked, row.answered, besides=each.id) if row else Past(),
            place=zones.place(Home(**((row.home if row else None) or {})), desk.zone),
            newest=standing.newest(row, _place(each.message)) if row else None,
            seen=seen(channel, row),
        )


def _rows(session: Session, mine: Sequence[Claim], at: datetime) -> dict[int, Row[Any]]:
    """By message; one that is only thought of has the number 0."""
    since = {"since": at - caps.WITHIN}
    there = [each.id for each in mine if each.id]
    found = {}
    if there:
        people = {each.message.person for each in mine}
        rows = hold_and_ask(session, people, _ROWS, {"messages": there, **since})
        found = {row.message: row for row in rows}
    for each in mine:
        if not each.id:
            said = {name: getattr(each.message, name) for name in _SAID}
            row = session.execute(_THOUGHT_OF, said | since).one_or_none()
            if row is not None:
                found[each.id] = row
    return found


def _opened(keyring: Keyring, message: Message, row: Row[Any] | None) -> Kept | None:
    """What the vault keeps of somebody; None where it does not open."""
    try:
        return Vault(keyring).opened(message.person, row.stored if row else ())
    except SealBroken:
        return None


def _point(channel: Channel, kept: Kept | None) -> Point | None:
    where = (kept or {}).get(REACHED_BY[channel])
    return (channel, where) if where else None


def _ended(
    session: Session,
    keyring: Keyring,
    rows: Mapping[int, Row[Any]],
    points: Collection[Point],
) -> set[Point] | None:
    """The addresses that are over; None where that cannot be read."""
    if not points:
        return set()
    sealed = next(iter(rows.values())).sealed
    try:
        return ended(session, keyring, sealed, points)
    except SealBroken:
        return None


def _place(message: Message) -> TextPlace:
    kind, language = texts.kind_of(message), texts.tongue(message.language)
    return TextPlace(message.posting, kind, language, message.country)
