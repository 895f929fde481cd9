"""Names of diseases, drugs and procedures: written twice, known by their ending, or not known."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Clinical, Ordinal, Rule
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion


def rule(text: str, lexicon: Lexicon) -> Rule:
    return parse_criterion("exclusion", text, lexicon).rule


def shown(text: str, lexicon: Lexicon) -> list[tuple[Kind, str]]:
    """The clinical leaves: their kind, and the words at their place."""
    return [
        (leaf.kind, text[slice(*leaf.span)])
        for leaf in leaves(rule(text, lexicon))
        if isinstance(leaf, Clinical) and leaf.span
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("imipramine (Tofranil)", "imipramine (Tofranil)"),
        ("pulmonary embolism (PE)", "pulmonary embolism (PE)"),
        ("sclérose en plaques (SEP)", "sclérose en plaques (SEP)"),
    ],
)
def test_two_names_of_one_thing_are_one_place(text: str, place: str, lexicon: Lexicon) -> None:
    assert [words for _, words in shown(text, lexicon)] == [place]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Contraindication to aspirin", "Contraindication to"),
        ("Contraindications for MRI", "Contraindications for"),
        ("intolerance to metformin", "intolerance to"),
        ("contre-indication à l'aspirine", "contre-indication à"),
        ("intolérance à la metformine", "intolérance à"),
    ],
)
def test_what_forbids_a_treatment_is_shown_as_a_condition_that_nothing_answers(
    text: str, words: str, lexicon: Lexicon
) -> None:
    found = [leaf for leaf in leaves(rule(text, lexicon)) if isinstance(leaf, Clinical)]
    assert (Kind.CONDITION, words) in shown(text, lexicon)
    assert not any(leaf.concepts for leaf in found)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("use of weight-lowering drugs", Kind.DRUG, "drugs"),
        ("sensitive CYP2C9 substrates", Kind.DRUG, "substrates"),
        ("médicaments amaigrissants", Kind.DRUG, "médicaments"),
        ("substrats sensibles du CYP2C9", Kind.DRUG, "substrats"),
        ("treated with newtecan", Kind.DRUG, "newtecan"),
        ("traité par nouvoxacine", Kind.DRUG, "nouvoxacine"),
    ],
)
def test_a_drug_that_no_source_names_is_known_by_its_noun_or_its_stem(
    text: str, kind: Kind, words: str, lexicon: Lexicon
) -> None:
    assert shown(text, lexicon) == [(kind, words)]


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("receiving TDF", "patients sous TDF"),
        ("treated with gabapentinoids", "traité par gabapentinoïdes"),
        ("use of phosphate binders", "prise de chélateurs du phosphate"),
        ("prior therapy with FOLFOX", "antécédent de traitement par FOLFOX"),
    ],
)
def test_classes_and_short_forms_of_drugs_mean_the_same_in_both_languages(
    english: str, french: str, lexicon: Lexicon
) -> None:
    both = [
        [leaf.concepts for leaf in leaves(rule(text, lexicon)) if isinstance(leaf, Clinical)]
        for text in (english, french)
    ]
    assert both[0] == both[1] != [()]
    assert all(both[0])


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("ASA > 3", ("4", "5", "6")),
        ("ASA (American Society of Anesthesiologists) class IV", ("4",)),
        ("score ASA > 3", ("4", "5", "6")),
    ],
)
def test_a_short_form_before_a_grade_is_the_scale(
    text: str, grades: tuple[str, ...], lexicon: Lexicon
) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Ordinal)
    assert (found.variable, found.values) == ("asa", grades)


@pytest.mark.parametrize("text", ["taking ASA", "ASA within 7 days", "ASA 100 mg daily"])
def test_the_same_short_form_without_a_grade_is_the_drug(text: str, lexicon: Lexicon) -> None:
    assert (Kind.DRUG, "ASA") in shown(text, lexicon)


@pytest.mark.parametrize(
    "text", ["positive hepatitis B surface antigen", "antigène HBs positif", "HBsAg positive"]
)
def test_an_antigen_that_is_looked_for_is_no_drug(text: str, lexicon: Lexicon) -> None:
    assert {kind for kind, _ in shown(text, lexicon)} == {Kind.CONDITION}


def test_the_vaccine_of_the_study_itself_only_says_when(lexicon: Lexicon) -> None:
    text = "any vaccine within 30 days before the first study vaccination"
    assert [words for _, words in shown(text, lexicon)] == ["vaccine"]
