"""Every node of the language has a strategy, a JSON form and a sentence: forgetting fails here."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.core.i18n import LANGUAGES
from recruit.criteria.codec import decode, encode
from recruit.criteria.nodes import Rule
from recruit.criteria.phrase import phrase
from recruit.criteria.phrase.opposites import ENGLISH, FRENCH
from recruit.terminology.concepts import Kind
from recruit.terminology.scales import scale
from recruit.terminology.states import states
from recruit.terminology.variables import variable
from tests.generative.rules import NODES
from tests.generative.world import CONCEPTS, GRADES, STATES, UNITS, WORLD


def test_every_node_has_a_strategy() -> None:
    assert set(NODES) == set(get_args(Rule))


@pytest.mark.parametrize("node", get_args(Rule), ids=lambda node: node.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_every_node_has_a_json_form(node: type[Rule], data: st.DataObject) -> None:
    rule = data.draw(NODES[node])
    assert type(rule) is node
    assert decode(encode(rule), "r1") == rule


@pytest.mark.parametrize("node", get_args(Rule), ids=lambda node: node.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=20)
@given(data=st.data())
def test_every_node_has_a_sentence(language: str, node: type[Rule], data: st.DataObject) -> None:
    assert len(phrase(data.draw(NODES[node]), language, WORLD)) > len(".")


def test_every_kind_of_concept_is_in_the_small_world() -> None:
    assert {concept.kind for concept in CONCEPTS} == set(Kind)


def test_the_small_world_speaks_of_real_variables_scales_and_states() -> None:
    assert all(variable(key) for key in UNITS)
    assert all(scale(key) for key in GRADES)
    assert set(STATES) <= set(states())


@pytest.mark.parametrize("opposites", [ENGLISH, FRENCH], ids=LANGUAGES)
def test_opposites_are_of_states_that_exist(opposites: dict[str, str]) -> None:
    assert set(opposites) <= set(states())
