"""Drugs, procedures, devices, allergies, biomarkers, exposures: one page each."""

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Window
from recruit.terminology.concepts import Kind
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import had, has, has_not, having, person, underwent

DRUG = Page(
    "Drug",
    "A medicine the person takes or took. A class of medicines asks for any of its members.",
    (
        table(
            "A member answers for its class",
            having("antidiabetic drug"),
            (person(has("metformin")), YES),
            (person(had("metformin")), UNKNOWN, "another of the class may be taken now"),
            (person(), UNKNOWN),
            (person(complete=(Kind.DRUG,)), NO),
        ),
        table(
            "Prior treatment: now or ever before",
            having("rituximab", status="ever"),
            (person(had("rituximab", until="2021")), YES),
            (person(has("rituximab")), YES),
            (person(has_not("rituximab")), NO),
        ),
        table(
            "On a stable treatment for at least 3 months",
            having("metformin", within=Window(min=3, unit=TimeUnit.MONTH)),
            (person(has("metformin", since="2026-08")), YES),
            (person(has("metformin", since="2026-10-20")), NO),
            (person(has("metformin")), UNKNOWN, "since when?"),
            (person(had("metformin", since="2015", until="2025")), NO, "stopped"),
        ),
    ),
)

PROCEDURE = Page(
    "Procedure",
    "Something done to the person on a day: an operation, a course of radiotherapy.",
    (
        table(
            "An operation, at any time",
            having("operation", status="ever"),
            (person(underwent("cataract surgery", "2019")), YES),
            (person(has_not("cataract surgery")), UNKNOWN, "it may have been another operation"),
            (person(has_not("operation")), NO),
            (person(complete=(Kind.PROCEDURE,)), NO),
        ),
        table(
            "Within the last 4 weeks",
            having("radiotherapy", status="ever", within=Window(max=4, unit=TimeUnit.WEEK)),
            (person(underwent("radiotherapy", "2026-11-10")), YES),
            (person(underwent("radiotherapy", "2026-11")), UNKNOWN, "3 November is in, 2 is not"),
            (
                person(underwent("radiotherapy", "2025"), complete=(Kind.PROCEDURE,)),
                NO,
            ),
        ),
    ),
)

DEVICE = Page(
    "Device",
    "Something implanted or worn.",
    (
        table(
            "A pacemaker is an implant",
            having("implant"),
            (person(has("pacemaker")), YES),
            (person(has_not("implant")), NO),
            (person(), UNKNOWN),
        ),
    ),
)

ALLERGY = Page(
    "Allergy",
    "An allergy or intolerance, named by what causes it.",
    (
        table(
            "An allergy to a member is an allergy in the class",
            having("allergy to penicillins"),
            (person(has("allergy to amoxicillin")), YES),
            (person(has_not("allergy to penicillins")), NO),
            (person(complete=(Kind.ALLERGY,)), NO),
            (person(), UNKNOWN),
        ),
    ),
)

BIOMARKER = Page(
    "Biomarker",
    "A gene or protein and what the test found. “Mutated” asks for any mutation.",
    (
        table(
            "Any mutation",
            having("EGFR", value="mutated"),
            (person(has("EGFR", value="exon 19 deletion")), YES, "every mutation is one"),
            (person(has("EGFR", value="wild type")), NO),
            (person(has("EGFR")), UNKNOWN, "tested, but the result is not on record"),
            (person(), UNKNOWN),
        ),
        table(
            "One particular mutation",
            having("EGFR", value="exon 19 deletion"),
            (person(has("EGFR", value="exon 19 deletion")), YES),
            (person(has("EGFR", value="mutated")), UNKNOWN, "which one?"),
            (person(has("EGFR", value="wild type")), NO),
        ),
    ),
)

EXPOSURE = Page(
    "Exposure",
    "Contact with a substance or a radiation that is no medicine.",
    (
        table(
            "Ever exposed",
            having("asbestos", status="ever"),
            (person(had("asbestos")), YES),
            (person(has_not("asbestos")), NO),
            (person(), UNKNOWN),
        ),
    ),
)
