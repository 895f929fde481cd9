"""Age."""

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Age
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import person

PAGE = Page(
    "Age",
    "Age counts completed units, as registries and people do: somebody is 75 until the day of the "
    "76th birthday. Birth dates are often known only as a month or a year; where both answers are "
    "still possible, the answer is unknown.",
    (
        table(
            "Both bounds belong to the range",
            Age(min=18, max=75),
            (person(born="2008-12-01"), YES, "eighteen today"),
            (person(born="2008-12-02"), NO, "eighteen tomorrow"),
            (person(born="1950-12-02"), YES, "still 75, for one day"),
            (person(born="1950-12-01"), NO, "76 today"),
            (person(), UNKNOWN, "nobody recorded an age"),
        ),
        table(
            "“Over 18” and “under 75” leave the bounds out",
            Age(min=18, max=75, min_inclusive=False, max_inclusive=False),
            (person(born="2008-01-15"), NO, "18, not over 18"),
            (person(born="2007-06-15"), YES, "19"),
            (person(born="1952-03-01"), YES, "74"),
            (person(born="1951-06-15"), NO, "75"),
        ),
        table(
            "A month or a year of birth is enough where it decides",
            Age(min=18),
            (person(born="1975-04"), YES),
            (person(born="2008"), UNKNOWN, "17 if born in December after today, else 18"),
            (person(born="2009"), NO),
        ),
        table(
            "A trial for infants counts months",
            Age(min=6, max=24, unit=TimeUnit.MONTH),
            (person(born="2026-06-01"), YES, "six months today"),
            (person(born="2026-06-15"), NO, "five months"),
            (person(born="2024-11-15"), YES, "24 months, not yet 25"),
            (person(born="2024-11-01"), NO, "25 months"),
        ),
    ),
)
