"""Every node of the language can be edited in the rule's form: forgetting one fails here."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruit.core.dates import TimeUnit
from recruit.criteria import decoding
from recruit.criteria.codec import encode
from recruit.criteria.nodes import Anchor, Rule, SexValue, Status, Times
from recruit.web.sponsor import rule_choices
from recruit.web.sponsor.rule_fields import BRANCHES, FIELDS, TIMES
from tests.generative.rules import NODES

STRUCTURE = {"type", "of"}


def test_every_type_that_is_read_has_fields_and_a_name() -> None:
    types = {*decoding._LEAVES, *BRANCHES}  # noqa: SLF001 - the types are listed nowhere else
    assert set(FIELDS) == types
    assert {*rule_choices.STATEMENTS, *rule_choices.GROUPS} == types


@pytest.mark.parametrize("node", get_args(Rule), ids=lambda node: node.__name__)
@settings(max_examples=40)
@given(data=st.data())
def test_every_field_of_a_node_has_one_in_the_form(node: type[Rule], data: st.DataObject) -> None:
    made = encode(data.draw(NODES[node]))
    paths = {each.at for each in FIELDS[str(made["type"])]} | {("times",)}
    for name, value in made.items():
        if name in STRUCTURE:
            continue
        inner = [(name, key) for key in value] if isinstance(value, dict) else [(name,)]
        assert set(inner) <= paths


def test_every_value_that_a_field_may_hold_can_be_chosen() -> None:
    assert set(rule_choices.STATUSES) == set(get_args(Status))
    assert set(rule_choices.ANCHORS) == set(get_args(Anchor))
    assert set(rule_choices.SEXES) == set(get_args(SexValue))
    assert set(rule_choices.TIME_UNITS) == {unit.value for unit in TimeUnit}
    assert set(rule_choices.MULTIPLES) == {f"{TIMES}{each}" for each in get_args(Times)}
