"""Grades on clinical scales."""

from recruit.criteria.nodes import Ordinal
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import graded, person

PAGE = Page(
    "Ordinal",
    "A grade on a clinical scale: ECOG, NYHA, Child-Pugh … The latest grade counts.",
    (
        table(
            "One of the named grades",
            Ordinal("ecog", values=("0", "1")),
            (person(graded("ecog", "0")), YES),
            (person(graded("ecog", "1")), YES),
            (person(graded("ecog", "2")), NO),
            (person(), UNKNOWN),
        ),
        table(
            "A range takes in both ends",
            Ordinal("nyha", min=2, max=4),
            (person(graded("nyha", "1")), NO),
            (person(graded("nyha", "2")), YES),
            (person(graded("nyha", "4")), YES),
        ),
        table(
            "Letters are grades too",
            Ordinal("child_pugh", values=("A",)),
            (person(graded("child_pugh", "A")), YES),
            (person(graded("child_pugh", "B")), NO),
        ),
        table(
            "The latest grade counts",
            Ordinal("ecog", values=("0", "1")),
            (person(graded("ecog", "0", "2025-01"), graded("ecog", "3", "2026-11")), NO),
            (person(graded("ecog", "3", "2025-01"), graded("ecog", "1", "2026-11")), YES),
        ),
    ),
)
