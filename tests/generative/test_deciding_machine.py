"""Coordinators, matching, senders and the person, in whatever order: decisions stay true.

No two decisions of one person and trial stand, no invitation waits or has left without an approval
that stands, and a match waits in the queue exactly when nothing holds about it.
"""

from dataclasses import replace
from itertools import count
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, event, func, select, update

from recruit.actions.following import timeline
from recruit.actions.following.stages import stage_of
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import cancelling
from recruit.actions.outreach.halting import Halting, halt
from recruit.actions.reviewing import claims, decisions
from recruit.actions.reviewing.looked_at import Hindrance
from recruit.actions.reviewing.tables import DECISION, Kind
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify.outbox_steps import note
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import LEFT, PENDING, Reason, State
from recruit.people import store as people
from recruit.people.facts import StateFact
from recruit.terminology.lexicon import Lexicon
from tests.deciding import (
    APPROVE,
    COLLEAGUE,
    COORDINATOR,
    NO,
    decided,
    not_now,
    rematched,
    undone,
)
from tests.inventing import MORE
from tests.outreach import OWN, Study, study, willing

NUMBERS = count(1)
WISHES = {"approve": APPROVE, "no": NO, "not_now": not_now()}
BY = st.sampled_from((COORDINATOR, COLLEAGUE))


class Deciding(RuleBasedStateMachine):
    """One person and one study, looked at by two coordinators."""

    engine: ClassVar[Engine]
    lexicon: ClassVar[Lexicon]
    here: ClassVar[Study]

    @initialize()
    def begin(self) -> None:
        self.person = willing(self.engine, f"person-{next(NUMBERS)}")
        self.match = rematched(self.engine, self.lexicon, self.here.trial, self.person)
        self.willing = True

    @rule(wish=st.sampled_from(sorted(WISHES)), by=BY)
    def decide(self, wish: str, by: str) -> None:
        found = decided(self.engine, self.match, WISHES[wish], by=by)
        assert (found.decision is None) == (found.hindrance is not None)

    @rule(by=BY)
    def undo(self, by: str) -> None:
        newest = self.newest()
        left = self.messages() & {State.ACCEPTED.value}
        found = undone(self.engine, self.match, newest, by=by)
        assert not (left and found.decision and self.kind(newest) == Kind.APPROVE)

    @rule(by=BY)
    def approve_by_mistake(self, by: str) -> None:
        """Approved and undone at once, with nothing in between that could let it leave."""
        if decided(self.engine, self.match, APPROVE, by=by).decision:
            assert undone(self.engine, self.match, self.newest(), by=by).decision

    @rule(by=BY)
    def look(self, by: str) -> None:
        with unit_of_work(self.engine) as session:
            claims.take(session, self.match, by, now())

    @precondition(lambda self: self.willing)
    @rule(pregnant=st.sampled_from(("absent", "unknown")))
    def tell(self, pregnant: str) -> None:
        with unit_of_work(self.engine) as session:
            [(_, _, profile)] = people.current(session, {self.person})
            told = StateFact("pregnant", pregnant)  # type: ignore[arg-type]
            people.save(session, [replace(profile, facts=(*profile.facts[:1], told))])
        old, self.match = self.match, self.rematch()
        if old != self.match:
            gone = decided(self.engine, old, NO)
            assert gone.hindrance is Hindrance.ANEW

    @rule()
    def send(self) -> None:
        with unit_of_work(self.engine) as session:
            at = now()
            sent = {"state": State.ACCEPTED.value, "sent_at": at, "changed_at": at}
            left = {**sent, "fence": 1, "round": 1}
            waits = (OUTBOX.c.person == self.person) & (OUTBOX.c.state == State.APPROVED.value)
            these = session.execute(update(OUTBOX).where(waits).values(left).returning(OUTBOX.c.id))
            note(session, OUTBOX.c.id.in_(these.scalars().all()), at)

    @rule()
    def stop(self) -> None:
        halt(self.engine, Halting(self.here.trial, "the freezer broke", COORDINATOR, None))

    @precondition(lambda self: self.willing)
    @rule()
    def withdraw(self) -> None:
        with unit_of_work(self.engine) as session:
            ledger.withdraw(session, self.person, Choice(Purpose.MATCHING), OWN, "test")
            cancelling.unpermitted(session, [self.person], Reason.WITHDRAWN)
        self.willing = False
        assert decided(self.engine, self.match, NO).hindrance is Hindrance.WITHDRAWN

    @invariant()
    def no_two_stand(self) -> None:
        with reading(self.engine) as session:
            own = select(func.count()).where(DECISION.c.person == self.person)
            assert (session.scalar(own.where(DECISION.c.ended_at.is_(None))) or 0) <= 1

    @invariant()
    def no_invitation_without_an_approval(self) -> None:
        if self.messages() & {each.value for each in PENDING | LEFT}:
            with reading(self.engine) as session:
                stands = decisions.standing(session, [self.match], now())
            assert stands[self.match].kind is Kind.APPROVE

    @invariant()
    def a_match_waits_when_nothing_holds(self) -> None:
        decisions.bring_back(self.engine, now())
        with reading(self.engine) as session:
            holds = decisions.standing(session, [self.match], now()).get(self.match)
            row = session.get_one(MatchRow, self.match)
        assert row.state == (decisions.STATES[holds.kind] if holds else "waiting")

    @precondition(lambda self: self.willing)
    @invariant()
    def the_last_that_happened_is_where_they_stand(self) -> None:
        """Whoever decides, undoes or stops it: their way through the study says so, too."""
        with reading(self.engine) as session:
            stage = stage_of(session, self.here.trial, self.person, now())
            *_, last = timeline.of(session, self.here.trial, self.person)
        assert last.stage is stage

    def rematch(self) -> int:
        return rematched(self.engine, self.lexicon, self.here.trial, self.person)

    def newest(self) -> int:
        with reading(self.engine) as session:
            own = select(func.max(DECISION.c.id)).where(DECISION.c.person == self.person)
            return session.scalar(own) or 0

    def kind(self, number: int) -> str | None:
        with reading(self.engine) as session:
            return session.scalar(select(DECISION.c.kind).where(DECISION.c.id == number))

    def messages(self) -> set[str]:
        with reading(self.engine) as session:
            own = select(OUTBOX.c.state).where(OUTBOX.c.person == self.person)
            return set(session.scalars(own))


def test_decisions_and_invitations_stand_and_fall_together(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    # Nobody will miss the data after a power cut.
    event.listen(sqlite_engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    sqlite_engine.dispose()
    here = study(sqlite_engine, lexicon)
    machine = type("Here", (Deciding,), {"engine": sqlite_engine, "lexicon": lexicon, "here": here})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10 * MORE,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # making a failure small takes minutes of commits
            suppress_health_check=list(HealthCheck),
        ),
    )
