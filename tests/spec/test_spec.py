"""Each table of each page, row by row, on each engine."""

import pytest

from tests.spec.catalogue import PAGES
from tests.spec.describe import describe
from tests.spec.engines import Engine
from tests.spec.page import Case, TrialCase
from tests.spec.vocabulary import HIERARCHY, ON

CASES = [(page.title, case) for page in PAGES for case in page.cases]


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=f"{title}: {c.says}") for title, c in CASES if isinstance(c, Case)],
)
def test_a_rule_says_of_each_person_what_the_table_says(case: Case, engine: Engine) -> None:
    judged = engine(case.eligibility, [row.person for row in case.rows], HIERARCHY, ON)

    said = [
        (describe(row.person), found.truths[0])
        for row, found in zip(case.rows, judged, strict=True)
    ]
    assert said == [(describe(row.person), row.expected) for row in case.rows]


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=f"{title}: {c.says}") for title, c in CASES if isinstance(c, TrialCase)],
)
def test_a_trial_takes_proposes_and_refuses_as_the_table_says(
    case: TrialCase, engine: Engine
) -> None:
    judged = engine(case.eligibility, [row.person for row in case.rows], HIERARCHY, ON)

    said = [(j.verdict, j.candidate) for j in judged]
    assert said == [(row.expected, row.candidate) for row in case.rows]
