"""An approval and its invitation stand and fall together."""

import pytest
from sqlalchemy import Engine, select, update

from recruit.actions.following import timeline
from recruit.actions.following.stages import Stage, stage_of
from recruit.actions.outreach.halting import Halting, halt
from recruit.actions.outreach.prospects import has_begun
from recruit.actions.reviewing import decisions as deciding
from recruit.actions.reviewing.bulk import Many, decide_each, preview
from recruit.actions.reviewing.deciding import Wish
from recruit.actions.reviewing.looked_at import Hindrance
from recruit.actions.reviewing.tables import Kind
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Refusal
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State
from recruit.terminology.lexicon import Lexicon
from tests.deciding import (
    APPROVE,
    COLLEAGUE,
    COORDINATOR,
    MEANS,
    NO,
    WRITER,
    decided,
    decisions,
    stands,
    state,
    undone,
)
from tests.outreach import Study, matched, study, willing
from tests.questioning import asking_study, ends, place


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def messages(engine: Engine) -> list[tuple[str, str, str | None]]:
    """Every invitation: its channel, where it stands, and why."""
    with reading(engine) as session:
        rows = session.execute(select(OUTBOX).order_by(OUTBOX.c.id)).all()
    return [(row.channel, row.state, row.reason) for row in rows]


def in_round(engine: Engine) -> None:
    """Let the fifth round begin with everybody who waits for one."""
    with unit_of_work(engine) as session:
        numbers = session.scalars(select(OUTBOX.c.id)).all()
        outbox.queue(session, numbers, now(), round_=5)


def leave(engine: Engine, where: State) -> None:
    """Let every message stand so, as the worker would."""
    with unit_of_work(engine) as session:
        session.execute(update(OUTBOX).values(state=where.value, sent_at=now()))


def test_an_approval_that_is_undone_cancels_its_invitation_and_may_be_given_again(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    first = decided(engine, match)
    assert (state(engine, match), messages(engine)) == ("approved", [("email", "approved", None)])
    assert undone(engine, match, first.decision, by=COLLEAGUE).hindrance is None
    assert messages(engine) == [("email", "cancelled", "decision undone")]
    assert state(engine, match) == "waiting"
    again = decided(engine, match)
    assert again.hindrance is None
    assert messages(engine) == [("email", "approved", None)]
    assert decisions(engine) == [("approve", "undone"), ("approve", None)]


def test_an_approval_that_is_undone_puts_the_person_back_by_whoever_undid_it(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    """Their way through the study does not say that an invitation was stopped."""
    person = willing(engine)
    first = decided(engine, matched(engine, lexicon, here.trial, person))
    undone(engine, first.match, first.decision, by=COLLEAGUE)
    with reading(engine) as session:
        assert stage_of(session, here.trial, person, now()) is Stage.PROPOSED
        way = timeline.of(session, here.trial, person)
    assert [each.stage for each in way] == [Stage.PROPOSED, Stage.APPROVED, Stage.PROPOSED]
    assert way[-1].by == COLLEAGUE


def test_an_approval_undone_in_its_round_is_as_if_it_had_not_been_given(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    first = decided(engine, match)
    in_round(engine)
    assert undone(engine, match, first.decision).hindrance is None
    with reading(engine) as session:
        assert session.scalar(select(OUTBOX.c.id).where(has_begun())) is None
    assert decided(engine, match, Wish(Kind.ASK, criterion=2)).hindrance is None


def test_an_approval_given_again_waits_for_a_round_anew_and_ends_if_it_is_stopped_before(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    first = decided(engine, match)
    in_round(engine)
    undone(engine, match, first.decision)
    assert decided(engine, match).hindrance is None
    halt(engine, Halting(here.trial, "the freezer broke", COORDINATOR, None))
    assert deciding.bring_back(engine, now()) == 1
    assert state(engine, match) == "waiting"


@pytest.mark.parametrize("left", [State.DATA_SENT, State.ACCEPTED, State.UNKNOWN])
def test_what_has_left_cannot_be_undone(
    engine: Engine, lexicon: Lexicon, here: Study, left: State
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    first = decided(engine, match)
    leave(engine, left)
    assert undone(engine, match, first.decision).hindrance is Hindrance.LEFT
    assert (decisions(engine), state(engine, match)) == ([("approve", None)], "approved")


def test_whose_invitation_was_stopped_before_its_round_comes_back(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    decided(engine, match)
    halt(engine, Halting(here.trial, "the freezer broke", COORDINATOR, None))
    assert stands(engine, match) is None
    assert deciding.bring_back(engine, now()) == 1
    assert state(engine, match) == "waiting"


def test_where_no_gate_would_ever_open_nothing_is_decided_and_it_is_said_why(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine, channels=()))
    found = decided(engine, match)
    assert (found.hindrance, found.reason) == (Hindrance.SHUT, Reason.CONSENT)
    assert (decisions(engine), state(engine, match)) == ([], "waiting")


def test_a_preview_says_who_and_who_not_and_why_and_a_second_press_repeats_nothing(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    people = {name: willing(engine, name) for name in ("ada", "ben", "dan")}
    people["finn"] = willing(engine, "finn", channels=())
    found = {name: matched(engine, lexicon, here.trial, who) for name, who in people.items()}
    decided(engine, found["dan"], NO, by=COLLEAGUE)
    many = Many([*found.values(), found["ada"], 4711], COORDINATOR, None)
    with reading(engine) as session:
        shown = preview(session, lambda: WRITER, many, Kind.APPROVE, now())
    assert [each.outcome.match for each in shown.will] == [found["ada"], found["ben"]]
    assert [each.outcome.hindrance for each in shown.will_not] == [
        Hindrance.DECIDED,
        Hindrance.SHUT,
        Hindrance.GONE,
    ]
    assert messages(engine) == []
    steps: list[tuple[int, int | None]] = []
    done = decide_each(engine, MEANS, many, APPROVE, lambda *each: steps.append(each))
    again = decide_each(engine, MEANS, many, APPROVE)
    assert [each.decision is not None for each in done] == [True, True, False, False, False]
    assert [each.decision for each in again] == [None] * 5
    assert len(messages(engine)) == 2
    assert steps[-1] == (5, 5)


def test_who_is_asked_first_comes_back_when_that_is_undone_or_over(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    asked = decided(engine, match, Wish(Kind.ASK, criterion=2))
    assert (asked.hindrance, state(engine, match)) == (None, "asked")
    assert decided(engine, match, by=COLLEAGUE).hindrance is Hindrance.DECIDED
    assert undone(engine, match, asked.decision).hindrance is None
    assert (state(engine, match), decisions(engine)) == ("waiting", [("ask", "undone")])


def test_a_second_question_joins_the_first_and_both_are_undone(
    engine: Engine, lexicon: Lexicon
) -> None:
    there = asking_study(engine, lexicon)
    match = matched(engine, lexicon, there.trial, willing(engine))
    sugar, smoker = (place(engine, there.trial, each) for each in ("HbA1c", "smoker"))
    first = decided(engine, match, Wish(Kind.ASK, criterion=sugar))
    second = decided(engine, match, Wish(Kind.ASK, criterion=smoker), by=COLLEAGUE)
    assert (second.hindrance, second.decision) == (None, first.decision)
    assert len(messages(engine)) == 1
    assert [ended for _, ended, _ in ends(engine)] == [None, None]
    assert undone(engine, match, first.decision).hindrance is None
    assert [ended for _, ended, _ in ends(engine)] == ["withdrawn", "withdrawn"]


def test_a_question_that_cannot_be_asked_decides_nothing(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    study_here = study(sqlite_engine, lexicon)
    match = matched(sqlite_engine, lexicon, study_here.trial, willing(sqlite_engine))
    with pytest.raises(Refusal):
        decided(sqlite_engine, match, Wish(Kind.ASK, criterion=0))
    assert (decisions(sqlite_engine), state(sqlite_engine, match)) == ([], "waiting")
