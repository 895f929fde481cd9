"""Texts that nobody wrote for people: shown as they are, without losing what people wrote."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Clinical, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse
from recruit.trials.parser.bullets import MOST


@pytest.mark.parametrize(
    "piece", ["1-1-", "ECOG 0-1 ", "()", "(", "asthma, ", "asthma unless ", "&lt;", "1 ", "if "]
)
def test_a_statement_longer_than_any_is_shown_whole(piece: str, lexicon: Lexicon) -> None:
    text = piece * 100_000
    (criterion,) = parse(text, lexicon)
    assert isinstance(criterion.rule, Unparsed)
    assert criterion.span == (0, len(text.rstrip()))


def test_a_long_statement_does_not_cost_the_others_their_reading(lexicon: Lexicon) -> None:
    text = f"* {'x ' * 10_000}\n* Asthma\n"
    first, second = parse(text, lexicon)
    assert isinstance(first.rule, Unparsed)
    assert isinstance(second.rule, Clinical)


def test_a_long_item_of_a_list_is_no_hole_in_it(lexicon: Lexicon) -> None:
    text = f"* All of the following with stroke:\n  - asthma\n  - {'x ' * 10_000}\n"
    (criterion,) = parse(text, lexicon)
    assert any(isinstance(leaf, Unparsed) and len(leaf.text) > 10_000
               for leaf in leaves(criterion.rule))  # fmt: skip


@pytest.mark.parametrize("line", ["* asthma\n", "a\n", "- one of the following:\n"])
def test_lines_beyond_all_measure_are_one_statement(line: str, lexicon: Lexicon) -> None:
    text = line * 100_000
    found = parse(text, lexicon)
    assert len(found) <= MOST + 1
    assert found[-1].span is not None
    assert found[-1].span[1] == len(text.rstrip())


def test_a_text_of_many_long_statements_is_read_to_a_limit(lexicon: Lexicon) -> None:
    text = f"* {'asthma or stroke, ' * 500}\n" * 40
    found = parse(text, lexicon)
    assert len(found) == 40
    assert isinstance(found[-1].rule, Unparsed)
    assert not isinstance(found[0].rule, Unparsed)
