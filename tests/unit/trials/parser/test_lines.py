import pytest

from recruit.trials.parser.lines import lines


def words(text: str) -> list[str]:
    return [text[line.start : line.end] for line in lines(text)]


@pytest.mark.parametrize(
    "written",
    ["* Asthma", "- Asthma", "• Asthma", "1. Asthma", "1) Asthma", "(a) Asthma", "a. Asthma",
     "ii. Asthma", "\\- Asthma", "-Asthma", "\tAsthma", "I1. Asthma", "1\\. Asthma"],
)  # fmt: skip
def test_a_marker_is_no_word(written: str) -> None:
    assert words(written) == ["Asthma"]


@pytest.mark.parametrize("written", ["5 years of age", "1.5 x ULN", "A history of stroke", "≥ 18"])
def test_what_only_looks_like_a_marker_stays(written: str) -> None:
    assert words(written) == [written]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_every_kind_of_line_end_parts_lines(end: str) -> None:
    assert words(f"* Asthma{end}* COPD") == ["Asthma", "COPD"]


def test_positions_are_those_of_the_text() -> None:
    text = "\r\n   -  Asthma  \r\n"
    (line,) = lines(text)
    assert text[line.start : line.end] == "Asthma"


def test_an_empty_line_before_is_told() -> None:
    assert [line.gap for line in lines("a b\n\nc d\ne f")] == [False, True, False]
