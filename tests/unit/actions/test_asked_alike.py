"""Which groups are told of, and when a difference between them is worth a sentence."""

from recruit.actions.funnel.fairness import Group, Share, Table, hidden


def test_ten_people_are_hidden_and_eleven_are_not() -> None:
    assert hidden([("a", 10), ("b", 9), ("c", 11)]) == {"a", "b"}


def test_a_group_hidden_alone_takes_the_next_smallest_with_it() -> None:
    assert hidden([("a", 3), ("b", 12), ("c", 400)]) == {"a", "b"}


def test_one_group_is_all_there_is_to_hide() -> None:
    assert hidden([("a", 3)]) == {"a"}


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
    table = Table(Group.AGE, (Share("18", 1000, 900, 900), Share("80", None)))
    assert table.outlier is None
