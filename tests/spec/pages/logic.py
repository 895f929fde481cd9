"""All, any, at least, not: Kleene's three-valued logic."""

from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Not
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import has, has_not, having, person

DIABETES, STROKE, GLAUCOMA = having("diabetes"), having("stroke"), having("glaucoma")

PAGE = Page(
    "All, any, at least, not",
    "Parts of a sentence join as in speech. An unknown part leaves the whole open only where it "
    "could still change the answer (Kleene's three-valued logic).",
    (
        table(
            "All: one no decides",
            AllOf((DIABETES, STROKE)),
            (person(has("diabetes"), has("stroke")), YES),
            (person(has("diabetes"), has_not("stroke")), NO),
            (person(has_not("stroke")), NO, "whatever the other part is"),
            (person(has("diabetes")), UNKNOWN),
        ),
        table(
            "Any: one yes decides",
            AnyOf((DIABETES, STROKE)),
            (person(has("stroke")), YES, "whatever the other part is"),
            (person(has_not("diabetes"), has_not("stroke")), NO),
            (person(has_not("diabetes")), UNKNOWN),
        ),
        table(
            "At least two of three",
            AtLeast(2, (DIABETES, STROKE, GLAUCOMA)),
            (person(has("diabetes"), has("glaucoma")), YES),
            (person(has_not("diabetes"), has_not("glaucoma")), NO, "two can no longer be reached"),
            (person(has("diabetes"), has_not("glaucoma")), UNKNOWN),
        ),
        table(
            "Not: yes and no change places, unknown stays",
            Not(DIABETES),
            (person(has_not("diabetes")), YES),
            (person(has("type 2 diabetes")), NO),
            (person(), UNKNOWN),
        ),
    ),
)
