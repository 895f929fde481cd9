"""All pages, in the order in which a reader wants them."""

from typing import Final

from tests.spec.page import Page
from tests.spec.pages import (
    ages,
    clinical_kinds,
    conditions,
    contradictions,
    logic,
    measures,
    scales,
    sex,
    states,
    time,
    trials,
)

PAGES: Final[tuple[Page, ...]] = (
    ages.PAGE,
    sex.PAGE,
    conditions.PAGE,
    time.PAGE,
    clinical_kinds.DRUG,
    clinical_kinds.PROCEDURE,
    clinical_kinds.DEVICE,
    clinical_kinds.ALLERGY,
    clinical_kinds.BIOMARKER,
    clinical_kinds.EXPOSURE,
    measures.PAGE,
    scales.PAGE,
    states.STATE,
    states.LANGUAGE,
    states.LOCATION,
    states.UNPARSED,
    logic.PAGE,
    contradictions.PAGE,
    trials.PAGE,
)
