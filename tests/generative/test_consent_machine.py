"""Whatever happens in whatever order, by whatever clock: no permit without a yes that stands.

Two things decide what is expected. `Model` says, in the words of the promise and without the fold,
what stands after each deed. `Said` keeps nothing but the list of deeds, and looks for one yes that
no later no or erasure takes away. In the end the projection is rebuilt from the ledger: byte by
byte it is the one that was kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from recruit.consent import ledger, projection
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.evidence import Evidence
from recruit.consent.ledger import Actor, Role
from recruit.consent.permit import people_with, permit
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing
from tests.inventing import MORE

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MATCHING = Choice(Purpose.MATCHING)
MAIL = Choice(Purpose.CONTACT, Channel.EMAIL)
MAIL_X = Choice(Purpose.CONTACT, Channel.EMAIL, "trial/X")
RELEASE = Choice(Purpose.RELEASE, scope="site/Y")
CHOICES = (MATCHING, MAIL, MAIL_X, RELEASE)
GENERAL = {MATCHING: MATCHING, MAIL: MAIL, MAIL_X: MAIL, RELEASE: RELEASE}
# Often the same person and the same channel: what follows from what is what may go wrong.
WHO = st.sampled_from((0, 0, 0, 1))
WHICH = st.sampled_from((MAIL, MAIL_X, MAIL, MAIL_X, MATCHING, RELEASE))
SELF = Actor("self", Role.SELF)
NUMBERS = count(1)

Key = Choice | None


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@dataclass
class Model:
    """What stands about one person: for each choice (or None, everything) a word and two days."""

    said: dict[Key, tuple[str, int, int | None]] = field(default_factory=dict)
    pause: tuple[bool, int, int | None] | None = None
    erased: bool = False

    def takes(self, choice: Choice, at: int) -> bool:
        """Whether a yes of that day is newer than all that was said against it."""
        own, everything = self.said.get(choice), self.said.get(None)
        general = self.said.get(GENERAL[choice])
        if self.erased or (own and own[0] != "yes" and at <= own[1]):
            return False
        if everything and at <= everything[1]:
            return False
        return not general or at > general[1] or (at == general[1] and general[0] != "no")

    def grant(self, choice: Choice, at: int, until: int | None) -> None:
        own = self.said.get(choice)
        if own and own[0] == "yes" and (at <= own[1] or until == own[2]):
            return
        if self.takes(choice, at):
            self.said[choice] = ("yes", at, until)

    def refuse(self, choice: Key, at: int) -> None:
        if self.erased:
            return
        meant = [choice] if choice else [*(each for each in self.said if each), None]
        for each in meant:
            own = self.said.get(each)
            if own and own[0] == "no" and at < own[1]:
                continue
            self.said[each] = ("no", at, None)
            under = [x for x in self.said if x and x != each and GENERAL[x] == each]
            for x in under:
                if self.said[x][0] != "no" and self.said[x][1] <= at:
                    del self.said[x]

    def reconfirm(self, choice: Choice, at: int, until: int | None) -> None:
        if choice in self.said and self.holds(choice, at):
            self.said[choice] = ("yes", at, until)

    def expire(self, at: int) -> None:
        for choice, (word, since, until) in self.said.items():
            if word == "yes" and until is not None and until <= at:
                self.said[choice] = ("ended", since, None)

    def turn(self, *, paused: bool, at: int, until: int | None) -> None:
        if not self.erased and (paused or (self.pause and at >= self.pause[1])):
            self.pause = (paused, at, until)

    def holds(self, choice: Choice, at: int) -> bool:
        word, since, until = self.said.get(choice) or self.said.get(GENERAL[choice], ("", 0, 0))
        return word == "yes" and since <= at and (until is None or at < until) and not self.erased

    def permits(self, choice: Choice, at: int) -> bool:
        paused = self.pause and self.pause[0] and (self.pause[2] is None or at < self.pause[2])
        return self.holds(choice, at) and not paused


@dataclass
class Said:
    """Every deed of one person in its order: (what, of which choice, on which day)."""

    deeds: list[tuple[str, Key, int]] = field(default_factory=list)

    def leaves_room(self, choice: Choice, at: int) -> bool:
        """Whether some yes by `at` has not been taken back, and nobody was erased."""
        if any(what == "erase" for what, _, _ in self.deeds):
            return False
        return any(
            what == "yes" and said <= at and not self._ended(place, of, said)
            for place, (what, of, said) in enumerate(self.deeds)
            if of in {choice, GENERAL[choice]}
        )

    def _ended(self, place: int, choice: Key, said: int) -> bool:
        for other, (what, of, at) in enumerate(self.deeds):
            covers = of in {choice, None} or (choice and GENERAL[choice] == of)
            # A no counts whatever its day when it comes after; when it came before, by its day.
            direct = of in {choice, None} and other > place
            if what == "no" and covers and (direct or at >= said):
                return True
        return False


class Consents(RuleBasedStateMachine):
    """Two people, one ledger, a clock that may be set back."""

    engine: ClassVar[Engine]

    def __init__(self) -> None:
        super().__init__()
        number = next(NUMBERS)
        self.people = (f"P-{number}-A", f"P-{number}-B")
        self.models = {person: Model() for person in self.people}
        self.said = {person: Said() for person in self.people}
        self.today = 0

    @contextmanager
    def deed(self) -> Iterator[Session]:
        with time_machine.travel(day(self.today), tick=False), unit_of_work(self.engine) as session:
            yield session

    def note(self, who: int, what: str, choice: Key, at: int | None = None) -> Model:
        person = self.people[who]
        self.said[person].deeds.append((what, choice, self.today if at is None else at))
        return self.models[person]

    @rule(days=st.integers(-6, 12))
    def the_clock_moves(self, days: int) -> None:
        self.today += days

    @rule(
        who=WHO,
        choice=WHICH,
        ago=st.integers(0, 15),
        lasts=st.none() | st.integers(1, 12),
    )
    def they_agree_or_evidence_comes_in(
        self, who: int, choice: Choice, ago: int, lasts: int | None
    ) -> None:
        at = self.today - ago
        until = None if lasts is None else at + lasts
        with self.deed() as session:
            proof = evidence(choice, at, until)
            ledger.grant(session, [(self.people[who], proof)], SELF)
        self.note(who, "yes", choice, at).grant(choice, at, until)

    @rule(who=WHO, choice=WHICH, lasts=st.none() | st.just(5))
    def they_reconfirm(self, who: int, choice: Choice, lasts: int | None) -> None:
        until = None if lasts is None else self.today + lasts
        with self.deed() as session:
            ledger.reconfirm(session, self.people[who], evidence(choice, self.today, until), SELF)
        if self.said[self.people[who]].leaves_room(choice, self.today):
            self.note(who, "yes", choice)  # what may stand is said anew, of this day
        self.models[self.people[who]].reconfirm(choice, self.today, until)

    @rule(who=WHO, yes=WHICH, no=WHICH)
    def they_answer_a_form(self, who: int, yes: Choice, no: Choice) -> None:
        with self.deed() as session:
            proof = evidence(yes, self.today, None)
            ledger.answer(session, self.people[who], proof, [no], SELF)
        self.note(who, "yes", yes).grant(yes, self.today, None)
        self.note(who, "no", no).refuse(no, self.today)

    @rule(who=WHO, choice=WHICH, ago=st.integers(0, 4))
    def they_deny(self, who: int, choice: Choice, ago: int) -> None:
        at = self.today - ago
        with self.deed() as session:
            ledger.deny(session, self.people[who], evidence(choice, at, None), SELF)
        self.note(who, "no", choice, at).refuse(choice, at)

    @rule(
        who=WHO,
        choice=WHICH | st.none(),
        how=st.sampled_from((ledger.withdraw, ledger.object_to, ledger.supersede)),
    )
    def they_take_back(self, who: int, choice: Key, how: Any) -> None:  # noqa: ANN401 - three verbs
        with self.deed() as session:
            how(session, self.people[who], choice, SELF, "button")
        self.note(who, "no", choice).refuse(choice, self.today)

    @rule()
    def the_job_writes_down_what_ran_out(self) -> None:
        with self.deed() as session:
            ledger.expire(session, day(self.today))
        for model in self.models.values():
            model.expire(self.today)

    @rule(who=WHO, lasts=st.none() | st.integers(1, 8))
    def they_pause(self, who: int, lasts: int | None) -> None:
        until = None if lasts is None else self.today + lasts
        with self.deed() as session:
            end = None if until is None else day(until)
            ledger.pause(session, self.people[who], end, SELF)
        self.models[self.people[who]].turn(paused=True, at=self.today, until=until)

    @rule(who=WHO)
    def they_resume(self, who: int) -> None:
        with self.deed() as session:
            ledger.resume(session, self.people[who], SELF)
        self.models[self.people[who]].turn(paused=False, at=self.today, until=None)

    @rule(who=WHO, sure=st.integers(0, 5))
    def they_are_erased(self, who: int, sure: int) -> None:
        if sure:  # once in a while: nothing happens after it
            return
        with self.deed() as session:
            ledger.erase(session, self.people[who], SELF)
        model = self.note(who, "erase", None)
        model.erased = True

    @invariant()
    def only_what_stands_is_permitted(self) -> None:
        with reading(self.engine) as session:
            at = self.today
            listed = people_with(session, Purpose.MATCHING, day(at))
            for person in self.people:
                for choice in CHOICES:
                    expected = self.models[person].permits(choice, at)
                    assert permitted(session, person, choice, at) == expected, (choice, at)
                    assert not expected or self.said[person].leaves_room(choice, at)
                assert (person in listed) == self.models[person].permits(MATCHING, at)

    def teardown(self) -> None:
        with reading(self.engine) as session:
            kept = list(projection.kept(session))
            assert [line for _, line in projection.rebuilt(session)] == kept
            assert ledger.verify(session) is None


def evidence(choice: Choice, at: int, until: int | None) -> Evidence:
    end = None if until is None else day(until)
    return Evidence((choice,), "ab" * 32, "1", "en", day(at), "unticked box", "test", end)


def permitted(session: Session, person: str, choice: Choice, at: int) -> bool:
    try:
        given = permit(
            session,
            person,
            choice.purpose,
            channel=choice.channel,
            scope=choice.scope,
            at=day(at),
        )
    except ConsentMissing:
        return False
    return given.person == person


def run(engine: Engine, examples: int) -> None:
    Consents.engine = engine
    run_state_machine_as_test(
        Consents,
        settings=settings(
            max_examples=examples * MORE,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # making a failure small takes minutes of commits
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_permit_without_a_yes_that_stands_on_sqlite(sqlite_engine: Engine) -> None:
    # Nobody will miss the data after a power cut.
    event.listen(sqlite_engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    sqlite_engine.dispose()
    run(sqlite_engine, 15)


def test_no_permit_without_a_yes_that_stands_on_postgresql(postgres_engine: Engine) -> None:
    run(postgres_engine, 2)
