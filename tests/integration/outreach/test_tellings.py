"""What became of a study is told to who was asked, once, and to nobody who agrees no more."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from recruit.actions.outreach.tellings import LIFE, tell
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now, today
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff, outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Fate, Told, Wave
from recruit.terminology.lexicon import Lexicon
from recruit.trials.materials import content, telling
from recruit.trials.materials.store import approved as approved_text
from tests.outreach import OWN, Study, approved, queued, study, willing


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def decide(
    engine: Engine,
    here: Study,
    channel: content.Channel = content.Channel.CLOSING,
    languages: tuple[str, ...] = ("en", "fr"),
) -> None:
    """Let two people have decided that a text is told."""
    with unit_of_work(engine) as session:
        texts = [
            approved_text(session, here.posting, channel, tongue, "FR", today())
            for tongue in ("en", "fr")
            if tongue in languages
        ]
        telling.tell(session, [each for each in texts if each], "account 3")


def ask(engine: Engine, here: Study, name: str = "camille", language: str = "fr") -> str:
    """Somebody to whom an invitation has gone out."""
    who = willing(engine, name)
    number = approved(engine, here, who, language="fr" if language == "fr" else "en")
    with unit_of_work(engine) as session:
        outbox.queue(session, [number], now())
    with unit_of_work(engine) as session:
        [mine] = handoff.claim(session, "one", now())
        assert handoff.open_handoff(session, mine, (), now())
        assert handoff.send_data(session, mine, (), now())
        handoff.finish(session, Told(mine, Fate.SENT), now())
    return who


def told(engine: Engine, wave: Wave = Wave.CLOSING) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        rows = session.execute(select(OUTBOX).where(OUTBOX.c.wave == wave.value)).all()
    return [(row.person, row.language, row.state) for row in rows]


def test_who_was_asked_is_told_in_their_language(engine: Engine, here: Study) -> None:
    camille, dominique = ask(engine, here), ask(engine, here, "dominique", "en")
    decide(engine, here)
    tell(engine, now())
    assert sorted(told(engine)) == sorted(
        [
            (camille, "fr", "queued"),
            (dominique, "en", "queued"),
        ]
    )


def test_where_their_language_has_no_text_they_are_told_in_the_other(
    engine: Engine, here: Study
) -> None:
    who = ask(engine, here, language="en")
    decide(engine, here, languages=("fr",))
    tell(engine, now())
    assert told(engine) == [(who, "fr", "queued")]


def test_they_are_told_once_however_often_the_job_runs(engine: Engine, here: Study) -> None:
    ask(engine, here)
    decide(engine, here)
    counts = [tell(engine, now()).queued for _ in range(3)]
    assert counts == [1, 0, 0]
    assert len(told(engine)) == 1


def test_a_second_decision_tells_nobody_twice(engine: Engine, here: Study) -> None:
    ask(engine, here)
    decide(engine, here)
    tell(engine, now())
    decide(engine, here)
    assert tell(engine, now()).queued == 0


def test_results_are_another_message_than_the_closing(engine: Engine, here: Study) -> None:
    who = ask(engine, here)
    decide(engine, here)
    tell(engine, now())
    decide(engine, here, content.Channel.RESULTS)
    tell(engine, now())
    assert [each[0] for each in told(engine, Wave.RESULTS)] == [who]


def test_who_was_never_asked_is_not_told(engine: Engine, here: Study) -> None:
    queued(engine, here, willing(engine))  # and nothing has left yet
    willing(engine, "dominique")
    decide(engine, here)
    assert tell(engine, now()).queued == 0


@pytest.mark.parametrize(
    "scope", ["any", "this"], ids=["to e-mails about any study", "to this study"]
)
def test_who_agrees_no_more_is_not_told(engine: Engine, here: Study, scope: str) -> None:
    who = ask(engine, here)
    narrow = f"trial/{here.trial}" if scope == "this" else "any"
    with unit_of_work(engine) as session:
        ledger.withdraw(session, who, Choice(Purpose.CONTACT, Channel.EMAIL, narrow), OWN, "test")
    decide(engine, here)
    assert tell(engine, now()).queued == 0


def test_nothing_is_told_before_it_is_decided(engine: Engine, here: Study) -> None:
    ask(engine, here)
    assert tell(engine, now()).queued == 0


def test_an_old_decision_is_told_to_nobody_any_more(engine: Engine, here: Study) -> None:
    ask(engine, here)
    decide(engine, here)
    assert tell(engine, now() + LIFE + timedelta(minutes=1)).queued == 0


def test_who_was_asked_by_two_channels_is_told_once(engine: Engine, here: Study) -> None:
    who = ask(engine, here)
    letter = queued(engine, here, who, Channel.LETTER)
    with unit_of_work(engine) as session:
        mine = handoff.claim_one(session, letter, "two", now())
        assert mine
        assert handoff.open_handoff(session, mine, (), now())
        assert handoff.send_data(session, mine, (), now())
        handoff.finish(session, Told(mine, Fate.SENT), now())
    decide(engine, here)
    assert tell(engine, now()).queued == 1
