"""Sex."""

from recruit.criteria.nodes import Sex
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import person

PAGE = Page(
    "Sex",
    "Sex as the registry asks for it. A trial for all sexes has no such rule.",
    (
        table(
            "A trial for women",
            Sex("female"),
            (person(sex="female"), YES),
            (person(sex="male"), NO),
            (person(), UNKNOWN),
        ),
    ),
)
