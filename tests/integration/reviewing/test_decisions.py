"""A decision holds for a person and a trial, as long as what it rests on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from recruit.actions.match_table import Superseded
from recruit.actions.reviewing import decisions as deciding
from recruit.actions.reviewing.deciding import Wish
from recruit.actions.reviewing.looked_at import Hindrance
from recruit.actions.reviewing.misread import Misread, follow, open_notes
from recruit.actions.reviewing.tables import Kind, No, Wrong
from recruit.audit.trail import about
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Refusal
from recruit.notify.outbox_tables import OUTBOX
from recruit.people import store as people
from recruit.people.facts import MeasureFact
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from tests.deciding import (
    COLLEAGUE,
    COORDINATOR,
    NO,
    decided,
    decisions,
    no_for,
    not_now,
    rematched,
    stands,
    state,
    superseded,
    undone,
)
from tests.outreach import OWN, willing
from tests.publishing import DRAFT, tenant

SUGAR = replace(
    DRAFT,
    criteria="""Inclusion Criteria:

* Age 18 years or older
* Type 2 diabetes
* HbA1c between 7 % and 10 %
""",
)
MISREAD = Misread(2, Wrong.NUMBER, "The protocol says 7.5")


def person_of(engine: Engine, lexicon: Lexicon, name: str = "camille") -> str:
    """Somebody whom the trial fits as far as is known, before the trial has any texts."""
    with unit_of_work(engine) as session:
        trials.save(session, SUGAR, lexicon)
    return willing(engine, name)


def measured(engine: Engine, person: str, value: float) -> None:
    """A new fact: another version of the person's profile."""
    with unit_of_work(engine) as session:
        [(_, _, profile)] = people.current(session, {person})
        fact = MeasureFact("hba1c", value, PartialDate.parse("2026-11-01"), text=f"{value} %")
        people.save(session, [replace(profile, facts=(*profile.facts, fact))])


def messages(engine: Engine) -> list[tuple[str, str | None]]:
    with reading(engine) as session:
        rows = session.execute(select(OUTBOX.c.state, OUTBOX.c.reason).order_by(OUTBOX.c.id))
        return [(row.state, row.reason) for row in rows]


def test_a_no_stands_with_its_reason_and_its_audit_row(engine: Engine, lexicon: Lexicon) -> None:
    person = person_of(engine, lexicon)
    match = rematched(engine, lexicon, SUGAR.id, person)
    decided(engine, match, NO)
    found = stands(engine, match)
    assert found
    assert (found.kind, found.reason, found.by) == (Kind.NO, No.NOT_ELIGIBLE, COORDINATOR)
    assert state(engine, match) == "refused"
    with reading(engine) as session:
        rows = [row for row in about(session, person) if row["tag"] == "matching:match:decided"]
    assert [(row["actor"], row["new"], row["reason"]) for row in rows] == [
        (COORDINATOR, SUGAR.id, "no: not eligible")
    ]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(Kind.NO), "reason"),
        (Wish(Kind.NO, reason=No.MISREAD), "wrong"),
        (Wish(Kind.NOT_NOW), "until"),
        (not_now(0), "until"),
        (not_now(366), "until"),
        (Wish(Kind.ASK), "criterion"),
    ],
)
def test_what_belongs_to_a_decision_is_asked_for(
    sqlite_engine: Engine, wish: Wish, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        decided(sqlite_engine, 1, wish)
    assert refused.value.field == field


def test_a_no_outlives_a_fact_that_changes_nothing_of_the_verdict(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = person_of(engine, lexicon)
    measured(engine, person, 7.8)
    decided(engine, rematched(engine, lexicon, SUGAR.id, person), NO)
    measured(engine, person, 8.1)
    again = rematched(engine, lexicon, SUGAR.id, person)
    assert state(engine, again) == "refused"
    assert decisions(engine) == [("no", None)]


def test_a_no_comes_back_marked_when_its_grounds_have_changed(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = person_of(engine, lexicon)
    decided(engine, rematched(engine, lexicon, SUGAR.id, person), NO)
    measured(engine, person, 7.8)
    again = rematched(engine, lexicon, SUGAR.id, person)
    assert (state(engine, again), decisions(engine)) == ("waiting", [("no", "over")])
    with reading(engine) as session:
        stands, came_back = deciding.latest(session, again, now())
    assert (stands, came_back and came_back.reason) == (None, No.NOT_ELIGIBLE)


def test_a_no_outlives_an_amendment_of_what_is_fulfilled(engine: Engine, lexicon: Lexicon) -> None:
    person = person_of(engine, lexicon)
    decided(engine, rematched(engine, lexicon, SUGAR.id, person), NO)
    amended = replace(SUGAR, criteria=SUGAR.criteria.replace("18 years", "21 years"))
    with unit_of_work(engine) as session:
        trials.save(session, amended, lexicon)
    assert state(engine, rematched(engine, lexicon, SUGAR.id, person)) == "refused"


def test_a_no_outlives_a_match_that_ended_and_came_again(engine: Engine, lexicon: Lexicon) -> None:
    person = person_of(engine, lexicon)
    match = rematched(engine, lexicon, SUGAR.id, person)
    decided(engine, match, NO)
    superseded(engine, match, Superseded.TIME_PASSED)
    assert state(engine, rematched(engine, lexicon, SUGAR.id, person)) == "refused"


def test_a_no_for_a_misread_rule_comes_back_once_the_rule_is_another(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = person_of(engine, lexicon)
    measured(engine, person, 7.8)
    decided(engine, rematched(engine, lexicon, SUGAR.id, person), no_for(MISREAD))
    with reading(engine) as session:
        assert [note.words for note in open_notes(session, SUGAR.id)] == ["The protocol says 7.5"]
    corrected = replace(SUGAR, criteria=SUGAR.criteria.replace("7 %", "7.5 %"))
    with unit_of_work(engine) as session:
        trials.save(session, corrected, lexicon)
        read = trials.get(session, SUGAR.id).eligibility
        follow(session, SUGAR.id, read.criteria, by="account 1", at=now())
    assert state(engine, rematched(engine, lexicon, SUGAR.id, person)) == "waiting"


def test_who_was_put_off_comes_back_by_themselves(engine: Engine, lexicon: Lexicon) -> None:
    person = person_of(engine, lexicon)
    match = rematched(engine, lexicon, SUGAR.id, person)
    decided(engine, match, not_now(7))
    assert deciding.bring_back(engine, now() + timedelta(days=6)) == 0
    assert state(engine, match) == "later"
    assert deciding.bring_back(engine, now() + timedelta(days=8)) == 1
    assert (state(engine, match), decisions(engine)) == ("waiting", [("not_now", "over")])


def test_a_decision_is_undone_by_whoever_sees_the_match(engine: Engine, lexicon: Lexicon) -> None:
    person = person_of(engine, lexicon)
    match = rematched(engine, lexicon, SUGAR.id, person)
    number = decided(engine, match, no_for(MISREAD)).decision
    assert undone(engine, match, number, by=COLLEAGUE).hindrance is None
    assert (state(engine, match), decisions(engine)) == ("waiting", [("no", "undone")])
    with reading(engine) as session:
        assert open_notes(session, SUGAR.id) == []
    assert undone(engine, match, number).hindrance is Hindrance.NOTHING


def test_nobody_decides_what_is_decided(engine: Engine, lexicon: Lexicon) -> None:
    person = person_of(engine, lexicon)
    match = rematched(engine, lexicon, SUGAR.id, person)
    decided(engine, match, NO)
    again = decided(engine, match, not_now(), by=COLLEAGUE)
    assert again.hindrance is Hindrance.DECIDED
    assert again.stands
    assert again.stands.kind is Kind.NO


def test_another_organisation_decides_nothing(engine: Engine, lexicon: Lexicon) -> None:
    person = person_of(engine, lexicon)
    match = rematched(engine, lexicon, SUGAR.id, person)
    stranger = tenant(engine, "Another sponsor")
    assert decided(engine, match, NO, tenant=stranger).hindrance is Hindrance.GONE
    assert decisions(engine) == []


def test_a_match_that_was_judged_anew_is_decided_by_its_new_number_alone(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = person_of(engine, lexicon)
    old = rematched(engine, lexicon, SUGAR.id, person)
    measured(engine, person, 7.8)
    new = rematched(engine, lexicon, SUGAR.id, person)
    found = decided(engine, old, NO)
    assert (found.hindrance, found.newer) == (Hindrance.ANEW, new)
    assert decisions(engine) == []


@pytest.mark.parametrize(
    ("reason", "hindrance"),
    [
        (Superseded.TRIAL_STOPPED, Hindrance.STOPPED),
        (Superseded.TRIAL_AMENDED, Hindrance.AMENDED),
        (Superseded.PROFILE_CHANGED, Hindrance.NO_LONGER),
    ],
)
def test_what_happened_to_a_match_is_said(
    sqlite_engine: Engine, lexicon: Lexicon, reason: Superseded, hindrance: Hindrance
) -> None:
    person = person_of(sqlite_engine, lexicon)
    match = rematched(sqlite_engine, lexicon, SUGAR.id, person)
    superseded(sqlite_engine, match, reason)
    assert decided(sqlite_engine, match, NO).hindrance is hindrance


def test_who_withdrew_while_the_page_was_open_is_decided_about_by_nobody(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = person_of(engine, lexicon)
    match = rematched(engine, lexicon, SUGAR.id, person)
    with unit_of_work(engine) as session:
        ledger.withdraw(session, person, Choice(Purpose.MATCHING), OWN, "test")
    assert decided(engine, match, NO).hindrance is Hindrance.WITHDRAWN
