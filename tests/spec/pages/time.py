"""Now, in the past, ever; and windows of time."""

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Window
from recruit.terminology.concepts import Kind
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import had, has, having, person, underwent

YEAR = TimeUnit.YEAR

PAGE = Page(
    "Past, current, ever, and windows",
    "“Has”, “had” and “has or had” are different questions. A window bounds how long ago something "
    "was, counted back from today, because the day of enrolment is not known yet.",
    (
        table(
            "Current: it is so now",
            having("tuberculosis"),
            (person(has("tuberculosis")), YES),
            (person(had("tuberculosis")), NO, "it is over"),
            (person(had("infection")), UNKNOWN, "another infection was"),
        ),
        table(
            "Ever: now or at any time before (“history of …”)",
            having("tuberculosis", status="ever"),
            (person(has("tuberculosis")), YES),
            (person(had("tuberculosis")), YES),
            (person(), UNKNOWN),
        ),
        table(
            "Past: it was, and is over",
            having("tuberculosis", status="past"),
            (person(had("tuberculosis")), YES),
            (person(has("tuberculosis")), UNKNOWN, "an earlier episode may not be on record"),
        ),
        table(
            "For at least 6 months: it began early enough",
            having("type 2 diabetes", within=Window(min=6, unit=TimeUnit.MONTH)),
            (person(has("type 2 diabetes", since="2015")), YES),
            (person(has("type 2 diabetes", since="2026-06-01")), YES, "six months today"),
            (person(has("type 2 diabetes", since="2026-06-02")), NO, "one day short"),
            (person(has("type 2 diabetes", since="2026-06")), UNKNOWN, "which day of June?"),
            (person(has("type 2 diabetes")), UNKNOWN, "since when?"),
        ),
        table(
            "Within the last 6 months: it lasted late enough",
            having(
                "myocardial infarction", status="ever", within=Window(max=6, unit=TimeUnit.MONTH)
            ),
            (person(underwent("myocardial infarction", "2026-10-15")), YES),
            (person(underwent("myocardial infarction", "2026-06-01")), YES, "six months ago today"),
            (
                person(underwent("myocardial infarction", "2026-05-31")),
                UNKNOWN,
                "that one is too old, but nobody said there was no other since",
            ),
            (
                person(
                    underwent("myocardial infarction", "2026-05-31"), complete=(Kind.CONDITION,)
                ),
                NO,
                "the list is complete: that was the only one",
            ),
            (person(had("myocardial infarction")), UNKNOWN, "when?"),
        ),
        table(
            "What goes on today is within every last period",
            having("insulin", status="ever", within=Window(max=3, unit=TimeUnit.MONTH)),
            (person(has("insulin", since="2010")), YES),
            (
                person(had("insulin", since="2010", until="2026-11-20")),
                YES,
                "stopped two weeks ago",
            ),
            (
                person(had("insulin", since="2010", until="2024"), complete=(Kind.DRUG,)),
                NO,
                "stopped long ago, and the list is complete",
            ),
        ),
        table(
            "Diagnosed within the last 5 years: it began late enough",
            having("type 2 diabetes", status="ever", within=Window(5, unit=YEAR, event="onset")),
            (person(has("type 2 diabetes", since="2023")), YES),
            (person(has("type 2 diabetes", since="2021-12-01")), YES, "five years today"),
            (person(has("type 2 diabetes", since="2010")), NO, "it goes on, but began too early"),
            (person(has("type 2 diabetes", since="2021")), UNKNOWN, "before December or in it?"),
            (person(has("type 2 diabetes")), UNKNOWN, "since when?"),
            (
                person(had("type 2 diabetes", since="2010", until="2012")),
                UNKNOWN,
                "that one began too early, but nobody said that it did not come back",
            ),
            (
                person(had("type 2 diabetes", until="2012"), complete=(Kind.CONDITION,)),
                NO,
                "what was over in 2012 began before",
            ),
            (person(has("diabetes", since="2023")), UNKNOWN, "of which type?"),
        ),
        table(
            "Begun between 1 and 5 years ago",
            having("metformin", status="ever", within=Window(5, 1, YEAR, event="onset")),
            (person(has("metformin", since="2024")), YES),
            (person(has("metformin", since="2026-06")), NO, "too recent"),
            (person(has("metformin", since="2015")), NO, "too early"),
        ),
        table(
            "Between 1 and 6 months ago",
            having(
                "cataract surgery", status="ever", within=Window(min=1, max=6, unit=TimeUnit.MONTH)
            ),
            (person(underwent("cataract surgery", "2026-09-01")), YES),
            (
                person(underwent("cataract surgery", "2026-11-20"), complete=(Kind.PROCEDURE,)),
                NO,
                "too recent",
            ),
        ),
    ),
)
