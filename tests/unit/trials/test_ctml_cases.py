"""MatchMiner's nested boolean cases, and its two trials, read with leaves that stand for anything.

What each case means is told twice: by the paths that MatchMiner's own tests expect, written here by
hand, and by an evaluator of the JSON that shares nothing with the reader.
"""

import json
import random
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from recruit.criteria.nodes import AllOf, AnyOf, Rule, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.sources.ctml import read_ctml
from recruit.trials.sources.ctml_tree import read_match
from tests.shared_data import folder

# The paths that must hold, one of them whole.
EXPECTED = {
    "and_and_and": "g1 & c1 & g2 & c2 & g3 & c8",
    "and_and_or": "g1 & c1 & g2 & c3 & (g4 | c5)",
    "and_or_and": "g1 & c1 & (g2 | c2 | g3 & c3)",
    "and_or_or": "g1 & c1 & (g2 | c3 | g4 | c5)",
    "or_and_and": "g1 & c2 | g2 & c3 & g4 & c5",
    "or_and_or": "g1 & c1 | g2 & c2 & (g3 | c3)",
    "or_or_and": "g1 & c1 | g2 | c2 | g3 & c3",
    "or_or_or": "g1 & c1 | g2 | c2 | g3 | c3",
    "all_cases": (
        "g & c & (g2 | c2 | g3 & c3) & (g4 | c4 | g5 | c5) & g6 & c6 & (g7 | c7) & g8 & c8"
        " & (g9 & c9 | g10 & c10 & g11 & c11 & (g12 | c12) | g13 | c13 | g14 | c14 | g15 & c15)"
    ),
}
MOST = 1 << 12
Assignment = dict[str, bool]


def case(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((folder("ctml") / f"{name}.json").read_text())


def names(expression: str) -> list[str]:
    return sorted(set(re.findall(r"\w+", expression)))


def assignments(leaves: list[str]) -> Iterator[Assignment]:
    """All of them, or as many as all of twelve leaves where there are more: half of these with
    nearly everything true, since that is where a long conjunction decides."""
    if len(leaves) <= 12:
        for values in product((False, True), repeat=len(leaves)):
            yield dict(zip(leaves, values, strict=True))
        return
    chance = random.Random(4)  # noqa: S311 - a sample that is always the same
    for number in range(MOST):
        share = 0.5 if number % 2 else 0.9
        yield {leaf: chance.random() < share for leaf in leaves}


def expected(expression: str, given: Assignment) -> bool:
    return bool(eval(expression, {"__builtins__": {}}, dict(given)))  # noqa: S307 - written above


def of_json(items: list[dict[str, Any]], given: Assignment, *, every: bool = True) -> bool:
    return (all if every else any)(of_item(item, given) for item in items)


def of_item(item: dict[str, Any], given: Assignment) -> bool:
    return all(
        of_json(value, given, every=key == "and") if key in {"and", "or"} else given[key]
        for key, value in item.items()
    )


def of_rule(rule: Rule | None, given: Assignment) -> bool:
    match rule:
        case AllOf(of):
            return all(of_rule(each, given) for each in of)
        case AnyOf(of):
            return any(of_rule(each, given) for each in of)
        case Unparsed(text):
            return given[text]
    raise AssertionError(rule)


def read(value: object) -> Rule | None:
    return read_match([value], lambda name, _: Unparsed(name), "case", "match")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_has_the_truth_that_matchminer_expects(name: str) -> None:
    rule = read(case(name))
    leaves = names(EXPECTED[name])
    for given in assignments(leaves):
        assert of_rule(rule, given) is expected(EXPECTED[name], given), given


@pytest.mark.parametrize("name", EXPECTED)
def test_a_case_has_the_truth_that_its_json_defines(name: str) -> None:
    value = case(name)
    rule = read(value)
    for given in assignments(names(EXPECTED[name])):
        assert of_rule(rule, given) is of_json([value], given), given


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_meets_both_outcomes(name: str) -> None:
    outcomes = {expected(EXPECTED[name], given) for given in assignments(names(EXPECTED[name]))}
    assert outcomes == {False, True}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("11-111", "Inclusion Criteria:\n\n* not NRAS p.g12d"),
        ("older_than_18", "Inclusion Criteria:\n\n* age > 18 years"),
    ],
)
def test_matchminer_s_trials_are_read(name: str, text: str, lexicon: Lexicon) -> None:
    draft, (criterion,) = read_ctml(case(name), "file", lexicon)
    assert draft.criteria == text
    assert criterion.kind == "inclusion"


def test_every_case_that_is_there_is_tried() -> None:
    there = {path.stem for path in Path(folder("ctml")).glob("*.json")}
    assert there == {*EXPECTED, "11-111", "older_than_18"}
