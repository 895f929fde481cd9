"""A criterion's rule is corrected, and one is written by hand: on both databases, once for two."""

import pytest
from sqlalchemy import Engine

from recruit.actions.posting.editing import Edit
from recruit.actions.posting.rule import Written, add, correct
from recruit.audit import trail
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.criteria.nodes import Age, Measure, Rule, State, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting import store
from recruit.trials.posting.content import Standing
from recruit.trials.posting.store import Change, Revision
from tests.posting_rules import ASTHMA, T2D, begin


def newest(engine: Engine, number: str) -> Revision:
    with reading(engine) as session:
        return store.get(session, number, None).newest


def test_a_correction_is_one_revision_and_one_row_of_the_trail(
    engine: Engine, lexicon: Lexicon
) -> None:
    number = begin(engine, ("inclusion", "Sugar", Unparsed("Sugar")), ("exclusion", "B", T2D))
    correct(engine, lexicon, Edit(number, None, 1, "account 7"), 1, Written("inclusion", "", T2D))
    kept = newest(engine, number)
    first, second = kept.content.criteria
    assert (first.criterion.rule, first.standing) == (T2D, Standing.CORRECTED)
    assert (second.criterion.rule, second.standing) == (T2D, Standing.READ)
    assert (kept.number, kept.change, kept.about) == (2, Change.CORRECTED, "1")
    with reading(engine) as session:
        rows = trail.about(session, number)
    assert [(row["actor"], row["reason"], row["new"]) for row in rows] == [
        ("account 7", "corrected", "2")
    ]


def test_a_criterion_by_hand_comes_last(engine: Engine, lexicon: Lexicon) -> None:
    number = begin(engine, ("inclusion", "Sugar", T2D))
    by = Edit(number, None, 1, "account 7")
    assert add(engine, lexicon, by, Written("exclusion", "Smokes", State("smoker"))) == 2
    last = newest(engine, number).content.criteria[-1]
    assert (last.number, last.criterion.text, last.standing) == (2, "Smokes", Standing.CORRECTED)


def test_of_two_who_correct_at_once_the_second_is_told(engine: Engine, lexicon: Lexicon) -> None:
    number = begin(engine, ("inclusion", "Sugar", T2D))
    by = Edit(number, None, 1, "account 7")
    correct(engine, lexicon, by, 1, Written("inclusion", "", ASTHMA))
    with pytest.raises(EditedMeanwhile):
        correct(engine, lexicon, by, 1, Written("inclusion", "", State("smoker")))
    assert newest(engine, number).content.criteria[0].criterion.rule == ASTHMA


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Age(), "rule.min"),
        (Age(min=9, max=3), "rule.max"),
        (Measure("no_such_value", 1), "rule.variable"),
        (Measure("hba1c", 1, unit="furlong"), "rule.unit"),
    ],
)
def test_a_rule_that_no_form_sent_is_judged_as_well(
    sqlite_engine: Engine, lexicon: Lexicon, rule: Rule, field: str
) -> None:
    number = begin(sqlite_engine, ("inclusion", "Sugar", T2D))
    by = Edit(number, None, 1, "account 7")
    with pytest.raises(Refusal) as refused:
        correct(sqlite_engine, lexicon, by, 1, Written("inclusion", "", rule))
    assert refused.value.field == field
    assert newest(sqlite_engine, number).number == 1


def test_a_criterion_that_is_not_there_is_not_corrected(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    number = begin(sqlite_engine, ("inclusion", "Sugar", T2D))
    by = Edit(number, None, 1, "account 7")
    with pytest.raises(NotFound):
        correct(sqlite_engine, lexicon, by, 9, Written("inclusion", "", T2D))
