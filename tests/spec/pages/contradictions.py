"""Facts that contradict each other."""

from recruit.criteria.nodes import Measure, State
from tests.spec.page import UNKNOWN, YES, Page, table
from tests.spec.vocabulary import (
    had,
    has,
    has_not,
    having,
    is_not,
    is_now,
    measured,
    person,
)

PAGE = Page(
    "Contradictions",
    "A form says yes and a record says no: nobody is included or excluded by that. It is unknown, "
    "shown with both facts, and becomes a question.",
    (
        table(
            "Present and absent",
            having("type 2 diabetes"),
            (person(has("type 2 diabetes"), has_not("type 2 diabetes")), UNKNOWN),
            (
                person(has("type 2 diabetes"), has_not("diabetes")),
                UNKNOWN,
                "no diabetes at all, yet one of type 2",
            ),
            (
                person(has("type 2 diabetes"), has_not("type 1 diabetes")),
                YES,
                "no contradiction: it is the other type",
            ),
        ),
        table(
            "Past and absent is no contradiction",
            having("tuberculosis", status="ever"),
            (person(had("tuberculosis"), has_not("tuberculosis")), YES, "it was, and is gone"),
        ),
        table(
            "Two values of one day, one on each side of the bound",
            Measure("hba1c", min=7.0, unit="%"),
            (
                person(measured("hba1c", 6.5, "2026-10-01"), measured("hba1c", 7.5, "2026-10-01")),
                UNKNOWN,
            ),
            (
                person(measured("hba1c", 7.2, "2026-10-01"), measured("hba1c", 7.5, "2026-10-01")),
                YES,
                "they differ, but not in the answer",
            ),
        ),
        table(
            "A state that is and is not",
            State("smoker"),
            (person(is_now("smoker"), is_not("smoker")), UNKNOWN),
        ),
    ),
)
