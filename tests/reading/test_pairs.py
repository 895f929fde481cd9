"""Two languages as equals; `python -m bench reading` prints the share."""

import pytest

from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from tests.reading.pairs import pairs, same, shares

FLOOR = 0.9
AS_A_WHOLE = 0.75


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


def test_nine_in_ten_pairs_give_the_same_rule(lexicon: Lexicon) -> None:
    count, alike, whole = shares(lexicon)
    assert count >= 120
    assert alike / count >= FLOOR
    # Two rules of nothing but unread words would be the same as well.
    assert whole / count >= AS_A_WHOLE


def test_pairs_differ_where_a_reason_is_given_and_nowhere_else(lexicon: Lexicon) -> None:
    wrong = [pair.english for pair in pairs() if same(pair, lexicon) is bool(pair.differs)]
    assert wrong == []
