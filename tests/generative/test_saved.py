"""An index that was saved in parts and opened answers as the one it was made from."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.core import arrays
from recruit.criteria.eligibility import Eligibility
from recruit.matching import reference, saved
from recruit.matching.building import build
from recruit.matching.embedded import Engine
from recruit.matching.index import SHELVES, Index
from recruit.matching.plan import compile_plan
from recruit.matching.selecting import selected
from recruit.people.facts import ClinicalFact, Profile
from tests.generative.people import clinical_facts, profiles
from tests.generative.rules import eligibilities
from tests.generative.world import TODAY, WORLD

unhurried = settings(deadline=None)
GROUPS = st.lists(st.lists(profiles(), max_size=4), min_size=1, max_size=3)


@unhurried
@given(GROUPS, eligibilities())
def test_people_saved_in_parts_are_judged_as_people_in_memory(
    groups: list[list[Profile]], eligibility: Eligibility
) -> None:
    everybody = [
        replace(profile, person=str(number))
        for number, profile in enumerate(p for group in groups for p in group)
    ]
    plan = compile_plan(eligibility)
    here = Engine(build(everybody, WORLD), WORLD, TODAY).columns(plan)

    with TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        with arrays.writing(file) as writer:
            saved.write(writer, [build(group, WORLD) for group in groups])
        there = Engine(saved.read(arrays.read(file)), WORLD, TODAY).columns(
            compile_plan(eligibility)
        )

    np.testing.assert_array_equal(there.truths, here.truths)
    np.testing.assert_array_equal(there.held, here.held)
    np.testing.assert_array_equal(there.candidates, here.candidates)


@unhurried
@given(
    eligibilities(),
    st.lists(profiles(), min_size=1, max_size=3),
    st.lists(clinical_facts(), min_size=1, max_size=3),
)
def test_facts_beyond_the_shelves_count_as_any_other(
    eligibility: Eligibility, people: list[Profile], more: list[ClinicalFact]
) -> None:
    told = [
        replace(each, facts=(*more[:1] * (SHELVES - place), *more, *each.facts))
        for place, each in enumerate(people)
    ]
    law = reference.evaluate(eligibility, told, WORLD, TODAY)

    with TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        with arrays.writing(file) as writer:
            saved.write(writer, [build([each], WORLD) for each in told])
        found = Engine(saved.read(arrays.read(file)), WORLD, TODAY).columns(
            compile_plan(eligibility)
        )

    assert [tuple(column) for column in found.truths.T] == [each.truths for each in law]
    assert found.candidates.tolist() == [each.candidate for each in law]


@unhurried
@given(
    st.lists(profiles(), max_size=6),
    st.sets(st.integers(0, 5)),
    st.lists(profiles(), max_size=3),
    st.lists(clinical_facts(), max_size=SHELVES),
    eligibilities(),
)
def test_people_who_are_brought_up_to_date_are_judged_as_in_an_index_made_anew(
    before: list[Profile],
    unchanged: set[int],
    changed: list[Profile],
    more: list[ClinicalFact],
    eligibility: Eligibility,
) -> None:
    told = [replace(each, facts=(*each.facts, *more)) for each in before]
    rows = np.array(sorted(row for row in unchanged if row < len(told)), np.int32)
    now = [*(told[row] for row in rows), *changed]
    law = reference.evaluate(eligibility, now, WORLD, TODAY)

    with TemporaryDirectory() as folder:
        old, new = Path(folder) / "old", Path(folder) / "new"
        with arrays.writing(old) as writer:
            saved.write(writer, [build(told, WORLD)])
        with arrays.writing(new) as writer:
            kept = selected(saved.read(arrays.read(old)), rows)
            saved.write(writer, [kept, build(changed, WORLD)])
        engine = Engine(saved.read(arrays.read(new)), WORLD, TODAY)
        found = engine.columns(compile_plan(eligibility))

    assert [tuple(column) for column in found.truths.T] == [each.truths for each in law]
    assert found.candidates.tolist() == [each.candidate for each in law]


@unhurried
@given(st.lists(profiles(), min_size=1, max_size=6), st.sets(st.integers(0, 5), min_size=1))
def test_nothing_is_left_of_those_who_are_not_selected(
    people: list[Profile], chosen: set[int]
) -> None:
    rows = np.array(sorted(row for row in chosen if row < len(people)), np.int32)

    kept = selected(build(people, WORLD), rows)

    assert_alike(kept, build([people[row] for row in rows], WORLD))


def assert_alike(one: Index, other: Index) -> None:
    """The same people, facts and words, in whatever order lists and words are named."""
    assert described(one) == described(other)


def described(index: Index) -> dict[str, object]:
    things = index.things
    details = [things.details[number] for number in things.detail.tolist()]
    return {
        "words": [
            ([column.labels[code] for code in column.codes.tolist()], sorted(column.labels))
            for column in (index.sexes, index.countries, index.areas)
        ],
        "flags": [
            {key: flags.tolist() for key, flags in some.items()}
            for some in (index.languages, index.complete)
        ],
        "born": (index.born.earliest.tolist(), index.born.latest.tolist()),
        "homes": np.array([index.lat, index.lon]).tobytes(),
        "things": (
            things.width,
            things.beyond.tolist(),
            [
                column.tolist()
                for column in (
                    things.began.earliest,
                    things.began.latest,
                    things.ended.earliest,
                    things.ended.latest,
                    things.contradicted,
                )
            ],
        ),
        "details": (details, set(things.details)),
        "lists": [
            {key: rows.tolist() for key, rows in lists.items()}
            for lists in (things.own, things.supporting, index.seeking)
        ],
        "values": {
            key: (some.person.tolist(), some.value.tolist(), some.taken.latest.tolist())
            for key, some in index.values.items()
        },
        "grades": {
            key: (some.person.tolist(), [some.grade.labels[code] for code in some.grade.codes])
            for key, some in index.grades.items()
        },
        "states": {
            key: (person.tolist(), said.tolist()) for key, (person, said) in index.states.items()
        },
    }


@unhurried
@given(st.lists(profiles(), min_size=1, max_size=5), st.lists(eligibilities(), max_size=4))
def test_an_engine_that_keeps_one_answer_says_the_same_as_one_that_keeps_all(
    people: list[Profile], trials: list[Eligibility]
) -> None:
    index = build(people, WORLD)
    forgetful, mindful = Engine(index, WORLD, TODAY, kept=1), Engine(index, WORLD, TODAY)
    for trial in [*trials, *trials]:
        plan = compile_plan(trial)
        np.testing.assert_array_equal(forgetful.columns(plan).truths, mindful.columns(plan).truths)
