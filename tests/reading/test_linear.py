"""Reading time grows no faster than the text, whatever the text.

The steps are counted, not timed: how many functions are called, Python's own and those of C.
`python -m bench reading` prints the times.
"""

import sys
import time
from collections.abc import Callable
from types import FrameType

import pytest

from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse
from tests.reading.hostile import HOSTILE

SHORT, LONG = 20_000, 80_000
MEGABYTE = 1_000_000
SECONDS = 2.0  # promises.md
Text = Callable[[int], str]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


def steps(text: str, lexicon: Lexicon) -> int:
    """How many functions reading `text` calls."""
    count = 0

    def counted(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        parse(text, lexicon)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_four_times_the_text_takes_at_most_four_times_the_steps(
    text: Text, lexicon: Lexicon
) -> None:
    parse(text(SHORT), lexicon)  # what is remembered from one text to the next is no step
    assert steps(text(LONG), lexicon) <= 1.1 * (LONG / SHORT) * steps(text(SHORT), lexicon)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_takes_two_seconds_at_most(text: Text, lexicon: Lexicon) -> None:
    start = time.process_time()
    found = parse(text(MEGABYTE), lexicon)
    assert time.process_time() - start < SECONDS
    assert found[-1].span is not None
    assert found[-1].span[1] == len(text(MEGABYTE).rstrip())
