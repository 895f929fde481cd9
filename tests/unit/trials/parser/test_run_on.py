"""Old records: lines that were wrapped, topics within a line, sentences without an end."""

from textwrap import fill

import pytest

from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse, parse_criterion
from recruit.trials.parser.bullets import bullets
from tests.reading.tree import tree


def read(text: str, lexicon: Lexicon) -> list[str]:
    return list(tree(parse_criterion("inclusion", text, lexicon).rule, lexicon))


def statements(text: str) -> list[str]:
    found = bullets(text)
    return [" ".join(" ".join(text[a:b] for a, b in each.pieces).split()) for each in found]


DISEASE = (
    "DISEASE CHARACTERISTICS: Histologically proven carcinoma of the breast that has come back "
    "after surgery"
)
PATIENT = (
    "PATIENT CHARACTERISTICS: Age: 18 and over Performance status: ECOG 0-2 Hepatic: Bilirubin "
    "no greater than 2 mg/dL Renal: Not specified Other: No active infection requiring "
    "intravenous antibiotics Not HIV positive Cardiovascular: No stroke"
)
# As the registry stored it: the indent of the first line is gone.
WRAPPED = "\n\n".join(
    fill(each, 70, initial_indent=" " * 8, subsequent_indent=" " * 8) for each in (DISEASE, PATIENT)
).strip()


def test_a_line_that_holds_topics_was_wrapped_as_well() -> None:
    assert statements(WRAPPED) == [
        "Histologically proven carcinoma of the breast that has come back after surgery",
        "Age: 18 and over",
        "Performance status: ECOG 0-2",
        "Bilirubin no greater than 2 mg/dL",
        "No active infection requiring intravenous antibiotics Not HIV positive",
        "No stroke",
    ]


def test_a_topic_of_which_nothing_is_specified_is_not_the_next_ones() -> None:
    text = "Menopausal status: Not specified Hepatic: Bilirubin < 2 mg/dL"
    assert statements(text) == ["Bilirubin < 2 mg/dL"]


def test_what_follows_a_treatment_opens_no_list() -> None:
    text = (
        "Rising values of the prostate specific antigen following therapy No\n"
        "stroke within the last six months and no other disease of the brain"
    )
    assert len(bullets(text)) == 1


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "No asthma No stroke",
            ["all of", "  not condition asthma, current", "  not condition stroke, current"],
        ),
        (
            "Pas d'asthme Pas d'AVC",
            ["all of", "  not condition asthma, current", "  not condition stroke, current"],
        ),
        (
            "Bilirubin ≤ 2 mg/dL Creatinine ≤ 1.5 mg/dL",
            ["all of", "  bilirubin ≤ 2 mg/dL", "  creatinine ≤ 1.5 mg/dL"],
        ),
        (
            "Not pregnant or nursing Negative pregnancy test",
            [
                "all of",
                "  not any of",
                "    state pregnant",
                "    state breastfeeding",
                "  not state pregnant",
            ],
        ),
        (
            "See Disease Characteristics No prior chemotherapy",
            ["not procedure chemotherapy, ever"],
        ),
    ],
)
def test_a_capital_opens_a_sentence_where_the_stop_is_missing(
    text: str, rule: list[str], lexicon: Lexicon
) -> None:
    assert read(text, lexicon) == rule


@pytest.mark.parametrize(
    "text", ["Patients With No Asthma", "HIV Negative", "Asthma And Not Pregnant", "Protocol No 3"]
)
def test_a_title_is_one_sentence(text: str, lexicon: Lexicon) -> None:
    rule = parse_criterion("inclusion", text, lexicon).rule
    titled = parse_criterion("inclusion", text.lower().replace("hiv", "HIV"), lexicon).rule
    assert [line.lower() for line in tree(rule, lexicon)] == [
        line.lower() for line in tree(titled, lexicon)
    ]


def test_what_is_negative_stands_before_it(lexicon: Lexicon) -> None:
    assert read("Effective contraception HIV negative", lexicon) == [
        "all of",
        "  state contraception",
        "  not condition HIV infections, current",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "No chemotherapy for at least 4 weeks after study completion",
        "Pas de chimiothérapie pendant au moins 4 semaines après la fin de l'étude",
    ],
)
def test_what_is_forbidden_later_is_not_asked_now(text: str, lexicon: Lexicon) -> None:
    (criterion,) = parse(text, lexicon)
    assert not any(
        line.strip().startswith(("procedure chemotherapy", "not procedure chemotherapy"))
        for line in tree(criterion.rule, lexicon)
    )


def test_a_topic_that_goes_on_with_its_own_word_begins_nothing(lexicon: Lexicon) -> None:
    text = "Minimum Age: 18 Years Maximum Age: 99 Years Sex: All"
    assert "  age ≥ 18 and ≤ 99 year" in read(text, lexicon)
    assert len(statements("Not specified Age: 18 and over Minimum Age: 18 Years")) == 1
