"""Names that came by already."""

from recruit.core.seen import FRESH, Seen


def test_each_name_is_new_once_however_many_came_between() -> None:
    seen = Seen()
    names = [f"p{number}" for number in range(2 * FRESH + 10)]
    assert not any(seen.again(name) for name in names)
    assert all(seen.again(name) for name in names)
    assert not seen.again("another")
