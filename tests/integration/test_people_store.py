"""Profiles in versions, on both databases."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, text

from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, WrongUsage
from recruit.people import store, traces
from recruit.people.facts import MeasureFact, Profile
from recruit.people.store import Change, Saved


def enrol(engine: Engine, *names: str) -> dict[str, str]:
    with unit_of_work(engine) as session:
        store.know_community(session, "carenity")
        return store.enrol(session, "carenity", names)


def save(engine: Engine, *profiles: Profile) -> list[Saved]:
    with unit_of_work(engine) as session:
        return store.save(session, profiles)


def test_each_change_makes_a_version_and_the_old_ones_stay(engine: Engine) -> None:
    person = enrol(engine, "a")["a"]
    first = Profile(person, sex="female")
    second = replace(first, facts=(MeasureFact("bmi", 24.0),))
    assert save(engine, first) == [Saved(person, 1, Change.NEW)]
    assert save(engine, first) == [Saved(person, 1, Change.UNCHANGED)]
    assert save(engine, second) == [Saved(person, 2, Change.CHANGED)]
    with reading(engine) as session:
        assert list(store.current(session, None)) == [(person, 2, second)]
        assert store.profile(session, person, 1) == first


def test_only_those_asked_for_are_read(engine: Engine) -> None:
    people = enrol(engine, "a", "b")
    save(engine, *(Profile(person) for person in people.values()))
    with reading(engine) as session:
        found = [person for person, _, _ in store.current(session, {people["b"]})]
    assert found == [people["b"]]


def test_an_age_that_is_told_again_later_is_no_news(engine: Engine) -> None:
    person = enrol(engine, "a")["a"]
    save(engine, Profile(person, born=PartialDate.of_age(49, date(2026, 10, 1))))
    later = Profile(person, born=PartialDate.of_age(49, date(2026, 11, 1)))
    assert save(engine, later)[0].change is Change.UNCHANGED


def test_a_birth_date_that_is_known_better_is_news(engine: Engine) -> None:
    person = enrol(engine, "a")["a"]
    save(engine, Profile(person, born=PartialDate.of_age(49, date(2026, 10, 1))))
    better = Profile(person, born=PartialDate.parse("1977-04"))
    assert save(engine, better)[0].change is Change.CHANGED


def test_the_same_identifier_in_two_communities_is_two_people(engine: Engine) -> None:
    first = enrol(engine, "a")["a"]
    with unit_of_work(engine) as session:
        store.know_community(session, "other")
        second = store.enrol(session, "other", ["a"])["a"]
    assert first != second
    with reading(engine) as session, pytest.raises(WrongUsage, match=first):
        store.pseudonym_of(session, "a")


def test_after_an_erasure_only_the_trace_is_left(engine: Engine) -> None:
    person = enrol(engine, "canary-id")["canary-id"]
    save(engine, Profile(person, facts=(MeasureFact("bmi", 24.0, text="canary-words"),)))
    with unit_of_work(engine) as session:
        who = store.participant(session, person)
        traces.erase(session, who, traces.trace_of(who, "key"))
    with reading(engine) as session:
        assert list(store.current(session, None)) == []
        assert store.pseudonyms(session, "carenity", {"canary-id"}) == {}
        assert set(traces.erasures(session, "carenity", {"canary-id", "b"}, "key")) == {"canary-id"}
        assert traces.erasures(session, "carenity", {"canary-id"}, "another key") == {}
        rows = [
            str(session.execute(text("SELECT * FROM participant")).all()),
            str(session.execute(text("SELECT * FROM profile_version")).all()),
        ]
    assert "canary" not in "".join(rows)
    assert person in rows[0]


def test_a_pseudonym_that_another_person_has_as_identifier_is_still_found(engine: Engine) -> None:
    person = enrol(engine, "a")["a"]
    other = enrol(engine, person)[person]
    with reading(engine) as session:
        assert store.pseudonym_of(session, person) == person
        assert store.pseudonym_of(session, other) == other
        assert store.pseudonym_of(session, "a") == person


def test_a_person_nobody_knows_is_not_found(engine: Engine) -> None:
    with reading(engine) as session, pytest.raises(NotFound):
        store.export(session, "P-00000000")
