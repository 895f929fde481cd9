"""No cell of a CSV file begins a formula."""

import pytest

from recruit.core.cells import cell


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_would_begin_a_formula_is_text(sign: str) -> None:
    assert cell(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("value", "expected"), [("a=b", "a=b"), ("", ""), (None, ""), (7, "7"), (-7, "'-7")]
)
def test_the_rest_stays_as_it_is(value: object, expected: str) -> None:
    assert cell(value) == expected
