"""Laws of the sentences."""

import pytest
from hypothesis import given

from recruit.core.i18n import LANGUAGES
from recruit.criteria.nodes import Not, Rule, Unparsed
from recruit.criteria.phrase import phrase
from tests.generative.rules import rules
from tests.generative.values import words
from tests.generative.world import WORLD


@pytest.mark.parametrize("language", LANGUAGES)
@given(rule=rules())
def test_every_rule_is_one_sentence(language: str, rule: Rule) -> None:
    sentence = phrase(rule, language, WORLD)
    assert sentence.endswith((".", ".”", ".\u00a0»"))
    assert "None" not in sentence.removeprefix("None of the following")
    assert "  " not in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
@given(rule=rules())
def test_a_rule_and_its_opposite_read_differently(language: str, rule: Rule) -> None:
    assert phrase(rule, language, WORLD) != phrase(Not(rule), language, WORLD)


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=words())
def test_what_was_not_read_is_shown_word_for_word(language: str, text: str) -> None:
    assert " ".join(text.split()) in phrase(Unparsed(text), language)
