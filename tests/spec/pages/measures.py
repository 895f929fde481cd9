"""Measured values."""

from recruit.core.dates import TimeUnit
from recruit.criteria.nodes import Measure, Window
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import measured, person

PAGE = Page(
    "Measure",
    "The latest value of a laboratory or vital-sign variable. Values are kept in one unit for each "
    "variable; a rule may speak in another, which is converted.",
    (
        table(
            "Bounds belong to the range, unless the text says “above” or “below”",
            Measure("hba1c", min=7.0, max=10.5, unit="%"),
            (person(measured("hba1c", 7.0)), YES),
            (person(measured("hba1c", 10.5)), YES),
            (person(measured("hba1c", 6.9)), NO),
            (person(measured("hba1c", 10.6)), NO),
            (person(), UNKNOWN, "never measured, or not on record"),
        ),
        table(
            "“Above 7 %” leaves 7 % out",
            Measure("hba1c", min=7.0, min_inclusive=False, unit="%"),
            (person(measured("hba1c", 7.0)), NO),
            (person(measured("hba1c", 7.1)), YES),
        ),
        table(
            "The latest value counts, not the best one",
            Measure("hba1c", max=8.0, unit="%"),
            (person(measured("hba1c", 7.2, "2026-03"), measured("hba1c", 9.1, "2026-10")), NO),
            (person(measured("hba1c", 9.1, "2026-03"), measured("hba1c", 7.2, "2026-10")), YES),
            (
                person(measured("hba1c", 9.1), measured("hba1c", 7.2, "2026-10")),
                YES,
                "a value with a day comes after one without",
            ),
        ),
        table(
            "The rule's unit is converted: 10 g/dL is 100 g/L",
            Measure("haemoglobin", min=100, unit="g/L"),
            (person(measured("haemoglobin", 10.0)), YES, "10 g/dL"),
            (person(measured("haemoglobin", 9.9)), NO),
        ),
        table(
            "Multiples of the laboratory's upper limit of normal",
            Measure("alt", max=3, times="uln"),
            (person(measured("alt", 110, uln=40)), YES, "2.75 times this laboratory's limit"),
            (person(measured("alt", 130, uln=40)), NO, "3.25 times"),
            (
                person(measured("alt", 25)),
                YES,
                "without the laboratory's limit: below three times every usual one",
            ),
            (person(measured("alt", 400)), NO, "above three times every usual one"),
            (person(measured("alt", 130)), UNKNOWN, "within three times some laboratories' limits"),
        ),
        table(
            "A multiple of the person's own baseline is not known before the trial",
            Measure("creatinine", max=1.5, times="baseline"),
            (person(measured("creatinine", 0.9)), UNKNOWN),
        ),
        table(
            "Taken within the last 3 months",
            Measure("hba1c", min=7.0, unit="%", within=Window(max=3, unit=TimeUnit.MONTH)),
            (person(measured("hba1c", 7.8, "2026-10-01")), YES),
            (person(measured("hba1c", 7.8, "2026-05")), UNKNOWN, "too old: it can be taken again"),
            (person(measured("hba1c", 6.1, "2026-10-01")), NO),
            (person(measured("hba1c", 7.8)), UNKNOWN, "taken when?"),
        ),
    ),
)
