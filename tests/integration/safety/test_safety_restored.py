"""A restored copy has the possible adverse events as they are now."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, select, update

from recruit.actions import taken_back
from recruit.actions.outreach import words
from recruit.actions.safety import carried, cases, deciding, noticing, writing
from recruit.actions.safety.held import Decision
from recruit.actions.safety.marking import Choice
from recruit.actions.safety.noticing import Did
from recruit.actions.safety.tables import CASE, STEP, VERSION, WORD
from recruit.actions.words_table import HEARD
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.db import reading, unit_of_work
from tests.integration.safety.test_safety_reports import HARM, by, said, suspicion, typed
from tests.outreach import RING, STAFF, VAULT, willing

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def person(engine: Engine) -> str:
    return willing(engine)


def empty(engine: Engine) -> None:
    """Let the database be as a copy has it that was made before anything came in."""
    with unit_of_work(engine) as session:
        for table in (STEP, VERSION, WORD, CASE, HEARD):
            session.execute(delete(table))


def test_a_flagged_message_newer_than_the_copy_waits_as_before(engine: Engine, person: str) -> None:
    before = suspicion(engine, said(engine, person))
    with reading(engine) as session:
        taken = taken_back._read(session)  # noqa: SLF001 - as `read` has it of a whole database
    empty(engine)
    with unit_of_work(engine) as session:
        taken_back.do_again(session, VAULT, taken)
        [heard] = session.scalars(select(HEARD.c.id))
    assert suspicion(engine, heard) == before


def test_what_was_decided_since_the_copy_stays_decided(engine: Engine, person: str) -> None:
    number = said(engine, person)
    case = suspicion(engine, number).number
    deciding.dismiss(engine, RING, by(case), "misread", "")
    with reading(engine) as session:
        now_as = carried.read(session)
    with unit_of_work(engine) as session:
        session.execute(update(CASE).values(state="open", waits_since=AT, edit=1))
        session.execute(delete(STEP).where(STEP.c.kind == Did.DISMISSED.value))
    with unit_of_work(engine) as session:
        carried.carry(session, RING, now_as)
    found = cases.show(engine, RING, case, actor=STAFF)
    assert found.line.standing is noticing.Standing.DISMISSED
    assert [each.did for each in found.steps] == [Did.FLAGGED, Did.DISMISSED]


def test_a_number_that_another_case_has_is_given_anew(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, Decision(case, 1, STAFF, AT), typed(), Choice())
    with reading(engine) as session:
        now_as = carried.read(session)
    empty(engine)
    with unit_of_work(engine) as session:
        session.execute(CASE.insert().values(
            id=case, person=person, state="open", aware_at=AT, waits_since=AT, alarmed=0, edit=1
        ))  # fmt: skip
        noticing.note_step(session, case, Did.BEGUN, STAFF, datetime(2026, 1, 1, tzinfo=UTC))
        carried.carry(session, RING, now_as)
    found = cases.show(engine, RING, case + 1, actor=STAFF)
    assert [each.text for each in found.words] == [HARM]
    assert found.newest is not None
    with unit_of_work(engine) as session:  # and the next one has a number of its own
        words.hear(session, RING, person=person, trial=None, channel=Channel.SMS, text=HARM, at=AT)
        assert len(session.execute(select(CASE)).all()) == 3


def test_a_case_of_somebody_the_copy_does_not_know_is_kept_and_named(
    engine: Engine, person: str
) -> None:
    said(engine, person)
    with reading(engine) as session:
        now_as = carried.read(session)
    unknown = [{**row, "person": "P-UNKNOWN"} for row in now_as.cases]
    empty(engine)
    with unit_of_work(engine) as session:
        carried.carry(
            session,
            RING,
            carried.CarriedCases(unknown, now_as.words, (), now_as.steps),  # type: ignore[arg-type]
        )
        assert list(session.scalars(select(CASE.c.person))) == [None]
        tags = list(session.scalars(select(AUDIT.c.tag)))
    assert Tag.SAFETY_UNTIED.value in tags
