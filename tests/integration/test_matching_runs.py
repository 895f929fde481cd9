"""Matching runs over stored trials and people: what is kept, what is superseded, and why."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func
from sqlmodel import col, select

import recruit.actions.match_changes
import recruit.actions.match_portions
import recruit.actions.match_run
import recruit.actions.matching
from recruit.actions.judged_tables import JUDGED_TRIAL
from recruit.actions.match_changes import end_all
from recruit.actions.match_run import MatchReport
from recruit.actions.match_table import MatchRow, Superseded
from recruit.actions.matching import explain_match, judge_all, match_all
from recruit.actions.outreach.writing import Writer
from recruit.actions.people import Import, import_people
from recruit.actions.person import withdraw
from recruit.actions.questioning.rematching import rematch
from recruit.actions.reviewing.detail import NoLonger, show_match
from recruit.actions.reviewing.queue import list_queue
from recruit.actions.reviewing.wanted import Look, Wanted
from recruit.actions.trials import import_trials
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Choice, Purpose
from recruit.consent.ledger import Actor, Role
from recruit.core import chain
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing, NotFound, ToldToEnd
from recruit.core.files import Record
from recruit.matching.distributed import Share
from recruit.matching.outcome import Verdict
from recruit.people import store as people
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS, erase
from tests.functional.samples import CRITERIA, DIABETES, person, trial
from tests.outreach import VOICE

ON = date(2026, 11, 1)
SELF = Actor("self", Role.SELF)
MATCHING = Choice(Purpose.MATCHING)


@pytest.fixture
def store(engine: Engine, lexicon: Lexicon) -> "Store":
    return Store(engine, lexicon)


class Store:
    """A database that trials and people come into, and matching runs over it."""

    def __init__(self, engine: Engine, lexicon: Lexicon) -> None:
        self.engine = engine
        self.lexicon = lexicon

    def take_trials(self, *trials: dict[str, Any]) -> None:
        records = [Record(each["id"], each) for each in trials]
        report = import_trials(self.engine, self.lexicon, records, actor="test")
        assert report.refused == []

    def take_people(self, *persons: dict[str, Any]) -> None:
        records = [Record(each["id"], each) for each in persons]
        report = import_people(
            self.engine,
            self.lexicon,
            records,
            of=Import("carers", "test"),
            secrets=SECRETS,
        )
        assert report.refusals == []

    def match(self, on: date = ON, **choices: Any) -> MatchReport:  # noqa: ANN401 - match_all's own
        return match_all(self.engine, self.lexicon, on=on, actor="test", **choices)

    def named(self, name: str) -> str:
        with reading(self.engine) as session:
            return people.pseudonym_of(session, name)

    def withdraw(self, name: str, choice: Choice = MATCHING) -> None:
        person = self.named(name)
        withdraw(self.engine, VOICE, person=person, actor=SELF, choice=choice, method="page")

    def rows(self) -> list[MatchRow]:
        with reading(self.engine) as session:
            return list(session.scalars(select(MatchRow).order_by(col(MatchRow.id))))

    def standing(self) -> list[MatchRow]:
        return [row for row in self.rows() if row.superseded_at is None]


def fill(store: Store) -> None:
    store.take_trials(trial("T-1"), trial("T-2", criteria="Inclusion Criteria:\n\n* Gout"))
    store.take_people(person("p1"), person("p2", birth_date=None), person("p3", facts=[]))


def test_more_matches_may_end_in_one_run_than_a_statement_takes_values(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    store.match()
    ended = [*(row.id for row in store.rows()), *range(1_000_000, 1_070_000)]
    reasons = iter([{Superseded.TIME_PASSED: ended}, {}])
    monkeypatch.setattr(recruit.actions.match_changes, "_by_reason", lambda *_: next(reasons))
    monkeypatch.setattr(Share, "judgements", lambda *_: [])
    assert store.match(anew=True).superseded == len(ended)
    assert store.standing() == []


def test_a_run_reads_people_part_by_part_and_tells_how_far_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    told: list[tuple[int, int | None]] = []
    monkeypatch.setattr(recruit.actions.matching, "PART", 2)
    report = store.match(progress=lambda done, total: told.append((done, total)))
    assert (report.trials, report.people, report.judged, report.new) == (2, 3, 6, 4)
    assert told == [(2, 4), (4, 4)]
    monkeypatch.undo()
    again = store.match(anew=True)
    assert (again.judged, again.new, again.kept, again.superseded) == (6, 0, 4, 0)


# ---------------------------------------------------------------- what is kept
def test_candidates_are_kept_with_the_versions_they_rest_on(store: Store) -> None:
    fill(store)
    report = store.match()
    assert (report.trials, report.people, report.new) == (2, 3, 4)
    row = next(r for r in store.rows() if (r.trial, r.person) == ("T-1", store.named("p1")))
    assert (row.trial_version, row.profile_version, row.verdict) == (1, 1, "eligible")
    assert row.truths == ["yes", "yes", "no"]
    assert row.score == 1


def test_somebody_whom_a_criterion_keeps_out_is_no_match(store: Store) -> None:
    store.take_trials(trial())
    store.take_people(person("old", birth_date="1930-01"))
    report = store.match()
    assert (report.ineligible, report.candidates, store.rows()) == (1, 0, [])


def test_a_run_over_nothing_is_a_run(store: Store) -> None:
    assert (store.match().candidates, store.rows()) == (0, [])


def test_a_second_run_keeps_everything(store: Store) -> None:
    fill(store)
    store.match()
    before = [row.model_dump() for row in store.rows()]
    report = store.match()
    assert (report.new, report.kept, report.superseded) == (0, 4, 0)
    assert [row.model_dump() for row in store.rows()] == before


@pytest.mark.parametrize("first", ["embedded", "reference"])
def test_every_engine_stores_the_same(store: Store, first: str) -> None:
    fill(store)
    store.match(judges=first)
    other = "reference" if first == "embedded" else "embedded"
    report = store.match(judges=other, anew=True)
    assert (report.new, report.kept, report.superseded) == (0, 4, 0)


# ---------------------------------------------------------------- what is judged again
def test_pairs_of_which_nothing_changed_are_not_judged_again(store: Store) -> None:
    fill(store)
    assert (store.match().judged, store.match().judged) == (6, 0)
    assert (store.match(anew=True).judged, store.match().judged) == (6, 0)


def test_an_amendment_is_judged_for_everybody_and_a_new_fact_for_every_trial(store: Store) -> None:
    fill(store)
    store.match()
    amend_trial(store)
    assert store.match().judged == 3
    change_profile(store)
    assert store.match().judged == 2
    store.withdraw("p2", Choice(Purpose.MATCHING, scope="trial/T-1"))
    assert store.match().judged == 2
    store.withdraw("p3")
    assert store.match().judged == 0


def test_a_day_is_judged_for_whom_it_touches_and_the_trials_that_ask_for_it(store: Store) -> None:
    store.take_trials(
        trial("T-1"),  # from 18 to 75 years
        trial("T-2", criteria="Inclusion Criteria:\n\n* Type 2 diabetes"),
        trial("T-3", criteria="Inclusion Criteria:\n\n* Age 18 to 60 years\n* Type 2 diabetes"),
    )
    # Of a birthday the month is kept: from its first day on 76 is possible, on its last it is sure.
    store.take_people(person("p1", birth_date="1950-12"), person("p2", birth_date="1980-06"))
    store.match(date(2026, 11, 1))
    assert store.match(date(2026, 11, 30)).judged == 0
    first = store.match(date(2026, 12, 1))
    assert (first.judged, first.undetermined, first.new, first.superseded) == (1, 1, 1, 1)
    assert store.match(date(2026, 12, 30)).judged == 0
    last = store.match(date(2026, 12, 31))
    assert (last.judged, last.ineligible, last.new, last.superseded) == (1, 1, 0, 1)
    assert store.match(date(2027, 10, 1)).judged == 0


def test_the_end_of_six_months_is_judged_when_it_comes(store: Store) -> None:
    recent = "\n* Myocardial infarction within the last 6 months"
    attack = {"kind": "condition", "text": "myocardial infarction", "status": "past"}
    attack |= {"onset": "2026-08-10", "end": "2026-08-10"}
    store.take_trials(trial("T-1", criteria=CRITERIA + recent))
    store.take_people(person("p1", facts=[DIABETES, attack]))
    assert store.match(date(2026, 11, 1)).candidates == 0
    assert store.match(date(2027, 2, 10)).judged == 0
    after = store.match(date(2027, 2, 11))
    assert (after.judged, after.new) == (1, 1)


def test_an_earlier_day_is_judged_anew(store: Store) -> None:
    fill(store)
    store.match(date(2026, 11, 1))
    assert store.match(date(2026, 10, 1)).judged == 6


def test_only_the_run_that_began_last_notes_what_it_judged(store: Store) -> None:
    fill(store)

    def run_within(*_: object) -> None:
        amend_trial(store)
        change_profile(store)
        store.match()

    store.match(progress=run_within)
    assert store.match().judged == 0  # the one that began within the other noted it
    report = store.match(anew=True)
    assert (report.new, report.superseded) == (0, 0)


def test_a_trial_that_was_stopped_is_judged_for_everybody_when_it_goes_on(store: Store) -> None:
    fill(store)
    store.match()
    with unit_of_work(store.engine) as session:
        end_all(session, "T-1", Superseded.TRIAL_STOPPED)
    report = store.match()
    assert (report.judged, report.new) == (3, 2)


def test_one_trial_alone_leaves_the_others_as_they_are(store: Store) -> None:
    fill(store)
    assert store.match(trial="T-1").trials == 1
    assert {row.trial for row in store.rows()} == {"T-1"}
    with pytest.raises(NotFound):
        store.match(trial="T-9")


@pytest.mark.parametrize("count", [1, 49, 50, 51, 101])
def test_every_batch_is_matched_and_the_run_leaves_one_audit_row(store: Store, count: int) -> None:
    store.take_trials(*(trial(f"T-{number:03}") for number in range(count)))
    store.take_people(person("p1"))
    told: list[tuple[int, int | None]] = []
    report = store.match(progress=lambda done, total: told.append((done, total)))
    assert (report.new, len(store.rows()), told[-1]) == (count, count, (count, count))
    with reading(store.engine) as session:
        query = select(func.count()).select_from(AUDIT).where(AUDIT.c.tag == Tag.MATCHED.value)
        assert session.scalar(query) == 1


def test_judging_everyone_writes_nothing(store: Store) -> None:
    fill(store)
    judged = {
        version.trial: list(found)
        for version, found in judge_all(store.engine, store.lexicon, on=ON)
    }
    assert [each.verdict for each in judged["T-1"]].count(Verdict.ELIGIBLE) == 1
    assert store.rows() == []


# ---------------------------------------------------------------- what is superseded, and why
def amend_trial(store: Store) -> None:
    store.take_trials(trial("T-1", title="Amended"))


def change_profile(store: Store) -> None:
    store.take_people(person("p1", facts=[DIABETES, {"kind": "drug", "text": "metformin"}]))


def withdraw_consent(store: Store) -> None:
    store.withdraw("p1")


def change_rules(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(JUDGED_TRIAL.update().values(rules="older"))
        connection.execute(
            MatchRow.__table__.update().values(rules="older", verdict="undetermined")  # type: ignore[attr-defined]  # SQLModel adds it
        )


REASONS: dict[Superseded, tuple[Callable[[Store], None], int]] = {
    Superseded.TRIAL_AMENDED: (amend_trial, 1),
    Superseded.PROFILE_CHANGED: (change_profile, 1),
    Superseded.CONSENT_WITHDRAWN: (withdraw_consent, 0),
    Superseded.RULES_CHANGED: (change_rules, 1),
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_match_that_no_longer_stands_is_superseded_with_the_reason(
    store: Store, reason: Superseded
) -> None:
    happen, new = REASONS[reason]
    store.take_trials(trial("T-1"))
    store.take_people(person("p1"))
    store.match()
    happen(store)
    report = store.match()
    assert (report.new, report.kept, report.superseded) == (new, 0, 1)
    old, *fresh = store.rows()
    assert (old.reason, old.superseded_at is None, len(fresh)) == (reason, False, new)


def test_a_birthday_supersedes_because_time_passed(store: Store) -> None:
    store.take_trials(trial("T-1"))
    store.take_people(person("p1", birth_date="1950-10"))
    store.match(date(2026, 9, 15))
    report = store.match(date(2026, 12, 15))
    assert (report.new, report.superseded) == (0, 1)
    assert [row.reason for row in store.rows()] == [Superseded.TIME_PASSED]


def test_what_was_superseded_is_never_touched_again(store: Store) -> None:
    store.take_trials(trial("T-1"))
    store.take_people(person("p1"))
    store.match()
    amend_trial(store)
    store.match()
    before = store.rows()[0].model_dump()
    change_profile(store)
    store.match()
    assert store.rows()[0].model_dump() == before
    assert [row.trial_version for row in store.standing()] == [2]


# ---------------------------------------------------------------- consent
def _nobody_is_written_to() -> Writer:
    pytest.fail("nothing is to be said to who is not shown")


def test_nobody_is_matched_without_consent(store: Store) -> None:
    fill(store)
    store.withdraw("p1")
    report = store.match()
    assert (report.people, report.without_consent) == (2, 1)
    assert store.named("p1") not in {row.person for row in store.rows()}


def test_who_refuses_one_trial_is_seen_with_the_others_alone(store: Store) -> None:
    store.take_trials(trial("T-1"), trial("T-2"))
    store.take_people(person("p1"), person("p2"))
    store.match()
    store.withdraw("p1", Choice(Purpose.MATCHING, scope="trial/T-1"))
    everyone = {(row.trial, row.person): row for row in store.rows()}
    refused = everyone.pop(("T-1", store.named("p1")))
    look = Look(ON, "en", store.lexicon)
    with reading(store.engine) as session:
        lines = list_queue(session, Wanted(), look).lines
        assert {(line.slug, line.pseudonym) for line in lines} == set(everyone)
    with pytest.raises(NoLonger):
        show_match(
            store.engine,
            _nobody_is_written_to,
            match=refused.id or 0,
            wanted=Wanted(),
            look=look,
            actor="test",
        )
    with pytest.raises(ConsentMissing):
        explain(store, "T-1", "p1")
    assert explain(store, "T-2", "p1")
    assert store.match().superseded == 1
    assert {(row.trial, row.person) for row in store.standing()} == set(everyone)


def explain(store: Store, trial: str, person: str) -> object:
    return explain_match(
        store.engine, store.lexicon, trial=trial, person=person, on=ON, actor="test"
    )


def leave(store: Store) -> None:
    store.withdraw("p1")


def be_erased(store: Store) -> None:
    erase(store.engine, store.named("p1"))


@pytest.mark.parametrize("go", [leave, be_erased])
def test_somebody_who_goes_while_a_run_goes_on_is_in_no_later_match_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, go: Callable[[Store], None]
) -> None:
    monkeypatch.setattr(recruit.actions.match_run, "TRIALS_AT_ONCE", 1)
    store.take_trials(*(trial(f"T-{number}") for number in range(3)))
    store.take_people(person("p1"), person("p2"))
    gone = store.named("p1")
    store.match(progress=lambda done, _: go(store) if done == 1 else None)
    assert {row.trial for row in store.rows() if row.person == gone} <= {"T-0"}
    assert len([row for row in store.rows() if row.person != gone]) == 3


def test_many_candidates_of_one_trial_are_written_some_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.match_portions, "PEOPLE", 1)
    store.take_trials(trial())
    store.take_people(*(person(f"p{number}") for number in range(3)))
    order = sorted(f"p{number}" for number in range(3))
    order.sort(key=store.named)
    told: list[int] = []

    def go(_done: int, _total: int | None) -> None:
        told.append(len(store.standing()))
        if len(told) == 1:
            store.withdraw(order[2])

    store.match(progress=go)
    assert told == [2, 2, 2]
    assert {row.person for row in store.rows()} == {store.named(name) for name in order[:2]}
    monkeypatch.undo()
    again = store.match(anew=True)
    assert (again.new, again.kept, again.superseded) == (0, 2, 0)


def test_matches_that_end_are_found_in_whatever_portion_they_are(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.match_portions, "PEOPLE", 2)
    store.take_trials(trial())
    store.take_people(*(person(f"p{number}") for number in range(7)))
    store.match()
    store.take_people(*(person(f"p{number}", birth_date="1930-01") for number in range(0, 7, 2)))
    report = store.match(anew=True)
    assert (report.new, report.kept, report.superseded) == (0, 3, 4)
    assert {row.person for row in store.standing()} == {store.named(f"p{n}") for n in (1, 3, 5)}


def stop_at(count: int) -> Callable[[int, int | None], None]:
    """Stops a run that has told of its progress so many times."""
    told = iter(range(1, count))

    def tell(_done: int, _total: int | None) -> None:
        if next(told, None) is None:
            raise ToldToEnd

    return tell


def test_a_run_goes_on_where_the_last_one_was_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.matching, "PART", 2)
    store.take_trials(trial("T-1"), trial("T-2"))
    store.take_people(*(person(f"p{number}") for number in range(7)))
    with pytest.raises(ToldToEnd):
        store.match(progress=stop_at(3))
    monkeypatch.undo()
    report = store.match()
    assert (report.judged, report.candidates) == (2 * 4, 2 * 7)  # three were through
    assert store.match().judged == 0


def test_what_changed_since_a_run_was_stopped_is_judged_by_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.matching, "PART", 2)
    store.take_trials(trial("T-1"))
    store.take_people(*(person(f"p{number}") for number in range(6)))
    with pytest.raises(ToldToEnd):
        store.match(progress=stop_at(3))
    first, second = sorted((f"p{number}" for number in range(6)), key=store.named)[:2]
    store.take_people(person(first, birth_date="1930-01"), person("came-since"))
    store.withdraw(second)
    store.take_trials(trial("T-2"))
    store.match()
    stand = {(row.trial, row.person) for row in store.standing()}
    gone = {store.named(first), store.named(second)}
    there = {store.named(name) for name in ("came-since", *(f"p{n}" for n in range(6)))} - gone
    assert stand == {(name, each) for name in ("T-1", "T-2") for each in there}


def test_of_a_study_that_was_closed_and_opened_since_everybody_is_judged_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.matching, "PART", 1)
    store.take_trials(trial("T-1"))
    store.take_people(person("p1"), person("p2"))
    with pytest.raises(ToldToEnd):
        store.match(progress=stop_at(2))
    with unit_of_work(store.engine) as session:
        chain.hold(session)
        end_all(session, "T-1", Superseded.TRIAL_STOPPED)
    assert store.match().new == 2


def be_matched_at_once(store: Store) -> None:
    """Something new of somebody, which ends their matches or begins them, as an answer does."""
    store.take_people(person("p1", birth_date="1930-01"), person("p2", birth_date="1960-01"))
    with unit_of_work(store.engine) as session:
        chain.hold(session)
        for name in ("p1", "p2"):
            rematch(session, people.pseudonym_of(session, name), store.lexicon, ON)


def test_a_run_never_overwrites_what_was_judged_from_a_newer_profile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.match_run, "TRIALS_AT_ONCE", 1)
    store.take_trials(*(trial(f"T-{number}") for number in range(3)))
    store.take_people(person("p1"), person("p2"))
    store.match()
    report = store.match(
        anew=True,
        progress=lambda done, _: be_matched_at_once(store) if done == 1 else None,
    )
    assert [row.trial for row in store.standing() if row.person == store.named("p1")] == []
    stands = [row for row in store.standing() if row.person == store.named("p2")]
    assert [row.profile_version for row in stands] == [2, 2, 2]
    assert (report.new, report.superseded) == (0, 0)


def test_a_run_ends_no_match_of_somebody_who_came_after_it_began(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.match_run, "TRIALS_AT_ONCE", 1)
    store.take_trials(*(trial(f"T-{number}") for number in range(2)))
    store.take_people(person("p1"))

    def come(done: int, _: int | None) -> None:
        if done == 1:
            store.take_people(person("p2"))
            store.match()

    store.match(progress=come)
    assert len([row for row in store.standing() if row.person == store.named("p2")]) == 2


def test_nothing_of_the_matches_of_an_erased_person_is_left(store: Store) -> None:
    fill(store)
    store.match()
    gone = store.named("p1")
    erase(store.engine, gone)
    assert gone not in {row.person for row in store.rows()}
    assert store.match().superseded == 0


def test_no_match_is_explained_without_consent(store: Store) -> None:
    fill(store)
    store.withdraw("p1")
    with pytest.raises(ConsentMissing):
        explain_match(store.engine, store.lexicon, trial="T-1", person="p1", on=ON, actor="test")


def test_an_explanation_says_what_was_stored(store: Store) -> None:
    fill(store)
    store.match()
    for row in store.standing():
        _, _, outcome = explain_match(
            store.engine, store.lexicon, trial=row.trial, person=row.person, on=ON, actor="test"
        )
        assert outcome.judgement.verdict == row.verdict
        assert [truth.name.lower() for truth in outcome.judgement.truths] == row.truths
