"""A restored copy learns what was sent and answered since it was made."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from recruit.actions import taken_back
from recruit.actions.erasure import erase_person
from recruit.actions.outreach import answers, carried, words
from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.carried import Carried
from recruit.actions.words_table import HEARD
from recruit.consent.choices import Channel
from recruit.consent.entry import Actor, Role
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff, links, receipts, reputation, suppression
from recruit.notify.links import Purpose
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_LINK
from recruit.notify.receipt_tables import CHANNEL_STANDING, SUPPRESSION, SUPPRESSION_KEY
from recruit.notify.reputation import Standing
from recruit.notify.stages import Fate, State, Told
from recruit.notify.suppression import Cause
from recruit.terminology.lexicon import Lexicon
from tests.asking import SECRETS, hand
from tests.outreach import RING, Study, queued, study, willing

WORDS = "Could somebody call me first?"


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


@pytest.fixture
def who(engine: Engine) -> str:
    return willing(engine)


@pytest.fixture
def link(engine: Engine, here: Study, who: str) -> str:
    """The link by which somebody to whom a message went stops them; they answered: not now."""
    number = queued(engine, here, who)
    with unit_of_work(engine) as session:
        [mine] = handoff.claim(session, "one", now())
        assert handoff.open_handoff(session, mine, (), now())
        token = links.mint(session, number, Purpose.STOP, now())
        assert handoff.send_data(session, mine, (), now())
        handoff.finish(session, Told(mine, Fate.SENT), now())
    said = Answering(hand(who), here.trial, Answer.NOT_NOW, How.PAGE, now())
    answers.answer(engine, RING, said)
    return token


def say(engine: Engine, who: str, trial: str | None) -> int:
    """Keep some words; the number they are kept under."""
    with unit_of_work(engine) as session:
        return words.hear(
            session, RING, person=who, trial=trial, channel=Channel.EMAIL, text=WORDS, at=now()
        )


def known(engine: Engine) -> Carried:
    with reading(engine) as session:
        return carried.read(session)


def go_back(engine: Engine, *, to_queued: bool) -> None:
    """Let the database be as a copy would have it that was made before the message left."""
    with unit_of_work(engine) as session:
        session.execute(delete(ANSWER))
        session.execute(delete(OUTBOX_LINK))
        if to_queued:
            session.execute(update(OUTBOX).values(state=State.QUEUED.value, sent_at=None))
        else:
            session.execute(delete(OUTBOX))


def restore(engine: Engine, what: Carried) -> None:
    with unit_of_work(engine) as session:
        taken_back.hold_back(session, None)
        carried.carry(session, what)


@pytest.mark.parametrize("to_queued", [True, False], ids=["known to the copy", "unknown to it"])
def test_a_message_that_left_since_is_known_to_have_left(
    engine: Engine, link: str, *, to_queued: bool
) -> None:
    assert link
    before = known(engine)
    go_back(engine, to_queued=to_queued)
    restore(engine, before)
    with reading(engine) as session:
        rows = session.execute(select(OUTBOX)).all()
    assert [row.state for row in rows] == ["accepted"]
    assert rows[0].sent_at is not None


def test_a_complaint_since_then_still_counts(engine: Engine, link: str) -> None:
    assert link
    with unit_of_work(engine) as session:
        reference = str(session.scalar(select(OUTBOX.c.reference)))
        session.execute(update(OUTBOX).values(state=State.DELIVERED.value))
    with unit_of_work(engine) as session:
        assert receipts.receive(session, RING, reference, State.COMPLAINED, now())
    before = known(engine)
    with unit_of_work(engine) as session:
        session.execute(update(OUTBOX).values(state=State.ACCEPTED.value))
        session.execute(delete(SUPPRESSION))
        session.execute(delete(SUPPRESSION_KEY))
    restore(engine, before)
    with reading(engine) as session:
        assert list(session.scalars(select(OUTBOX.c.state))) == ["complained"]
        assert suppression.is_suppressed(session, RING, Channel.EMAIL, "camille@example.org")


def test_an_address_that_had_ended_before_stays_so(engine: Engine, link: str) -> None:
    assert link
    with unit_of_work(engine) as session:
        suppression.suppress(session, RING, Channel.EMAIL, "a@example.org", Cause.BOUNCE, now())
    restore(engine, known(engine))
    with reading(engine) as session:
        assert suppression.is_suppressed(session, RING, Channel.EMAIL, "a@example.org")
        assert len(session.execute(select(SUPPRESSION)).all()) == 1


def test_words_that_nobody_has_read_are_not_lost(engine: Engine, here: Study, who: str) -> None:
    say(engine, who, here.trial)
    before = known(engine)
    with unit_of_work(engine) as session:
        session.execute(delete(HEARD))
    restore(engine, before)
    with reading(engine) as session:
        assert [each.text for each in words.of_person(session, RING, who)] == [WORDS]


def test_words_that_were_read_since_are_not_unread_again(
    engine: Engine, here: Study, who: str
) -> None:
    number = say(engine, who, here.trial)
    with unit_of_work(engine) as session:
        read = {"read_at": now(), "read_by": "account 5"}
        session.execute(update(HEARD).where(HEARD.c.id == number).values(read))
    before = known(engine)
    with unit_of_work(engine) as session:
        session.execute(update(HEARD).values(read_at=None, read_by=None))
    restore(engine, before)
    with reading(engine) as session:
        assert words.unread(session, RING, None).total == 0


def test_a_strangers_words_that_were_read_since_do_not_come_back(engine: Engine) -> None:
    before = known(engine)
    words.hear_strange(engine, RING, Channel.SMS, "+33639980042", WORDS, now(), "one")
    restore(engine, before)
    with reading(engine) as session:
        assert session.execute(select(HEARD)).all() == []


def test_a_channel_stands_as_it_stood_last(engine: Engine) -> None:
    reputation.look(engine, now())
    with unit_of_work(engine) as session:
        session.execute(update(CHANNEL_STANDING).values(standing=Standing.STOPPED.value))
    before = known(engine)
    with unit_of_work(engine) as session:
        session.execute(update(CHANNEL_STANDING).values(standing=Standing.FINE.value))
    restore(engine, before)
    with reading(engine) as session:
        assert reputation.standing(session, Channel.EMAIL) is Standing.STOPPED


@pytest.mark.parametrize("to_queued", [True, False], ids=["known to the copy", "unknown to it"])
def test_a_link_that_somebody_holds_still_stops_messages(
    engine: Engine, link: str, who: str, *, to_queued: bool
) -> None:
    before = known(engine)
    go_back(engine, to_queued=to_queued)
    restore(engine, before)
    with reading(engine) as session:
        found = links.find(session, Purpose.STOP, link)
    assert found
    assert found._mapping["person"] == who  # noqa: SLF001 - SQLAlchemy's own name


def test_a_no_since_then_still_counts(engine: Engine, here: Study, who: str, link: str) -> None:
    assert link
    before = known(engine)
    go_back(engine, to_queued=True)
    restore(engine, before)
    with reading(engine) as session:
        [given] = answers.given(session, here.trial, who)
    assert given.answer is Answer.NOT_NOW


def test_what_the_copy_knows_is_not_entered_twice(engine: Engine, link: str) -> None:
    assert link
    restore(engine, known(engine))
    with reading(engine) as session:
        counts = [len(session.execute(select(table)).all()) for table in (ANSWER, OUTBOX)]
    assert counts == [1, 1]


def test_nothing_comes_back_of_somebody_who_was_erased(
    engine: Engine, link: str, who: str, tmp_path: Path
) -> None:
    assert link
    say(engine, who, None)
    before = known(engine)
    erase_person(engine, SECRETS, tmp_path, person=who, actor=Actor("cli", Role.STAFF))
    restore(engine, before)
    with reading(engine) as session:
        for table in (ANSWER, OUTBOX, OUTBOX_LINK, HEARD):
            assert session.execute(select(table)).all() == []
