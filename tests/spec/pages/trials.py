"""From criteria to a verdict for the whole trial, and who is proposed."""

from dataclasses import replace

from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Age, State, Unparsed
from recruit.matching.outcome import Verdict
from recruit.terminology.concepts import Kind
from tests.spec.page import Page, trial
from tests.spec.vocabulary import TERMS, has, has_not, having, is_not, is_now, person

ADULT = Criterion("inclusion", "18 years or older", Age(min=18))
DIABETIC = Criterion("inclusion", "Type 2 diabetes", having("type 2 diabetes"))
NOT_PREGNANT = Criterion("exclusion", "Pregnancy", State("pregnant"))
SUITABLE = Criterion("inclusion", "Suitable in the view of the investigator", Unparsed("…"))
ABOUT_DIABETES = (TERMS["type 2 diabetes"].id,)

DIABETES_TRIAL = Eligibility("T", (ADULT, DIABETIC, NOT_PREGNANT), ABOUT_DIABETES)
ASKED = replace(DIABETIC, settled_by="person")
JUDGED_BY_THE_SITE = replace(NOT_PREGNANT, settled_by="site")
PARTLY_READ = Eligibility("T", (ADULT, DIABETIC, SUITABLE), ABOUT_DIABETES)
OPEN_TO_ALL_ADULTS = Eligibility("T", (ADULT,), ABOUT_DIABETES)
VACCINE_TRIAL = Eligibility("T", (ADULT, NOT_PREGNANT), (), seeks_healthy=True)

ELIGIBLE, INELIGIBLE, UNDETERMINED = Verdict.ELIGIBLE, Verdict.INELIGIBLE, Verdict.UNDETERMINED

PAGE = Page(
    "The whole trial",
    "An inclusion criterion must hold and an exclusion criterion must not. A person is proposed as "
    "a candidate when there is positive evidence that the trial is about her and no criterion "
    "speaks against her. A person decides, never the verdict alone.",
    (
        trial(
            "Adults with type 2 diabetes who are not pregnant",
            DIABETES_TRIAL,
            (person(has("type 2 diabetes"), is_not("pregnant"), born="1975"), ELIGIBLE, True),
            (
                person(has("type 2 diabetes"), is_now("pregnant"), born="1990"),
                INELIGIBLE,
                False,
                "an exclusion criterion is met",
            ),
            (
                person(has("type 2 diabetes"), is_not("pregnant"), born="2010"),
                INELIGIBLE,
                False,
                "an inclusion criterion is not met",
            ),
            (
                person(has("type 2 diabetes"), born="1975"),
                UNDETERMINED,
                True,
                "one question is left: pregnant?",
            ),
            (
                person(is_not("pregnant"), born="1975"),
                UNDETERMINED,
                False,
                "nothing says that the trial is about this person",
            ),
            (
                person(is_not("pregnant"), born="1975", seeks=("type 2 diabetes",)),
                UNDETERMINED,
                True,
                "looks for a trial for it",
            ),
            (person(), UNDETERMINED, False, "nothing is known"),
            (person(has_not("diabetes")), INELIGIBLE, False),
        ),
        trial(
            "A criterion that was not read leaves everyone undetermined, and excludes nobody",
            PARTLY_READ,
            (person(has("type 2 diabetes"), born="1975"), UNDETERMINED, True),
            (person(has("type 2 diabetes"), born="2010"), INELIGIBLE, False),
        ),
        trial(
            "What the person is asked or the site judges is decided by no record",
            Eligibility("T", (ADULT, ASKED, JUDGED_BY_THE_SITE), ABOUT_DIABETES),
            (person(has("type 2 diabetes"), is_now("pregnant"), born="1975"), UNDETERMINED, True),
            (person(has("type 2 diabetes"), is_now("pregnant"), born="2010"), INELIGIBLE, False),
        ),
        trial(
            "Eligible is not yet proposed: one may meet every criterion of another disease's trial",
            OPEN_TO_ALL_ADULTS,
            (person(born="1975"), ELIGIBLE, False),
            (person(has("type 2 diabetes"), born="1975"), ELIGIBLE, True),
        ),
        trial(
            "A trial that seeks healthy volunteers",
            VACCINE_TRIAL,
            (person(is_now("healthy"), is_not("pregnant"), born="1990"), ELIGIBLE, True),
            (
                person(is_not("pregnant"), born="1990", complete=(Kind.CONDITION,)),
                ELIGIBLE,
                False,
                "did not say that they are healthy",
            ),
        ),
    ),
)
