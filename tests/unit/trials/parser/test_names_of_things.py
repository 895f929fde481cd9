"""Names of diseases, drugs and procedures: written twice, known by their ending, or not known."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Clinical, Rule
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
