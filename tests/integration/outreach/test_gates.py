"""Each gate alone holds a message back, twice; with this one taken away it would go."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import Engine, event, insert, text, update
from sqlmodel import col

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.answer_table import ANSWER, Answer
from recruit.actions.outreach.gates import GATES, Desk, gates
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now, today
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff, suppression
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.receipt_tables import CHANNEL_STANDING
from recruit.notify.reputation import Standing
from recruit.notify.stages import Claim, Gate, Reason, State, Wave
from recruit.notify.suppression import Cause
from recruit.people.facts import Home
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialStatus
from recruit.trials.materials import content
from recruit.trials.materials import store as materials
from recruit.trials.posting import store as postings
from recruit.trials.posting.store import Life
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial
from tests.outreach import (
    OFFICE_HOURS,
    OWN,
    RING,
    VAULT,
    Study,
    approve_text,
    matched,
    queued,
    state,
    study,
    willing,
)

PARIS = ZoneInfo("Europe/Paris")
DESK = Desk(RING, PARIS)
NAMES = tuple(each.__name__ for each in GATES)


@dataclass
class World:
    """A message that nothing holds back, until something happens."""

    engine: Engine
    lexicon: Lexicon
    study: Study
    person: str
    message: int
    desk: Desk = DESK
    at: datetime = OFFICE_HOURS
    channel: Channel = Channel.EMAIL
    others: list[int] = field(default_factory=list)

    def claimed(self) -> Claim:
        with unit_of_work(self.engine) as session:
            mine = handoff.claim_one(session, self.message, "one", now())
        assert mine
        return mine

    def ask(self, deed: object, mine: Claim, gates: tuple[Gate, ...]) -> bool:
        with unit_of_work(self.engine) as session:
            return bool(deed(session, mine, gates, now()))  # type: ignore[operator]  # of the outbox

    def another(self, sent_at: datetime, channel: Channel) -> None:
        """Something else that was sent to the person about the same study."""
        number = queued(self.engine, self.study, self.person, channel)
        row = {"state": State.DELIVERED.value, "sent_at": sent_at}
        with unit_of_work(self.engine) as session:
            session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(row))

    def answer(self, answer: Answer, at: datetime, trial: str | None = None) -> None:
        row = {
            "trial": trial or self.study.trial,
            "person": self.person,
            "answer": answer.value,
            "how": "page",
            "by": "own link",
            "at": at,
        }
        with unit_of_work(self.engine) as session:
            session.execute(insert(ANSWER), row)

    def elsewhere(self) -> str:
        """Another trial, of which nothing else is known."""
        with unit_of_work(self.engine) as session:
            session.add(
                Trial(
                    id="NCT00000099",
                    status="recruiting",
                    version=1,
                    recorded_at=now(),
                    amended_at=now(),
                )
            )
        return "NCT00000099"

    def set_posting(self, life: Life) -> None:
        with unit_of_work(self.engine) as session:
            session.execute(
                update(POSTING).where(POSTING.c.id == self.study.posting).values(life=life.value)
            )

    def set_status(self, status: TrialStatus) -> None:
        with unit_of_work(self.engine) as session:
            session.execute(
                update(Trial).where(col(Trial.id) == self.study.trial).values(status=status.value)
            )

    def withdraw(self, choice: Choice) -> None:
        with unit_of_work(self.engine) as session:
            ledger.withdraw(session, self.person, choice, OWN, "test")

    def pause(self, until: datetime | None) -> None:
        with unit_of_work(self.engine) as session:
            ledger.pause(session, self.person, until, OWN)

    def keep(self, item: Item, words: str) -> None:
        with unit_of_work(self.engine) as session:
            VAULT.keep(session, {self.person: {item: words}})

    def suspend(self, channel: content.Channel = content.Channel.EMAIL) -> None:
        place = content.Place(self.study.posting, channel, "fr")
        with unit_of_work(self.engine) as session:
            postings.held(session, self.study.posting, None)
            known = materials.newest(session, place, today())
            assert known
            materials.suspend(session, place, known.version, reason="test", author="account 8")

    def alter(self) -> None:
        """Change one sign of the text from outside, past what refuses it."""
        with self.engine.begin() as connection:
            for trigger in _triggers(self.engine, "material_approved"):
                connection.execute(text(trigger))
            connection.execute(
                text(
                    "UPDATE material_approved SET text = replace(text, 'étude', 'cure')"
                    " WHERE channel = 'email'"
                )
            )

    def suppress(self, channel: Channel, where: str) -> None:
        with unit_of_work(self.engine) as session:
            suppression.suppress(session, RING, channel, where, Cause.COMPLAINT, now())

    def stand(self, standing: Standing) -> None:
        row = {
            "channel": self.channel.value,
            "standing": standing.value,
            "since": now(),
            "sent": 0,
            "bounced": 0,
            "complained": 0,
            "waiting": 1,
            "looked_at": now(),
        }
        with unit_of_work(self.engine) as session:
            session.execute(insert(CHANNEL_STANDING), row)

    def unmatch(self) -> None:
        with unit_of_work(self.engine) as session:
            session.execute(
                update(MatchRow)
                .where(col(MatchRow.person) == self.person)
                .values(superseded_at=now())
            )


def _triggers(engine: Engine, table: str) -> list[str]:
    if engine.dialect.name == "postgresql":
        return [f"ALTER TABLE {table} DISABLE TRIGGER ALL"]
    with engine.connect() as connection:
        named = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
            {"table": table},
        )
        return [f"DROP TRIGGER {name}" for (name,) in named]


@contextmanager
def world(
    engine: Engine,
    lexicon: Lexicon,
    *,
    channel: Channel = Channel.EMAIL,
    wave: Wave = Wave.INVITATION,
    **who: object,
) -> Iterator[World]:
    with time_machine.travel(OFFICE_HOURS, tick=False):
        here = study(engine, lexicon)
        person = willing(engine, **who)  # type: ignore[arg-type]  # as the scenario says
        matched(engine, lexicon, here.trial, person)
        message = queued(engine, here, person, channel, wave=wave)
        yield World(engine, lexicon, here, person, message, channel=channel)


@dataclass(frozen=True)
class Scenario:
    """What happens to a message that nothing held back, and how it stands then."""

    gate: str
    name: str
    happens: Callable[[World], None]
    state: State
    reason: Reason
    channel: Channel = Channel.EMAIL
    wave: Wave = Wave.INVITATION

    def __str__(self) -> str:
        return f"{self.gate}: {self.name}"


def other_key(world: World) -> None:
    world.desk = Desk(Keyring.of(["another key for the tests of outreach, long"]), PARIS)


def later(world: World) -> None:
    world.at = OFFICE_HOURS + timedelta(hours=9, minutes=30)  # 20:30 in Paris


def at_noon(world: World) -> None:
    world.at = OFFICE_HOURS + timedelta(hours=2, minutes=15)  # 13:15 in Paris


def twice(world: World) -> None:
    world.another(now() - timedelta(days=29), Channel.SMS)
    world.another(now() - timedelta(days=2), Channel.LETTER)


def refused(world: World) -> None:
    world.answer(Answer.NOT_NOW, now() - timedelta(days=59), world.elsewhere())


def forget_birth(world: World) -> None:
    world.keep(Item.BIRTH_DATE, "")
    with unit_of_work(world.engine) as session:
        session.execute(
            text("UPDATE profile_version SET profile = :profile"),
            {"profile": '{"person": "x", "home": {"country": "FR", "postcode": "75012"}}'},
        )


MATCHING = Choice(Purpose.MATCHING)
EMAIL = Choice(Purpose.CONTACT, Channel.EMAIL)
SCENARIOS = (
    Scenario(
        "consent", "no matching", lambda it: it.withdraw(MATCHING), State.SUPPRESSED, Reason.CONSENT
    ),
    Scenario(
        "consent", "no contact", lambda it: it.withdraw(EMAIL), State.SUPPRESSED, Reason.CONSENT
    ),
    Scenario(
        "consent",
        "no to this trial",
        lambda it: it.withdraw(Choice(Purpose.MATCHING, scope=f"trial/{it.study.trial}")),
        State.SUPPRESSED,
        Reason.CONSENT,
    ),
    Scenario(
        "consent",
        "no to mail about this trial",
        lambda it: it.withdraw(Choice(Purpose.CONTACT, Channel.EMAIL, f"trial/{it.study.trial}")),
        State.SUPPRESSED,
        Reason.CONSENT,
    ),
    Scenario("consent", "paused", lambda it: it.pause(None), State.SUPPRESSED, Reason.PAUSED),
    Scenario(
        "consent",
        "paused for a week",
        lambda it: it.pause(now() + timedelta(days=7)),
        State.DEFERRED,
        Reason.PAUSED,
    ),
    Scenario(
        "contact_point",
        "none",
        lambda it: it.keep(Item.EMAIL, ""),
        State.SUPPRESSED,
        Reason.NO_CONTACT,
    ),
    Scenario(
        "contact_point",
        "no number",
        lambda it: it.keep(Item.PHONE, ""),
        State.SUPPRESSED,
        Reason.NO_CONTACT,
        Channel.SMS,
    ),
    Scenario(
        "contact_point",
        "no address",
        lambda it: it.keep(Item.ADDRESS, ""),
        State.SUPPRESSED,
        Reason.NO_CONTACT,
        Channel.LETTER,
    ),
    Scenario(
        "suppression",
        "a complaint",
        lambda it: it.suppress(Channel.EMAIL, "camille@example.org"),
        State.SUPPRESSED,
        Reason.ADDRESS_ENDED,
    ),
    Scenario("contact_point", "unreadable", other_key, State.DEFERRED, Reason.UNREADABLE),
    Scenario("text", "suspended", lambda it: it.suspend(), State.DEFERRED, Reason.NO_TEXT),
    Scenario("text", "altered", lambda it: it.alter(), State.DEFERRED, Reason.NO_TEXT),
    Scenario(
        "text",
        "news suspended",
        lambda it: it.suspend(content.Channel.CLOSING),
        State.DEFERRED,
        Reason.NO_TEXT,
        wave=Wave.CLOSING,
    ),
    Scenario(
        "recruiting",
        "full",
        lambda it: it.set_status(TrialStatus.ACTIVE_NOT_RECRUITING),
        State.SUPPRESSED,
        Reason.NOT_RECRUITING,
    ),
    Scenario(
        "recruiting",
        "closed",
        lambda it: it.set_posting(Life.CLOSED),
        State.SUPPRESSED,
        Reason.NOT_RECRUITING,
    ),
    Scenario(
        "recruiting",
        "paused",
        lambda it: it.set_posting(Life.PAUSED),
        State.DEFERRED,
        Reason.NOT_RECRUITING,
    ),
    Scenario("matched", "no match", lambda it: it.unmatch(), State.SUPPRESSED, Reason.NO_MATCH),
    Scenario(
        "age",
        "a minor by the vault",
        lambda it: it.keep(Item.BIRTH_DATE, "2008-11-25"),
        State.SUPPRESSED,
        Reason.AGE,
    ),
    Scenario("age", "unknown", forget_birth, State.SUPPRESSED, Reason.AGE),
    Scenario(
        "answered",
        "a question",
        lambda it: it.answer(Answer.QUESTION, now()),
        State.SUPPRESSED,
        Reason.ANSWERED,
        wave=Wave.REMINDER,
    ),
    Scenario(
        "answered",
        "a yes to another message",
        lambda it: it.answer(Answer.YES, now()),
        State.SUPPRESSED,
        Reason.ANSWERED,
    ),
    Scenario("window", "a late mail", later, State.DEFERRED, Reason.WINDOW),
    Scenario("window", "lunch", at_noon, State.DEFERRED, Reason.WINDOW, Channel.SMS),
    Scenario("cap", "twice in 30 days", twice, State.DEFERRED, Reason.CAP),
    Scenario("silence", "a no 59 days ago", refused, State.DEFERRED, Reason.SILENCE),
    Scenario(
        "reputation",
        "too many complaints",
        lambda it: it.stand(Standing.STOPPED),
        State.DEFERRED,
        Reason.REPUTATION,
    ),
)


@pytest.mark.parametrize("name", NAMES)
def test_each_gate_has_a_scenario(name: str) -> None:
    assert name in {each.gate for each in SCENARIOS}


def passed(scenario: Scenario, world: World, at: str, looks: tuple[Gate, ...]) -> bool:
    """Whether a message gets by at one of the two moments, with these gates there."""
    mine = world.claimed()
    if at == "send_data":
        assert world.ask(handoff.open_handoff, mine, gates(world.desk)), state(
            world.engine, world.message
        )
    scenario.happens(world)
    with time_machine.travel(world.at, tick=False):
        deed = handoff.send_data if at == "send_data" else handoff.open_handoff
        return world.ask(deed, mine, looks or gates(world.desk))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
@pytest.mark.parametrize("at", ["open_handoff", "send_data"])
def test_a_gate_holds_a_message(
    engine: Engine, lexicon: Lexicon, scenario: Scenario, at: str
) -> None:
    with world(engine, lexicon, channel=scenario.channel, wave=scenario.wave) as here:
        assert not passed(scenario, here, at, ())
        assert state(engine, here.message) == (scenario.state, scenario.reason)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_without_this_gate_the_message_would_go(
    engine: Engine, lexicon: Lexicon, scenario: Scenario
) -> None:
    with world(engine, lexicon, channel=scenario.channel, wave=scenario.wave) as here:
        scenario.happens(here)
        rest = tuple(each for each in GATES if each.__name__ != scenario.gate)
        with time_machine.travel(here.at, tick=False):
            mine = here.claimed()
            assert here.ask(handoff.open_handoff, mine, gates(here.desk, rest))
            assert here.ask(handoff.send_data, mine, gates(here.desk, rest))


def test_a_pass_asks_few_questions(engine: Engine, lexicon: Lexicon) -> None:
    """Each message is asked about twice: what one gate has read, the next does not read again."""
    with world(engine, lexicon) as here:
        mine, asked = here.claimed(), []
        event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        with reading(engine) as session:
            at = now()
            asked.clear()
            assert all(gate(session, mine, at) is None for gate in gates(DESK))
        assert sum(each.startswith("SELECT") for each in asked) <= 7, asked


@pytest.mark.parametrize(
    ("born", "goes"), [("2008-11-24", True), ("2008-11-25", False)], ids=["today", "tomorrow"]
)
def test_who_comes_of_age_today_may_be_asked(
    engine: Engine, lexicon: Lexicon, born: str, *, goes: bool
) -> None:
    """The eighteenth birthday itself, in Paris, is 24 November 2026."""
    with world(engine, lexicon) as here:
        here.keep(Item.BIRTH_DATE, born)
        with unit_of_work(engine) as session:
            session.execute(
                text("UPDATE profile_version SET profile = :profile"),
                {
                    "profile": json.dumps(
                        {"person": "x", "home": {"country": "FR", "postcode": "75012"}}
                    )
                },
            )
        assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK)) is goes


@pytest.mark.parametrize(("home", "is_held"), [("97400", False), ("97200", True)])
def test_a_birthday_begins_where_the_person_lives(
    engine: Engine, lexicon: Lexicon, home: str, *, is_held: bool
) -> None:
    """21:30 UTC on the eve: the day has begun on Réunion, and has not on Martinique."""
    eve = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    with world(engine, lexicon, channel=Channel.LETTER, home=Home("FR", home)) as here:
        here.keep(Item.BIRTH_DATE, "2008-11-25")
        with unit_of_work(engine) as session:
            profile = {"person": "x", "home": {"country": "FR", "postcode": home}}
            session.execute(
                text("UPDATE profile_version SET profile = :profile"),
                {"profile": json.dumps(profile)},
            )
        with time_machine.travel(eve, tick=False):
            assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK)) is not is_held


def test_a_text_that_expires_overnight_is_not_sent(engine: Engine, lexicon: Lexicon) -> None:
    with world(engine, lexicon, channel=Channel.LETTER) as here:
        approve_text(
            engine, here.study.posting, content.Channel.LETTER, "fr", expires_in=timedelta(days=0)
        )
        midnight = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # in Paris
        mine = here.claimed()
        with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
            assert here.ask(handoff.open_handoff, mine, gates(DESK))
        with time_machine.travel(midnight, tick=False):
            assert not here.ask(handoff.send_data, mine, gates(DESK))
        assert state(engine, here.message) == (State.DEFERRED, Reason.NO_TEXT)


def test_a_pause_that_ends_lets_the_message_go(engine: Engine, lexicon: Lexicon) -> None:
    with world(engine, lexicon) as here:
        here.pause(now() + timedelta(days=7))
        assert not here.ask(handoff.open_handoff, here.claimed(), gates(DESK))
        with time_machine.travel(OFFICE_HOURS + timedelta(days=7), tick=False):
            assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK))


@pytest.mark.parametrize("wave", [Wave.CLOSING, Wave.RESULTS])
def test_news_goes_to_who_was_asked_often_and_is_matched_no_more(
    engine: Engine, lexicon: Lexicon, wave: Wave
) -> None:
    with world(engine, lexicon, wave=wave) as here:
        here.unmatch()
        here.set_posting(Life.CLOSED)
        twice(here)
        here.answer(Answer.NOT_NOW, now())
        assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK))


def test_a_yes_ends_the_silence_after_a_no(engine: Engine, lexicon: Lexicon) -> None:
    with world(engine, lexicon) as here:
        other = here.elsewhere()
        here.answer(Answer.NOT_NOW, now() - timedelta(days=2), other)
        here.answer(Answer.YES, now() - timedelta(days=1), other)
        assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK))


def test_a_clock_that_was_set_back_opens_no_cap(engine: Engine, lexicon: Lexicon) -> None:
    """What was sent in the future, as it seems now, was sent."""
    with world(engine, lexicon) as here:
        here.another(now() + timedelta(days=1), Channel.SMS)
        here.another(now() + timedelta(days=2), Channel.LETTER)
        assert not here.ask(handoff.open_handoff, here.claimed(), gates(DESK))
        assert state(engine, here.message)[1] == Reason.CAP
