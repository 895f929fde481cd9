"""Each gate alone holds a message back, twice; with this one taken away it would go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, event, text

from recruit.actions.outreach.answer_table import Answer
from recruit.actions.outreach.gates import GATES, Desk, gates
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff
from recruit.notify.reputation import Standing
from recruit.notify.stages import Gate, Reason, State, Wave
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialStatus
from recruit.trials.materials import content
from recruit.trials.posting.store import Life
from tests.gates_world import DESK, PARIS, World, twice, world
from tests.outreach import (
    OFFICE_HOURS,
    state,
)

NAMES = tuple(each.__name__ for each in GATES)


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
