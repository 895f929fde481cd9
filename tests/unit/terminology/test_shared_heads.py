"""Names in a list that share a word are read as if each were written out."""

from itertools import pairwise

import pytest

from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


def codes(text: str, lexicon: Lexicon) -> dict[str, str]:
    """What each mention most likely means."""
    return {m.text: m.readings[0].keys[0] for m in find_mentions(text, lexicon)}


@pytest.mark.parametrize(
    ("text", "short", "whole"),
    [
        ("breast or ovarian cancer", "breast", "breast cancer"),
        ("cancer of the breast or ovary", "ovary", "ovarian cancer"),
        ("hepatitis B and/or C", "C", "hepatitis C"),
        ("bacterial, viral or fungal infection", "bacterial", "bacterial infection"),
        ("diabète de type 1 ou 2", "2", "type 2 diabetes"),
        ("insuffisance rénale, hépatique ou cardiaque", "cardiaque", "heart failure"),
        ("cancer du sein ou de l'ovaire", "ovaire", "ovarian cancer"),
    ],
)
def test_a_shortened_name_borrows_its_word(
    text: str, short: str, whole: str, lexicon: Lexicon
) -> None:
    assert codes(text, lexicon)[short] == codes(whole, lexicon)[whole]


@pytest.mark.parametrize(
    "text", ["lung cancer or infection", "asthma or heart disease", "fever. Viral infection"]
)
def test_what_is_a_name_of_its_own_borrows_nothing(text: str, lexicon: Lexicon) -> None:
    assert all(codes(word, lexicon) == {word: code} for word, code in codes(text, lexicon).items())


def test_mentions_stay_in_order_and_apart(lexicon: Lexicon) -> None:
    text = "type 1 or type 2 diabetes, renal, hepatic and cardiac failure or hepatitis B or C"
    found = find_mentions(text, lexicon)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(mention.text == text[mention.start : mention.end] for mention in found)
