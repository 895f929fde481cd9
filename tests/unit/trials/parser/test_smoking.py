"""Who smokes, who gave it up, and who ever did are three questions."""

import pytest

from recruit.criteria.nodes import AllOf, Not, Rule, State
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare

NOW = State("smoker")
EVER = Not(State("never_smoker"))
GAVE_UP = AllOf((EVER, Not(NOW)))
SAID = [
    ("Smoker", NOW),
    ("Fumeur", NOW),
    ("Current smokers", NOW),
    ("Former smoker", GAVE_UP),
    ("Ancien fumeur", GAVE_UP),
    ("Ex-smoker", GAVE_UP),
    ("Tabagisme sevré", GAVE_UP),
    ("History of smoking", EVER),
    ("Current or former smoker", EVER),
    ("Fumeur actuel ou ancien", EVER),
    ("Smoker or former smoker", EVER),
    ("Fumeur ou ancien fumeur", EVER),
    ("Never smoker", State("never_smoker")),
    ("No history of smoking", State("never_smoker")),
]


@pytest.mark.parametrize(("text", "expected"), SAID)
def test_smoking(text: str, expected: Rule, lexicon: Lexicon) -> None:
    assert bare(parse_criterion("exclusion", text, lexicon).rule) == expected
