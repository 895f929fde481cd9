"""A node or a kind without a table is a node whose meaning nobody has written down."""

from collections.abc import Iterator
from typing import get_args

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Branch, Clinical, Leaf, Not, Rule
from recruit.criteria.truth import Truth
from recruit.terminology.concepts import Kind
from tests.spec.catalogue import PAGES
from tests.spec.engines import ENGINES
from tests.spec.page import Case

CASES = [case for page in PAGES for case in page.cases if isinstance(case, Case)]


def _nodes(rule: Rule) -> Iterator[Rule]:
    yield rule
    match rule:
        case AllOf(of) | AnyOf(of) | AtLeast(of=of):
            for part in of:
                yield from _nodes(part)
        case Not(of):
            yield from _nodes(of)
        case _:
            return


@pytest.mark.parametrize("node", [*get_args(Leaf), *get_args(Branch)])
def test_every_node_has_a_table(node: type[Rule]) -> None:
    assert any(isinstance(found, node) for case in CASES for found in _nodes(case.rule))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_clinical_fact_has_a_table(kind: Kind) -> None:
    asked = {leaf.kind for c in CASES for leaf in leaves(c.rule) if isinstance(leaf, Clinical)}
    assert kind in asked


@pytest.mark.parametrize("node", [node for node in get_args(Leaf) if node.__name__ != "Unparsed"])
def test_every_leaf_is_shown_with_each_answer(node: type[Leaf]) -> None:
    shown = {row.expected for case in CASES if isinstance(case.rule, node) for row in case.rows}
    assert shown == set(Truth)


def test_the_reference_engine_is_among_those_tested() -> None:
    assert "reference" in ENGINES
