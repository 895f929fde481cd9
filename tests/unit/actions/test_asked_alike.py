"""Which groups are told of, and when a difference between them is worth a sentence."""

from collections.abc import Iterator, Mapping

from hypothesis import given
from hypothesis import strategies as st

from recruit.actions.funnel.fairness import Group, Share, Table, hidden
from recruit.disclosure.rule import SMALL

Sizes = Mapping[str, int]
KEYS = ("", "female", "male")
sizes = st.integers(0, 25) | st.integers(0, SMALL + 2)


def test_two_of_one_person_take_the_hundred_along() -> None:
    """A total of 102 stands elsewhere: 100 alone would tell that the others are two."""
    assert hidden({"a": 100, "b": 1, "c": 1, "d": 300}) == {"a", "b", "c"}


def test_ten_people_are_hidden_and_eleven_with_them() -> None:
    assert hidden({"a": 10, "b": 9, "c": 11, "d": 12}) == {"a", "b", "c"}


def test_groups_of_the_same_size_go_together() -> None:
    assert hidden({"a": 3, "b": 12, "c": 12, "d": 400}) == {"a", "b", "c"}


def test_where_all_are_large_nothing_is_hidden() -> None:
    assert hidden({"a": 11, "b": 12}) == frozenset()


def test_one_group_is_all_there_is_to_hide() -> None:
    assert hidden({"a": 3}) == {"a"}


@given(st.tuples(sizes, sizes, sizes))
def test_whoever_knows_the_total_and_the_rule_computes_no_group_of_one_to_ten(
    people: tuple[int, int, int],
) -> None:
    """Every table that would look the same is made; a small group is not the same in all."""
    world = dict(zip(KEYS, people, strict=True))
    if sum(people) <= SMALL:
        assert not _shown(world)
        return
    alike = [each for each in _worlds(sum(people)) if _shown(each) == _shown(world)]
    for key in KEYS:
        if 1 <= world[key] <= SMALL:
            assert len({each[key] for each in alike}) > 1


def _shown(world: Sizes) -> Sizes:
    there = {key: size for key, size in world.items() if size}
    return {key: size for key, size in there.items() if key not in hidden(there)}


def _worlds(total: int) -> Iterator[Sizes]:
    for first in range(total + 1):
        for second in range(total - first + 1):
            yield dict(zip(KEYS, (first, second, total - first - second), strict=True))


def test_a_group_asked_half_as_often_is_named_with_its_ratio() -> None:
    found = Table(
        Group.AGE,
        (Share("18", 1000, 400, 400), Share("35", 1000, 400, 400), Share("65", 1000, 200, 200)),
    ).outlier
    assert found
    assert found[0].key == "65"
    assert 0.45 < found[1] < 0.55


def test_a_difference_that_chance_explains_is_not_named() -> None:
    table = Table(Group.SEX, (Share("female", 100, 11, 11), Share("male", 100, 9, 9)))
    assert table.outlier is None


def test_nobody_is_compared_where_nobody_was_asked() -> None:
    assert Table(Group.SEX, (Share("female", 100), Share("male", 100))).outlier is None


def test_a_hidden_group_is_never_named() -> None:
    rest = Share("", 40, 0, 0)
    table = Table(Group.AGE, (Share("18", 1000, 900, 900),), rest)
    assert table.outlier is None
