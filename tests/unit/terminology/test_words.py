"""Words meet across languages, spellings and plurals, and stay apart where they must."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.terminology.words import BREAK, key, read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("metastases", "métastase"),
        ("Crohn's disease", "Crohn disease"),
        ("type II diabetes", "type 2 diabetes"),
        ("œdème", "oedème"),
        ("oedema", "edema"),
        ("tumours", "tumor"),
        ("cancer of the breast", "cancer breast"),
        ("cancer du sein", "Cancer  sein"),
        ("non-small cell", "non small cell"),
        ("l’hypertension", "hypertension"),
        ("HER-2", "HER2"),
        ("allergies", "allergy"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("vitamin A", "vitamin B"), ("pancreas", "pancrea"), ("lupus", "lupu"), ("DES", "des")],
)
def test_names_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    "text",
    [
        "heart. Failure",
        "heart; failure",
        "heart\n\nfailure",
        "heart\n - failure",
        "heart (failure)",
    ],
)
def test_a_break_stands_between_words_that_no_name_may_join(text: str) -> None:
    assert BREAK in read(text).norms


@pytest.mark.parametrize(
    "text", ["heart failure", "heart\n   failure", "heart-failure", "H. pylori"]
)
def test_a_wrapped_line_or_an_initial_does_not_break_a_name(text: str) -> None:
    assert BREAK not in read(text).norms


@given(st.text(max_size=200))
def test_words_stand_where_they_say(text: str) -> None:
    words = read(text)
    assert len(words.norms) == len(words.starts) == len(words.ends)
    assert all(0 <= a <= b <= len(text) for a, b in zip(words.starts, words.ends, strict=True))
    assert words.starts == sorted(words.starts)
