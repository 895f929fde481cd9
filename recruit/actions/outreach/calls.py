"""Calls: messages that people hand over themselves, from a list.

Whoever takes a call on is shown the number only when every gate is open, and once that is committed
as `data_sent`: from then on they may have called. Nothing finds out by itself whether they did, so
they are asked, at the top of their list, until they say. Meanwhile the lease may run out; then the
message is `unknown`, which is what it is, and nobody else calls. Somebody has one call in hand at a
time.

Nobody who is called has said yes to anything yet. So the operator's own staff calls, and nobody of
a sponsor or a centre: they see that a pseudonym is to be called. Who puts call after call back
would read a list of names and numbers: a few a day are put back, and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, RowMapping, func, select
from sqlalchemy.orm import Session

from recruit.actions.catalogue import Worded, title
from recruit.actions.outreach.gates import Desk, gates
from recruit.actions.outreach.message_scope import seen_by
from recruit.actions.outreach.scene import scene
from recruit.actions.outreach.windows import is_open
from recruit.actions.outreach.writing import Writer
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotAllowed, NotFound, Refusal
from recruit.core.i18n import N_
from recruit.core.locks import hold_people
from recruit.notify import handoff
from recruit.notify.letter import Letter
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import DUE, INVITING, LEFT, Claim, Hold, Reason, State
from recruit.people.vault import Item, Vault
from recruit.trials import store as trials

LATELY: Final = timedelta(days=30)
LOOKED_AT: Final = 500  # calls due whose hours are looked at for one list
SHOWN: Final = 50
MOST_PUT_BACK: Final = 5
A_DAY: Final = timedelta(days=1)
TOO_MANY_PUT_BACK: Final = N_(
    "You have put {most} calls back within a day without calling. Tomorrow you can take one on "
    "again."
)
IN_HAND: Final = (State.DATA_SENT.value, State.UNKNOWN.value)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: their account as the trail names it, their organisation, and the language."""

    account: str
    organisation: int | None
    language: str

    def may_call(self) -> bool:
        """Whether they are of the operator's own staff."""
        return self.organisation is None


@dataclass(frozen=True, slots=True)
class Line:
    """A call on the list: who is to be called, in which language, about which study.

    `asked` is how often the person was asked about any study lately, `tries` how often nobody
    answered.
    """

    number: int
    person: str
    language: str
    study: Worded
    asked: int
    tries: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A call in hand. `held`: it may not be made any more, and neither name nor number is shown."""

    line: Line
    shown_at: datetime
    held: bool
    name: str = field(default="", repr=False)
    to: str = field(default="", repr=False)
    script: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Calling:
    """What it takes to call: whose vault and zone, and who writes the script."""

    desk: Desk
    write: Writer

    def letter(self, session: Session, mine: Claim, at: datetime) -> Letter | Hold:
        """What the caller reads out, and to whom; or why there is no call."""
        return self.write(session, [mine], at)[mine.id]


def due(engine: Engine, desk: Desk, caller: Caller) -> tuple[Sequence[Line], int]:
    """The calls that may be made now, who was asked least first; and how many wait for an hour.

    At most 50; an hour is right where the person lives.
    """
    at = now()
    with reading(engine) as session:
        query = (
            select(OUTBOX)
            .where(
                OUTBOX.c.channel == Channel.PHONE.value,
                OUTBOX.c.state.in_(DUE),
                OUTBOX.c.due_at <= at,
                OUTBOX.c.not_after >= at,
                seen_by(session, caller.organisation, Channel.PHONE),
            )
            .order_by(OUTBOX.c.due_at, OUTBOX.c.id)
            .limit(LOOKED_AT)
        )
        rows = session.execute(query).mappings().all()
        now_open = [
            row
            for row in rows
            if is_open(Channel.PHONE, scene(session, handoff.claim_of(row), at, desk).place, at)
        ]
        asked = _asked(session, {row["person"] for row in now_open}, at)
        first = sorted(now_open, key=lambda row: (asked.get(row["person"], 0), row["due_at"]))
        lines = [_line(session, row, asked, caller.language) for row in first[:SHOWN]]
    return lines, len(rows) - len(now_open)


def in_hand(engine: Engine, caller: Caller) -> Line | None:
    """The call whose number somebody was shown and of which they have not said what happened."""
    with reading(engine) as session:
        row = _in_hand(session, caller)
        return _line(session, row, {}, caller.language) if row else None


def begin(engine: Engine, calling: Calling, caller: Caller, number: int) -> Hold | None:
    """Take a call on: afterwards name and number may be shown. Why not, where a gate is shut.

    Raises:
        NotFound: there is no such call on this person's list, or somebody else has it.
        NotAllowed: they are not of the operator's own staff.
        Refusal: they have put too many calls back since yesterday.
    """
    with unit_of_work(engine) as session:
        seen = seen_by(session, caller.organisation, Channel.PHONE)
        this = (OUTBOX.c.id == number) & (OUTBOX.c.channel == Channel.PHONE.value)
        known = session.scalar(select(OUTBOX.c.id).where(this, OUTBOX.c.due_at <= now(), seen))
        if known:
            _check(session, caller)
        mine = known and handoff.claim_one(session, number, caller.account, now())
    if not mine:
        raise NotFound(what=N_("call"), identifier=str(number))
    with unit_of_work(engine) as session:
        chain.hold(session)
        opened = _open(session, calling, mine)
        if opened is None:
            trail.record(
                session,
                Tag.CALL_OPENED,
                actor=caller.account,
                subject=mine.message.person,
                new=f"call {number}",
            )
    return opened


def show(engine: Engine, calling: Calling, caller: Caller, number: int) -> Opened:
    """Name, number and script of the call in hand; every look at them is written down.

    The gates are asked each time: who has said stop since is not to be called.

    Raises:
        NotFound: this person has no such call in hand.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = _in_hand(session, caller)
        if row is None or row["id"] != number or not caller.may_call():
            raise NotFound(what=N_("call"), identifier=str(number))
        mine, line = handoff.claim_of(row), _line(session, row, {}, caller.language)
        hold_people(session, [line.person])
        letter = _shut(session, calling, mine) or calling.letter(session, mine, now())
        if isinstance(letter, Hold):
            return Opened(line, row["sent_at"], held=True)
        trail.record(
            session,
            Tag.CALL_SHOWN,
            actor=caller.account,
            subject=line.person,
            new=f"call {number}",
        )
        name = Vault(calling.desk.keyring).read(session, line.person).get(Item.NAME, "")
        return Opened(line, row["sent_at"], held=False, name=name, to=letter.to, script=letter.text)


def _check(session: Session, caller: Caller) -> None:
    """Whether somebody may be shown one more name and number."""
    if not caller.may_call():
        raise NotAllowed
    put_back = (
        select(func.count())
        .select_from(OUTBOX_STEP.join(OUTBOX, OUTBOX.c.id == OUTBOX_STEP.c.message))
        .where(
            OUTBOX.c.channel == Channel.PHONE.value,
            OUTBOX.c.changed_at > now() - A_DAY,
            OUTBOX_STEP.c.worker == caller.account,
            OUTBOX_STEP.c.reason == Reason.NOT_CALLED.value,
            OUTBOX_STEP.c.at > now() - A_DAY,
        )
    )
    if session.scalars(put_back).one() >= MOST_PUT_BACK:
        raise Refusal(record="", field="", problem=TOO_MANY_PUT_BACK, most=MOST_PUT_BACK)


def _open(session: Session, calling: Calling, mine: Claim) -> Hold | None:
    """Commit that the number is about to be shown, or why it must not be."""
    at, shut = now(), gates(calling.desk)
    if handoff.open_handoff(session, mine, shut, at):
        letter = calling.letter(session, mine, at)
        if isinstance(letter, Letter) and handoff.send_data(session, mine, shut, at):
            return None
        if isinstance(letter, Hold):
            handoff.hold(session, mine, letter, at)
    stands = session.execute(select(OUTBOX).where(OUTBOX.c.id == mine.id)).mappings().one()
    return Hold(State(stands["state"]), stands["reason"], stands["due_at"])


def _shut(session: Session, calling: Calling, mine: Claim) -> Hold | None:
    at = now()
    return next((hold for gate in gates(calling.desk) if (hold := gate(session, mine, at))), None)


def _in_hand(session: Session, caller: Caller) -> RowMapping | None:
    query = select(OUTBOX).where(
        OUTBOX.c.channel == Channel.PHONE.value,
        OUTBOX.c.state.in_(IN_HAND),
        OUTBOX.c.worker == caller.account,
    )
    return session.execute(query.order_by(OUTBOX.c.id)).mappings().first()


def _asked(session: Session, people: set[str], at: datetime) -> dict[str, int]:
    query = (
        select(OUTBOX.c.person, func.count())
        .where(
            OUTBOX.c.person.in_(people),
            OUTBOX.c.state.in_(LEFT),
            OUTBOX.c.wave.in_(INVITING),
            OUTBOX.c.sent_at > at - LATELY,
        )
        .group_by(OUTBOX.c.person)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _line(session: Session, row: RowMapping, asked: dict[str, int], language: str) -> Line:
    return Line(
        number=row["id"],
        person=row["person"],
        language=row["language"],
        study=title(trials.get(session, row["trial"]).draft, language),
        asked=asked.get(row["person"], 0),
        tries=row["tries"],
    )
