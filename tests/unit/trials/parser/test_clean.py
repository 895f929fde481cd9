import pytest

from recruit.trials.parser.clean import Clean


def cleaned(text: str) -> Clean:
    clean = Clean(text)
    clean.add(0, len(text))
    return clean


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("age \\>= 18", "age >= 18"),
        ("kg/m\\^2", "kg/m^2"),
        ("BMI &lt; 30 &amp; &gt; 18", "BMI < 30 & > 18"),
        ("breast\r\n          cancer", "breast cancer"),
        ("a\u00a0b", "a b"),
        ("≧ 18", "≥ 18"),
    ],
)
def test_signs_that_stand_for_others_are_read_as_these(written: str, meant: str) -> None:
    assert cleaned(written).text == meant


@pytest.mark.parametrize("word", ["cancer", "18", "breast"])
def test_every_place_leads_back_to_the_original(word: str) -> None:
    text = "age \\> 18 &amp; breast\r\n      cancer"
    clean = cleaned(text)
    at = clean.text.index(word)
    start, end = clean.original(at, at + len(word))
    assert text[start:end] == word
