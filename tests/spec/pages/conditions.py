"""Conditions, and the hierarchy that all clinical leaves share."""

from recruit.criteria.nodes import Clinical
from recruit.terminology.concepts import Kind
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import had, has, has_not, having, person, unclear

EVERY_CONDITION = (Kind.CONDITION,)

PAGE = Page(
    "Condition",
    "A disease the person has or had. Nobody writes down every disease they do not have: a disease "
    "that is not on record is unknown, until the person says that the list is complete.",
    (
        table(
            "What is on record decides; silence does not",
            having("type 2 diabetes"),
            (person(has("type 2 diabetes")), YES),
            (person(has_not("type 2 diabetes")), NO),
            (person(unclear("type 2 diabetes")), UNKNOWN, "spoken of, but not known"),
            (person(has("glaucoma")), UNKNOWN, "one may have both"),
            (person(), UNKNOWN),
        ),
        table(
            "The particular answers for the general",
            having("cancer"),
            (person(has("lung cancer")), YES, "a lung cancer is a cancer"),
            (person(has("non-small cell lung cancer")), YES, "at any depth"),
            (person(has("glaucoma")), UNKNOWN),
        ),
        table(
            "The general does not answer for the particular",
            having("lung cancer"),
            (person(has("cancer")), UNKNOWN, "it may be of the lung: this becomes a question"),
            (person(has("breast cancer")), UNKNOWN, "a second cancer is possible"),
        ),
        table(
            "Without the general there is nothing particular",
            having("lung cancer"),
            (person(has_not("cancer")), NO, "no cancer, so no lung cancer"),
            (
                person(has_not("non-small cell lung cancer")),
                UNKNOWN,
                "it may be another lung cancer",
            ),
        ),
        table(
            "A list that is complete turns silence into no",
            having("lung cancer"),
            (person(complete=EVERY_CONDITION), NO),
            (person(has("glaucoma"), complete=EVERY_CONDITION), NO),
            (person(has("lung cancer"), complete=EVERY_CONDITION), YES),
            (
                person(has("cancer"), complete=EVERY_CONDITION),
                UNKNOWN,
                "the list is complete, yet its cancer may be of the lung",
            ),
            (person(complete=(Kind.DRUG,)), UNKNOWN, "another list is complete, not this one"),
        ),
        table(
            "Not to know is never a no, whatever list is complete",
            having("lung cancer"),
            (person(unclear("lung cancer"), complete=EVERY_CONDITION), UNKNOWN),
            (
                person(unclear("non-small cell lung cancer"), complete=EVERY_CONDITION),
                UNKNOWN,
                "who may have this one may have a lung cancer",
            ),
            (
                person(unclear("cancer"), complete=EVERY_CONDITION),
                UNKNOWN,
                "who may have a cancer may have this one",
            ),
            (
                person(unclear("glaucoma"), complete=EVERY_CONDITION),
                NO,
                "the doubt is about something else",
            ),
            (
                person(unclear("lung cancer"), has("lung cancer"), complete=EVERY_CONDITION),
                YES,
                "a doubt takes nothing away from what is on record",
            ),
            (person(unclear("lung cancer"), has_not("cancer")), NO, "nor from what is ruled out"),
        ),
        table(
            "One of several diseases is enough; each must be ruled out",
            having("stroke", "myocardial infarction"),
            (person(has("stroke")), YES),
            (person(has_not("stroke")), UNKNOWN, "the infarction is still open"),
            (person(has_not("stroke"), has_not("myocardial infarction")), NO),
        ),
        table(
            "Stage and severity narrow the question",
            having("lung cancer", stage="iii"),
            (person(has("lung cancer", stage="iii")), YES),
            (person(has("lung cancer", stage="iiib")), YES, "IIIB is a stage III"),
            (person(has("lung cancer", stage="iv")), NO, "has this cancer, at another stage"),
            (person(has("lung cancer")), UNKNOWN, "the stage is not on record"),
            (person(had("lung cancer", stage="iii")), NO, "it is over"),
        ),
        table(
            "What is left out does not count",
            having("cancer", besides="breast cancer"),
            (person(has("breast cancer")), UNKNOWN, "the cancer that is left out, maybe not alone"),
            (person(has("breast cancer"), has("lung cancer")), YES, "the other one counts"),
            (person(has("cancer")), UNKNOWN, "it may be the one that is left out"),
            (person(has_not("cancer")), NO),
            (person(has("breast cancer"), complete=EVERY_CONDITION), NO, "it is the only one"),
        ),
        table(
            "A disease that no dictionary knows stays open",
            Clinical(Kind.CONDITION, "grandfather's cough"),
            (person(has("lung cancer"), complete=EVERY_CONDITION), UNKNOWN, "never guessed"),
        ),
    ),
)
