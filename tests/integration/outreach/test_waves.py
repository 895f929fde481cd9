"""Rounds of invitations: some, then a wait, then as many as were learnt to be needed."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, insert, select, update
from sqlmodel import col
from time_machine import Traveller

from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.outreach.round_table import ROUND
from recruit.actions.outreach.waves import Begun, Stand, Waves, begin_waves, state
from recruit.audit.tables import AUDIT
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.locks import Job, is_alone
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State, Wave
from recruit.people import store as people
from recruit.referrals import paths
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialStatus
from recruit.trials.posting.store import Life
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial
from tests.outreach import OFFICE_HOURS, OWN, Study, approved, study, willing
from tests.outreach import state as stands
from tests.publishing import DRAFT

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    with time_machine.travel(OFFICE_HOURS, tick=False) as traveller:
        yield traveller


def enrolled(engine: Engine, count: int, letter: str = "a") -> list[str]:
    """People of whom nothing is known; that is enough to wait for a round."""
    names = [f"{letter}{number}" for number in range(count)]
    with unit_of_work(engine) as session:
        people.know_community(session, "example")
        return list(people.enrol(session, "example", names).values())


def waiting(
    engine: Engine, here: Study, who: Sequence[str], channel: Channel = Channel.EMAIL
) -> None:
    """Invitations that were approved, without the permits that a sender asks for."""
    rows = [
        {
            "trial": here.trial,
            "posting": here.posting,
            "person": person,
            "wave": Wave.INVITATION.value,
            "channel": channel.value,
            "language": "fr",
            "country": "FR",
            "state": State.APPROVED.value,
            "due_at": now(),
            "not_after": now() + timedelta(days=90),
            "tries": 0,
            "fence": 0,
            "reference": f"{here.posting[2:]}{channel.value[:2]}{person[2:]}"[:32],
            "approved_by": "account 5",
            "approved_at": now(),
            "changed_at": now(),
        }
        for person in who
    ]
    with unit_of_work(engine) as session:
        session.execute(insert(OUTBOX), rows)


def look(engine: Engine, here: Study, at: datetime | None = None) -> Waves:
    with reading(engine) as session:
        return state(session, here.trial, at)


def begin(engine: Engine) -> Begun:
    return begin_waves(engine, now())


def sent(engine: Engine, here: Study | None = None) -> None:
    """Let everything that is queued arrive."""
    values = {"state": State.DELIVERED.value, "sent_at": now()}
    queued = OUTBOX.c.state == State.QUEUED.value
    with unit_of_work(engine) as session:
        these = queued if here is None else queued & (OUTBOX.c.trial == here.trial)
        session.execute(update(OUTBOX).where(these).values(values))


def answer(engine: Engine, here: Study, who: Sequence[str], *, yes: int = 0) -> None:
    """Let people answer, the first of them yes."""
    with unit_of_work(engine) as session:
        for number, person in enumerate(who):
            said = "yes" if number < yes else "question"
            row = {
                "trial": here.trial,
                "person": person,
                "answer": said,
                "how": "page",
                "by": "own link",
                "at": now(),
            }
            session.execute(insert(ANSWER), row)
            if number < yes:
                paths.begin(session, here.trial, person, now(), "own link")


def asked(engine: Engine, here: Study, number: int | None = None) -> list[str]:
    """Who was in a round, or in any."""
    rounds = OUTBOX.c.round.is_not(None) if number is None else OUTBOX.c.round == number
    query = select(OUTBOX.c.person).where(OUTBOX.c.trial == here.trial, rounds)
    with reading(engine) as session:
        return sorted(session.scalars(query))


def wanting(engine: Engine, lexicon: Lexicon, target: int | None, number: str = "1") -> Study:
    draft = replace(DRAFT, id=f"NCT0000000{number}", target=target)
    return study(engine, lexicon, draft)


def test_the_first_round_is_of_fifty(engine: Engine, lexicon: Lexicon) -> None:
    here = wanting(engine, lexicon, 100)
    waiting(engine, here, enrolled(engine, 60))
    assert begin(engine) == Begun(rounds=1, people=50)
    found = look(engine, here)
    assert (found.stand, found.approved, found.going) == (Stand.WAITING, 10, 50)
    assert found.next_at == OFFICE_HOURS + WEEK


def test_a_round_waits_for_a_week(engine: Engine, lexicon: Lexicon, clock: Traveller) -> None:
    here = wanting(engine, lexicon, 100)
    waiting(engine, here, enrolled(engine, 60))
    begin(engine)
    sent(engine)
    clock.shift(WEEK - timedelta(seconds=1))
    assert begin(engine).rounds == 0
    clock.shift(timedelta(seconds=1))
    assert begin(engine) == Begun(rounds=1, people=10)


def test_a_round_is_over_once_most_have_answered(engine: Engine, lexicon: Lexicon) -> None:
    here = wanting(engine, lexicon, 100)
    waiting(engine, here, enrolled(engine, 100))
    begin(engine)
    sent(engine)
    first = asked(engine, here)
    answer(engine, here, first[:39], yes=4)
    assert begin(engine).rounds == 0
    answer(engine, here, first[39:40])
    assert begin(engine).rounds == 1


def test_a_round_is_sized_from_what_was_answered(
    engine: Engine, lexicon: Lexicon, clock: Traveller
) -> None:
    here = wanting(engine, lexicon, 20)
    waiting(engine, here, enrolled(engine, 200))
    begin(engine)
    sent(engine)
    answer(engine, here, asked(engine, here)[:20], yes=10)
    clock.shift(WEEK)
    found = look(engine, here)
    assert (found.learnt.asked, found.learnt.yes, found.missing) == (50, 10, 10)
    # Ten of fifty: about a fifth says yes, and hardly more than 28 %.
    assert found.next_size == 36
    assert begin(engine).people == 36


def test_who_was_asked_and_is_still_waited_for_counts(
    engine: Engine, lexicon: Lexicon, clock: Traveller
) -> None:
    here = wanting(engine, lexicon, 20)
    waiting(engine, here, enrolled(engine, 200))
    begin(engine)
    clock.shift(WEEK)  # and nothing has left: no worker ran
    found = look(engine, here)
    assert (found.going, found.next_size, found.stand) == (50, 0, Stand.WAITING)
    assert begin(engine).rounds == 0


def test_enough_is_enough(engine: Engine, lexicon: Lexicon, clock: Traveller) -> None:
    here = wanting(engine, lexicon, 5)
    waiting(engine, here, enrolled(engine, 60))
    begin(engine)
    sent(engine)
    answer(engine, here, asked(engine, here), yes=5)
    clock.shift(WEEK)
    assert begin(engine).rounds == 0
    found = look(engine, here)
    assert (found.stand, found.missing, found.next_at) == (Stand.ENOUGH, 0, None)
    assert found.approved == 45


def test_who_turns_away_is_missing_again(
    engine: Engine, lexicon: Lexicon, clock: Traveller
) -> None:
    here = wanting(engine, lexicon, 5)
    waiting(engine, here, enrolled(engine, 60))
    begin(engine)
    sent(engine)
    first = asked(engine, here)
    answer(engine, here, first, yes=5)
    clock.shift(WEEK)
    with unit_of_work(engine) as session:
        path = paths.held(session, here.trial, first[0])
        paths.step(session, path, paths.State.DECLINED, now(), "own page", reason="own page")
    assert look(engine, here).missing == 1
    assert begin(engine) == Begun(rounds=1, people=10)


@pytest.mark.parametrize("status", [TrialStatus.SUSPENDED, TrialStatus.NOT_YET_RECRUITING])
def test_a_trial_that_does_not_recruit_asks_nobody(
    engine: Engine, lexicon: Lexicon, status: TrialStatus
) -> None:
    here = wanting(engine, lexicon, 5)
    waiting(engine, here, enrolled(engine, 5))
    with unit_of_work(engine) as session:
        session.execute(
            update(Trial).where(col(Trial.id) == here.trial).values(status=status.value)
        )
    assert begin(engine) == Begun()
    assert look(engine, here).stand is Stand.RESTING


def test_a_paused_trial_asks_nobody(engine: Engine, lexicon: Lexicon) -> None:
    here = wanting(engine, lexicon, 5)
    waiting(engine, here, enrolled(engine, 5))
    with unit_of_work(engine) as session:
        session.execute(update(POSTING).values(life=Life.PAUSED.value))
    assert begin(engine) == Begun()


def test_what_waits_too_long_expires(engine: Engine, lexicon: Lexicon, clock: Traveller) -> None:
    here = wanting(engine, lexicon, 5)
    waiting(engine, here, enrolled(engine, 5))
    clock.shift(timedelta(days=91))
    assert begin(engine) == Begun()
    with reading(engine) as session:
        row = session.execute(select(OUTBOX.c.state, OUTBOX.c.reason).distinct()).one()
    assert tuple(row) == (State.EXPIRED, Reason.TOO_LATE)


def test_a_person_comes_with_all_their_messages(engine: Engine, lexicon: Lexicon) -> None:
    here = wanting(engine, lexicon, 100)
    who = enrolled(engine, 3)
    for channel in (Channel.EMAIL, Channel.LETTER):
        waiting(engine, here, who, channel)
    assert begin(engine).people == 3
    assert Counter(asked(engine, here)) == dict.fromkeys(who, 2)


def test_nobody_is_in_two_rounds_of_a_trial(
    engine: Engine, lexicon: Lexicon, clock: Traveller
) -> None:
    """Not even where another message to them is approved later."""
    here = wanting(engine, lexicon, 100)
    who = enrolled(engine, 3)
    waiting(engine, here, who)
    begin(engine)
    sent(engine)
    waiting(engine, here, who, Channel.LETTER)
    clock.shift(timedelta(days=45))
    assert begin(engine).rounds == 0


def test_who_was_asked_longest_ago_comes_first(
    engine: Engine, lexicon: Lexicon, clock: Traveller
) -> None:
    there, here = wanting(engine, lexicon, 1, "2"), wanting(engine, lexicon, 1, "1")
    who = enrolled(engine, 6)
    waiting(engine, there, who[:3])
    begin(engine)
    sent(engine)
    clock.shift(timedelta(days=1))
    waiting(engine, here, who)
    begin(engine)
    assert set(asked(engine, here)) == set(who[3:])


def test_who_may_not_be_asked_now_takes_nobodys_place(engine: Engine, lexicon: Lexicon) -> None:
    here, there = wanting(engine, lexicon, 10, "1"), wanting(engine, lexicon, 10, "2")
    often, refused, free = enrolled(engine, 3)
    for channel in (Channel.EMAIL, Channel.LETTER):
        waiting(engine, there, [often], channel)
    begin(engine)
    sent(engine)
    with unit_of_work(engine) as session:
        row = {"trial": there.trial, "person": refused, "answer": "not now"}
        more = {"how": "page", "by": "own link", "at": now() - timedelta(days=59)}
        session.execute(insert(ANSWER), row | more)
    waiting(engine, here, [often, refused, free])
    assert begin(engine).people == 1
    assert asked(engine, here) == [free]


def test_trials_that_want_the_same_people_share_them(engine: Engine, lexicon: Lexicon) -> None:
    here, there = wanting(engine, lexicon, 100, "1"), wanting(engine, lexicon, 100, "2")
    who = enrolled(engine, 20)
    waiting(engine, here, who)
    waiting(engine, there, who)
    assert begin(engine) == Begun(rounds=2, people=20)
    assert len(asked(engine, here)) == len(asked(engine, there)) == 10
    assert {*asked(engine, here), *asked(engine, there)} == set(who)


def test_no_trial_starves_beside_a_needier_one(
    engine: Engine, lexicon: Lexicon, clock: Traveller
) -> None:
    """What one trial did not get at once, it gets in a later round, as far as caps let it."""
    greedy, small = wanting(engine, lexicon, 1000, "1"), wanting(engine, lexicon, 2, "2")
    who = enrolled(engine, 12)
    waiting(engine, greedy, who)
    waiting(engine, small, who)
    for _ in range(10):
        begin(engine)
        sent(engine)
        clock.shift(timedelta(days=8))
    assert asked(engine, small) == sorted(who)
    assert asked(engine, greedy) == sorted(who)


def test_a_round_leaves_its_row_and_its_audit_row(engine: Engine, lexicon: Lexicon) -> None:
    here = wanting(engine, lexicon, 100)
    waiting(engine, here, enrolled(engine, 3))
    begin(engine)
    with reading(engine) as session:
        row = session.execute(select(ROUND)).one()
        assert (row.trial, row.number, row.size, row.missing) == (here.trial, 1, 3, 100)
        newest = AUDIT.c.sequence.desc()
        said = session.execute(select(AUDIT).order_by(newest).limit(1)).one()
    assert said.tag == "outreach:round:begun"


def test_two_processes_begin_a_round_once(postgres_engine: Engine, lexicon: Lexicon) -> None:
    here = wanting(postgres_engine, lexicon, 100)
    waiting(postgres_engine, here, enrolled(postgres_engine, 3))
    with unit_of_work(postgres_engine) as session:
        assert is_alone(session, Job.WAVES)
        assert begin(postgres_engine) == Begun()


class TestReminders:
    """One reminder after ten days of silence."""

    @pytest.fixture
    def invited(self, engine: Engine, lexicon: Lexicon) -> tuple[Study, str]:
        here = wanting(engine, lexicon, 5)
        person = willing(engine)
        approved(engine, here, person)
        begin(engine)
        sent(engine)
        return here, person

    def reminders(self, engine: Engine) -> list[tuple[str, str]]:
        query = select(OUTBOX.c.person, OUTBOX.c.state).where(OUTBOX.c.wave == Wave.REMINDER.value)
        with reading(engine) as session:
            return [tuple(row) for row in session.execute(query)]

    def test_who_is_silent_is_reminded_once(
        self, engine: Engine, invited: tuple[Study, str], clock: Traveller
    ) -> None:
        clock.shift(timedelta(days=9, hours=23))
        assert begin(engine).reminded == 0
        clock.shift(timedelta(hours=1))
        assert begin(engine).reminded == 1
        assert self.reminders(engine) == [(invited[1], State.QUEUED)]
        sent(engine)
        clock.shift(timedelta(days=11))
        assert begin(engine).reminded == 0

    def test_who_has_answered_is_not_reminded(
        self, engine: Engine, invited: tuple[Study, str], clock: Traveller
    ) -> None:
        answer(engine, invited[0], [invited[1]])
        clock.shift(timedelta(days=10))
        assert begin(engine).reminded == 0

    def test_who_takes_a_consent_back_is_not_reminded(
        self, engine: Engine, invited: tuple[Study, str], clock: Traveller
    ) -> None:
        with unit_of_work(engine) as session:
            choice = Choice(Purpose.CONTACT, Channel.EMAIL)
            ledger.withdraw(session, invited[1], choice, OWN, "test")
        clock.shift(timedelta(days=10))
        assert begin(engine).reminded == 0

    def test_nobody_is_reminded_once_there_are_enough(
        self, engine: Engine, invited: tuple[Study, str], clock: Traveller
    ) -> None:
        answer(engine, invited[0], enrolled(engine, 5), yes=5)
        clock.shift(timedelta(days=10))
        assert begin(engine).reminded == 0

    def test_nobody_is_reminded_of_what_staff_has_stopped(
        self, engine: Engine, invited: tuple[Study, str], clock: Traveller
    ) -> None:
        waiting(engine, invited[0], enrolled(engine, 1))
        with unit_of_work(engine) as session:
            outbox.cancel(session, outbox.of_trial(invited[0].trial), Reason.STAFF, now())
        clock.shift(timedelta(days=10))
        assert begin(engine).reminded == 0

    def test_a_text_that_is_over_reminds_nobody(
        self, engine: Engine, invited: tuple[Study, str], clock: Traveller
    ) -> None:
        del invited
        later = OFFICE_HOURS + timedelta(days=295)
        with unit_of_work(engine) as session:
            session.execute(update(OUTBOX).values(sent_at=later))
        clock.move_to(later + timedelta(days=11))
        assert begin(engine).reminded == 0


def test_a_message_is_queued_with_its_round(engine: Engine, lexicon: Lexicon) -> None:
    here = wanting(engine, lexicon, 5)
    number = approved(engine, here, willing(engine))
    begin(engine)
    assert stands(engine, number) == (State.QUEUED, None)
    with reading(engine) as session:
        assert session.scalar(select(func.max(OUTBOX.c.round))) == 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rounds_of_two_trials_come_to_their_targets(
    sqlite_engine: Engine, lexicon: Lexicon, clock: Traveller, seed: int
) -> None:
    """Half of those asked answer, three of ten of these with yes; both want the same people."""
    engine, chance = sqlite_engine, random.Random(seed)  # noqa: S311 - a simulation
    small, large = wanting(engine, lexicon, 5, "1"), wanting(engine, lexicon, 20, "2")
    who = enrolled(engine, 400)
    heard: dict[Study, set[str]] = {small: set(), large: set()}
    for here in heard:
        waiting(engine, here, who)
    for _ in range(11):
        before = {here: look(engine, here) for here in heard}
        begin(engine)
        for here, found in before.items():
            if found.stand is Stand.ENOUGH:
                assert look(engine, here).rounds == found.rounds
        sent(engine)
        for here, told in heard.items():
            fresh = [each for each in asked(engine, here) if each not in told]
            told.update(fresh)
            answers = [each for each in fresh if chance.random() < 0.5]
            answer(engine, here, answers, yes=sum(chance.random() < 0.3 for _ in answers))
        clock.shift(timedelta(days=8))
    for here, most in ((small, 15), (large, 30)):
        found = look(engine, here)
        assert found.stand is Stand.ENOUGH
        assert found.target is not None
        assert found.target <= found.on_the_way <= most
        everybody = asked(engine, here)
        assert len(everybody) == len(set(everybody)) == sum(each.size for each in found.rounds)
