"""Readings by which people were kept out who could take part, by class."""

import pytest

from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse, parse_criterion
from tests.reading.tree import tree


def read(text: str, lexicon: Lexicon) -> list[str]:
    return [
        line.strip() for line in tree(parse_criterion("inclusion", text, lexicon).rule, lexicon)
    ]


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Hospitalized or not", "Hospitalisés ou non"),
        ("Diabetic and non-diabetic patients", "Patients diabétiques et non diabétiques"),
        ("Smokers and non-smokers", "Fumeurs et non-fumeurs"),
    ],
)
def test_whether_or_not_asks_nothing(english: str, french: str, lexicon: Lexicon) -> None:
    for text in (english, french):
        assert all(line.startswith("unread") for line in read(text, lexicon))


@pytest.mark.parametrize(
    "text",
    ["Patients with or without asthma", "Patients avec ou sans asthme", "Asthma, treated or not"],
)
def test_with_or_without_denies_nothing(text: str, lexicon: Lexicon) -> None:
    asked = {"condition asthma, current"} if "," in text else set()
    found = [line for line in read(text, lexicon) if "un" not in line and line != "all of"]
    assert set(found) == asked


def test_what_follows_whether_or_not_is_asked(lexicon: Lexicon) -> None:
    assert read("Hospitalized or not hospitalized, with COVID-19", lexicon) == [
        "condition COVID-19, current"
    ]


@pytest.mark.parametrize("text", ["Non-severe asthma", "Non-healing ulcer"])
def test_non_before_a_word_denies_that_word_alone(text: str, lexicon: Lexicon) -> None:
    rule = read(text, lexicon)
    assert not any("not " in line for line in rule)
    assert f"unread “{text.partition(' ')[0]}”" in rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [("Non-pregnant", ["not state pregnant"]), ("Non-smoker", ["state never_smoker"])],
)
def test_non_before_what_is_known_denies_it(text: str, rule: list[str], lexicon: Lexicon) -> None:
    assert read(text, lexicon) == rule


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Borg dyspnea score > 3", "condition unknown “dyspnea”, current"),
        ("Cancer screening", "condition unknown “Cancer”, current"),
        ("Endoscopically evidenced asthma", "procedure unknown “Endoscopically”, current"),
        (
            "Histologically confirmed melanoma",
            "procedure unknown “Histologically confirmed”, current",
        ),
        (
            "Mélanome confirmé histologiquement",
            "procedure unknown “confirmé histologiquement”, current",
        ),
    ],
)
def test_a_disease_or_test_in_another_noun_is_shown(
    text: str, shown: str, lexicon: Lexicon
) -> None:
    assert shown in read(text, lexicon)


@pytest.mark.parametrize("text", ["Allergic asthma", "Asthme allergique"])
def test_an_allergic_disease_is_no_allergy_besides(text: str, lexicon: Lexicon) -> None:
    assert not any("hypersensitivity" in line for line in read(text, lexicon))


@pytest.mark.parametrize(
    "text",
    [
        "Patients must not have asthma",
        "Subjects must not have asthma",
        "Les patients ne doivent pas être asthmatiques",
    ],
)
def test_what_is_asked_among_the_exclusions_is_asked(text: str, lexicon: Lexicon) -> None:
    criterion = parse_criterion("exclusion", text, lexicon)
    assert list(tree(criterion.rule, lexicon)) == ["not condition asthma, current"]
    listed = parse(f"Exclusion criteria:\n- {text}\n- Diabetes", lexicon)
    assert [each.kind for each in listed] == ["inclusion", "exclusion"]


def test_who_must_do_something_is_kept_out(lexicon: Lexicon) -> None:
    listed = parse("Exclusion criteria:\n- Patients who must take aspirin", lexicon)
    assert [each.kind for each in listed] == ["exclusion"]


@pytest.mark.parametrize(
    "text",
    [
        "Symptoms include but are not limited to: cough",
        "Symptoms not limited to cough",
        "Symptômes, sans s’y limiter : toux",
    ],
)
def test_not_limited_to_denies_nothing(text: str, lexicon: Lexicon) -> None:
    assert not any(line.startswith("not ") for line in read(text, lexicon))


def test_examples_of_what_is_judged_are_judged_too(lexicon: Lexicon) -> None:
    judged = "Disease that is a risk in the opinion of the investigator, including asthma"
    criterion = parse_criterion("exclusion", judged, lexicon)
    assert list(tree(criterion.rule, lexicon))[-3:] == [
        "  all of",
        "    condition asthma, current",
        "    unread “including”",
    ]


@pytest.mark.parametrize(
    ("name", "wider", "holds"),
    [
        ("ibuprofen", "disease-modifying antirheumatic drugs", False),
        ("methotrexate", "disease-modifying antirheumatic drugs", True),
        ("ibuprofen", "nonsteroidal anti-inflammatory drugs", True),
    ],
)
def test_what_eases_pain_modifies_no_disease(
    name: str, wider: str, lexicon: Lexicon, *, holds: bool
) -> None:
    one, other = (_first(text, Kind.DRUG, lexicon) for text in (name, wider))
    assert lexicon.is_a(one, other) is holds


@pytest.mark.parametrize("text", ["pulmonary disease", "maladie pulmonaire"])
def test_hay_fever_is_no_disease_of_the_lungs(text: str, lexicon: Lexicon) -> None:
    hay_fever = _first("seasonal allergic rhinitis", Kind.CONDITION, lexicon)
    assert not lexicon.is_a(hay_fever, _first(text, Kind.CONDITION, lexicon))


def _first(text: str, kind: Kind, lexicon: Lexicon) -> str:
    found = lexicon.lookup(text, near=False)
    return next(each.concept.id for each in found if each.concept.kind is kind)


@pytest.mark.parametrize(
    "text",
    [
        "Chemotherapy for leukemia or lymphoma",
        "Chimiothérapie pour une leucémie ou un lymphome",
        "Hospitalization for asthma or COPD",
        "Insulin for type 1 diabetes or type 2 diabetes",
    ],
)
def test_what_something_was_done_for_is_no_disease_by_itself(text: str, lexicon: Lexicon) -> None:
    asked = [line for line in read(text, lexicon) if line.startswith("condition ")]
    assert len(asked) == 2
    assert all(line.startswith("condition unknown") for line in asked)


@pytest.mark.parametrize(
    "text", ["History of leukemia or lymphoma", "Tested positive for HIV or hepatitis B"]
)
def test_diseases_that_are_asked_for_stay_what_is_asked(text: str, lexicon: Lexicon) -> None:
    asked = [line for line in read(text, lexicon) if line.startswith("condition ")]
    assert len(asked) == 2
    assert not any(line.startswith("condition unknown") for line in asked)


@pytest.mark.parametrize(
    "text",
    ["No alcohol use > 3 drinks per day", "Pas de consommation d'alcool > 3 verres par jour"],
)
def test_how_much_somebody_drinks_is_asked_and_not_whether(text: str, lexicon: Lexicon) -> None:
    assert read(text, lexicon) == ["not drinks_per_day > 3 /d"]
