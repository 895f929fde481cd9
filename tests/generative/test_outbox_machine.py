"""Workers die, stand still and come back, people withdraw: nothing goes out twice or after a no.

`completed` is the receiving server: it knows nothing of the database. Each worker does what a real
one does between two commits, and may stop between any of them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.permit import permit
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing
from recruit.notify import handoff, outbox
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import LEFT, Claim, Fate, Hold, Message, Reason, State, Told, Wave
from recruit.terminology.lexicon import Lexicon
from tests.inventing import MORE
from tests.outreach import OWN, Study, agreement, study, willing

MAIL = Choice(Purpose.CONTACT, Channel.EMAIL)
WORKERS = st.sampled_from(("ada", "bob"))
PEOPLE = 3
WAVES = (Wave.INVITATION, Wave.REMINDER)
WHO = st.integers(0, PEOPLE - 1)
NUMBERS = count()


def consents(session: Session, mine: Claim, at: datetime) -> Hold | None:
    """The gate that matters most: a yes at this moment."""
    try:
        permit(session, mine.message.person, Purpose.CONTACT, channel=Channel.EMAIL, at=at)
    except ConsentMissing:
        return Hold(State.SUPPRESSED, Reason.CONSENT)
    return None


@dataclass
class Hand:
    """What a worker has in its hands, how far it has come, and what the server said."""

    claim: Claim
    at: State
    fate: Fate = Fate.HELD


class Outbox(RuleBasedStateMachine):
    """The outbox between workers, people and a server."""

    engine: ClassVar[Engine]
    study: ClassVar[Study]

    def __init__(self) -> None:
        super().__init__()
        self.now = now()
        self.completed: list[tuple[str, Wave]] = []
        self.after_a_no: list[str] = []
        self.hands: dict[str, Hand] = {}
        self.keys: set[tuple[str, Wave]] = set()
        self.resent: set[tuple[str, Wave]] = set()
        self.had: set[tuple[str, Wave]] = set()
        self.undone: set[tuple[str, Wave]] = set()
        names = [f"machine{next(NUMBERS)}" for _ in range(PEOPLE)]
        self.people = [willing(self.engine, each, channels=(Channel.EMAIL,)) for each in names]
        self.agreed = dict.fromkeys(self.people, True)

    @rule(who=WHO)
    def agree(self, who: int) -> None:
        with unit_of_work(self.engine) as session:
            proof = replace(agreement(MAIL), at=now())
            ledger.grant(session, [(self.people[who], proof)], OWN)
        self.agreed[self.people[who]] = True
        self.later(1)

    @rule(who=WHO)
    def withdraw(self, who: int) -> None:
        person = self.people[who]
        with unit_of_work(self.engine) as session:
            if handoff.is_on_its_way(session, person):
                return  # the answer waits until that message's fate is known
            ledger.withdraw(session, person, MAIL, OWN, "test")
            outbox.cancel(session, outbox.of_person(person), Reason.WITHDRAWN, self.now)
        self.agreed[person] = False

    @rule(who=WHO, wave=st.sampled_from(WAVES))
    def queue(self, who: int, wave: Wave) -> None:
        person = self.people[who]
        with unit_of_work(self.engine) as session:
            try:
                leave = permit(session, person, Purpose.CONTACT, channel=Channel.EMAIL, at=self.now)
            except ConsentMissing:
                assert not self.agreed[person]
                return
            number = outbox.approve(session, leave, self.message(person, wave), self.now, by="me")
            free = (person, wave) not in self.keys or (person, wave) in self.undone
            assert (number is not None) == free
            if number is not None:
                outbox.queue(session, [number], self.now, round_=1)
        self.keys.add((person, wave))
        self.undone.discard((person, wave))

    @rule(who=WHO, wave=st.sampled_from(WAVES))
    def undo(self, who: int, wave: Wave) -> None:
        """Somebody takes a decision back; it may be taken again if no worker ever had it."""
        person = self.people[who]
        this = outbox.of_person(person) & (OUTBOX.c.wave == wave.value)
        with unit_of_work(self.engine) as session:
            stopped = outbox.cancel(session, this, Reason.UNDONE, self.now)
        if stopped and (person, wave) not in self.had:
            self.undone.add((person, wave))

    @rule(worker=WORKERS)
    def claim(self, worker: str) -> None:
        if worker in self.hands:
            return
        with unit_of_work(self.engine) as session:
            for mine in handoff.claim(session, worker, self.now):
                self.hands[worker] = Hand(mine, State.CLAIMED)
                self.had.add((mine.message.person, mine.message.wave))

    @rule(worker=WORKERS)
    def connect(self, worker: str) -> None:
        hand = self.hands.get(worker)
        if hand and hand.at is State.CLAIMED:
            with unit_of_work(self.engine) as session:
                opened = handoff.open_handoff(session, hand.claim, (consents,), self.now)
            self.go_on(worker, State.HANDOFF_OPEN, opened=opened)

    @rule(worker=WORKERS, fate=st.sampled_from(Fate))
    def send(self, worker: str, fate: Fate) -> None:
        hand = self.hands.get(worker)
        if not hand or hand.at is not State.HANDOFF_OPEN:
            return
        with unit_of_work(self.engine) as session:
            sent = handoff.send_data(session, hand.claim, (consents,), self.now)
        hand.fate = fate
        self.go_on(worker, State.DATA_SENT, opened=sent)
        if sent and fate in {Fate.SENT, Fate.UNSURE}:  # at the worst, the server has it
            message = hand.claim.message
            self.completed.append((message.person, message.wave))
            if not self.agreed[message.person]:
                self.after_a_no.append(message.person)

    @rule(worker=WORKERS, who=WHO, wave=st.sampled_from(WAVES), fate=st.sampled_from(Fate))
    def come_as_far_as_the_last_byte(self, worker: str, who: int, wave: Wave, fate: Fate) -> None:
        """What single steps would seldom come to."""
        self.queue(who, wave)
        self.claim(worker)
        self.connect(worker)
        self.send(worker, fate)

    @rule(worker=WORKERS)
    def hear(self, worker: str) -> None:
        hand = self.hands.get(worker)
        if hand and hand.at is State.DATA_SENT:
            with unit_of_work(self.engine) as session:
                handoff.finish(session, Told(hand.claim, hand.fate), self.now)
            del self.hands[worker]

    @rule(worker=WORKERS)
    def die(self, worker: str) -> None:
        self.hands.pop(worker, None)

    @rule(seconds=st.sampled_from((1, 30, 60, 3600)))
    def later(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(worker=WORKERS)
    def be_given_up(self, worker: str) -> None:
        """One worker stands still until its lease is over, and another goes on."""
        self.later(60)
        self.keep_house()
        for other in {"ada", "bob"} - {worker}:
            self.claim(other)
            self.connect(other)
            self.send(other, Fate.SENT)

    @rule()
    def keep_house(self) -> None:
        with unit_of_work(self.engine) as session:
            handoff.reclaim(session, self.now)

    @rule()
    def the_study_stops(self) -> None:
        with unit_of_work(self.engine) as session:
            for person in self.people:
                outbox.cancel(session, outbox.of_person(person), Reason.STOPPED, self.now)

    @rule(again=st.booleans())
    def somebody_decides(self, *, again: bool) -> None:
        unknown = (OUTBOX.c.state == State.UNKNOWN.value) & OUTBOX.c.person.in_(self.people)
        with unit_of_work(self.engine) as session:
            row = session.execute(select(OUTBOX).where(unknown).limit(1)).one_or_none()
            if row is None:
                return
            assert outbox.decide(session, row.id, was_sent=not again, at=self.now)
        if again:
            self.resent.add((row.person, Wave(row.wave)))

    @invariant()
    def nothing_goes_out_twice(self) -> None:
        once = [key for key in self.completed if key not in self.resent]
        assert len(once) == len(set(once))

    @invariant()
    def nothing_is_completed_after_a_no(self) -> None:
        assert self.after_a_no == []

    @invariant()
    def what_the_server_has_is_not_said_to_be_unsent(self) -> None:
        mine = OUTBOX.c.person.in_(self.people)
        with reading(self.engine) as session:
            rows = session.execute(select(OUTBOX).where(mine)).all()
        stands = {(row.person, Wave(row.wave)): State(row.state) for row in rows}
        once = set(self.completed) - self.resent
        assert {stands[key] for key in once} <= LEFT | {State.DATA_SENT}

    @invariant()
    def nothing_is_lost(self) -> None:
        mine = OUTBOX.c.person.in_(self.people)
        with reading(self.engine) as session:
            states = session.scalars(select(OUTBOX.c.state).where(mine)).all()
            noted = session.scalar(
                select(func.count(func.distinct(OUTBOX_STEP.c.message)))
                .join(OUTBOX, OUTBOX.c.id == OUTBOX_STEP.c.message)
                .where(mine)
            )
        assert len(states) == len(self.keys) == noted
        assert set(states) <= set(State)

    def teardown(self) -> None:
        """Leave nothing that the next run's workers could claim."""
        with unit_of_work(self.engine) as session:
            handoff.reclaim(session, self.now + timedelta(days=1))
            for person in self.people:
                outbox.cancel(session, outbox.of_person(person), Reason.STAFF, self.now)

    def message(self, person: str, wave: Wave) -> Message:
        """An invitation or a reminder by e-mail, due now."""
        return Message(
            trial=self.study.trial,
            posting=self.study.posting,
            person=person,
            wave=wave,
            channel=Channel.EMAIL,
            language="fr",
            country="FR",
            due_at=self.now,
            not_after=self.now + timedelta(days=30),
        )

    def go_on(self, worker: str, at: State, *, opened: bool) -> None:
        """A worker has got leave, or has put the message down."""
        if opened:
            self.hands[worker].at = at
        else:
            del self.hands[worker]


def test_workers_that_die_and_people_who_withdraw(engine: Engine, lexicon: Lexicon) -> None:
    known = {"engine": engine, "study": study(engine, lexicon)}
    machine = type("Machine", (Outbox,), known)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=(10 if engine.dialect.name == "sqlite" else 4) * MORE,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
