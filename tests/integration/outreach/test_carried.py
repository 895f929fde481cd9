"""A restored copy learns what was sent and answered since it was made."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from recruit.actions import taken_back
from recruit.actions.erasure import erase_person
from recruit.actions.outreach import answers, carried
from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.carried import Carried
from recruit.consent.entry import Actor, Role
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import links, outbox
from recruit.notify.links import Purpose
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_LINK
from recruit.notify.stages import Fate, State
from recruit.terminology.lexicon import Lexicon
from tests.asking import SECRETS, hand
from tests.outreach import RING, Study, queued, study, willing


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
        [mine] = outbox.claim(session, "one", now())
        assert outbox.open_handoff(session, mine, (), now())
        token = links.mint(session, number, Purpose.STOP, now())
        assert outbox.send_data(session, mine, (), now())
        outbox.finish(session, mine, Fate.SENT, now())
    said = Answering(hand(who), here.trial, Answer.NOT_NOW, How.PAGE, now())
    answers.answer(engine, RING, said)
    return token


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
    before = known(engine)
    erase_person(engine, SECRETS, tmp_path, person=who, actor=Actor("cli", Role.STAFF))
    restore(engine, before)
    with reading(engine) as session:
        for table in (ANSWER, OUTBOX, OUTBOX_LINK):
            assert session.execute(select(table)).all() == []
