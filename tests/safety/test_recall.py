"""The promise: hardly any message that tells of harm goes by, and most flags are right.

Nobody who works on the words reads held_out.jsonl: it is judged here, and only totals are shown.
"""

import sys

import pytest

from bench.safety import judged, messages, total

# Promised are 98 % recall and a precision of 0.75. What the held-out part reaches is written down
# in ADR 50; it may not fall below that.
FLOORS = {"building": (0.98, 0.85)}


@pytest.mark.parametrize("name", FLOORS)
def test_what_tells_of_harm_is_flagged(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    sums = total(judged(messages(name)))
    with capsys.disabled():
        sys.stdout.write(f"{name}: recall {sums.recall:.1%}, precision {sums.precision:.1%}\n")

    least_recall, least_precision = FLOORS[name]
    assert sums.recall >= least_recall, f"recall {sums.recall:.1%}"
    assert sums.precision >= least_precision, f"precision {sums.precision:.1%}"


def test_building_has_enough_of_each() -> None:
    some = messages("building")

    assert len(some) >= 300
    for language in ("fr", "en"):
        assert sum(message.language == language for message in some) >= 150
    assert 0.5 <= sum(message.event for message in some) / len(some) <= 0.6
