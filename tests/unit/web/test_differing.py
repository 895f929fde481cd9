"""Changed words marked on both sides: every word is kept, and a hostile text takes no time."""

import time

from hypothesis import given
from hypothesis import strategies as st

from recruit.trials.draft import LONGEST_TEXT
from recruit.web.sponsor.differing import Words, marked


def changed(words: tuple[Words, ...]) -> list[str]:
    return [each.text for each in words if each.changed]


def test_only_the_words_that_changed_are_marked() -> None:
    before, after = marked("Age from 18 to 75 years.", "Age from 21 to 75 years.")
    assert changed(before) == ["18"]
    assert changed(after) == ["21"]


def test_what_stands_on_one_side_only_is_changed_as_a_whole() -> None:
    assert marked("", "No gout.") == ((), (Words("No gout.", changed=True),))


def test_two_changes_far_apart_leave_what_is_between_them() -> None:
    before, after = marked("no gout, no asthma, no pain", "no gout at all, no asthma, some pain")
    assert "".join(changed(before)) == "no"
    assert " at all" in "".join(changed(after))


@given(st.text(alphabet="ab .", max_size=60), st.text(alphabet="ab .", max_size=60))
def test_the_pieces_are_the_texts(one: str, other: str) -> None:
    before, after = marked(one, other)
    assert "".join(each.text for each in before) == one
    assert "".join(each.text for each in after) == other
    assert [each.text for each in before if not each.changed] == [
        each.text for each in after if not each.changed
    ]


def test_the_middle_of_long_unchanged_words_is_left_out() -> None:
    long = "word " * 1_000
    before, _ = marked(long + "old", long + "new")
    assert len(before[0].text) < 400
    assert " … " in before[0].text


def test_a_million_signs_are_compared_in_a_moment() -> None:
    one, other = "a b " * (LONGEST_TEXT // 4), "b a c " * (LONGEST_TEXT // 6)
    start = time.perf_counter()
    marked(one, other)
    assert time.perf_counter() - start < 5
