"""Trials that want the same people: nobody is asked twice at once, and no trial starves."""

from hypothesis import assume, given
from hypothesis import strategies as st

from recruit.actions.outreach.fairness import Want, allot

PEOPLE = [f"P{number}" for number in range(12)]


@st.composite
def wants(draw: st.DrawFn) -> list[Want]:
    count = draw(st.integers(1, 5))
    return [
        Want(
            f"T{number}",
            draw(st.integers(0, 8)),
            draw(st.floats(0.01, 1)),
            tuple(draw(st.lists(st.sampled_from(PEOPLE), unique=True))),
        )
        for number in range(count)
    ]


@given(wants())
def test_nobody_is_given_to_two_trials(wanted: list[Want]) -> None:
    given_ = [person for people in allot(wanted).values() for person in people]
    assert len(given_) == len(set(given_))


@given(wants())
def test_a_trial_gets_only_its_own_and_no_more_than_it_may_ask(wanted: list[Want]) -> None:
    found = allot(wanted)
    for want in wanted:
        own = found[want.trial]
        assert len(own) <= want.size
        assert [each for each in want.pool if each in set(own)] == list(own)


@given(wants())
def test_nobody_is_left_whom_a_trial_still_wants(wanted: list[Want]) -> None:
    found = allot(wanted)
    taken = {person for people in found.values() for person in people}
    for want in wanted:
        assert len(found[want.trial]) == want.size or set(want.pool) <= taken


@given(st.integers(2, 5), st.integers(1, 8), st.lists(st.floats(0.01, 1), min_size=5, max_size=5))
def test_trials_that_want_the_same_people_all_get_some(
    trials: int, size: int, behind: list[float]
) -> None:
    found = allot([Want(f"T{each}", size, behind[each], PEOPLE) for each in range(trials)])
    assert all(found.values())


@given(st.floats(0.01, 1), st.floats(0.01, 1), st.integers(1, 6))
def test_who_is_further_behind_gets_no_fewer(first: float, second: float, size: int) -> None:
    assume(first > second)
    found = allot([Want("A", size, first, PEOPLE[:6]), Want("B", size, second, PEOPLE[:6])])
    assert len(found["A"]) >= len(found["B"])


def test_who_was_asked_longest_ago_comes_first() -> None:
    assert allot([Want("A", 2, 0.5, ("P3", "P1", "P2"))]) == {"A": ("P3", "P1")}
