"""Whatever the text, the parser answers, and what it says stands where it says it does."""

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recruit.core.paths import default_data_folder
from recruit.criteria.codec import decode_criterion, encode_criterion
from recruit.criteria.eligibility import Criterion, leaves
from recruit.criteria.nodes import Age, Clinical, Leaf, Measure, Sex, Unparsed
from recruit.criteria.soundness import admits_unknown
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.numerals import WORD
from recruit.trials.parser import parse, parse_criterion

WORDS = [
    "asthma stroke", "type 2 diabetes", "HbA1c", "ECOG", "NYHA class", "AST", "ALT",
    "blood pressure", "age", "aged", "years", "months", "≥", "<=", ">", "<", "=", "at least",
    "between", "to", "18", "7.5", "%", "mg/dL", "140/90", "x ULN", "LSN", "0-2", "III", "and",
    "or", ",", ";", ".", ":", "/", "(", ")", "[", "]", "no", "not", "without", "history of",
    "prior", "active", "severe", "moderate", "unless", "except", "other than", "such as", "e.g.",
    "with or without", "within", "6 months", "prior to enrolment", "for at least", "since",
    "allergy to", "penicillin", "pregnant", "breastfeeding", "women", "men", "male", "female",
    "of childbearing potential", "must", "use contraception", "informed consent", "speak",
    "English", "family history of", "risk of", "defined as", "one of the following:",
    "are excluded", "allowed", "chirurgie", "antécédents de", "diabète de type 2",
    "dans les 6 derniers mois", "supérieur à", "compris entre", "et", "ou", "sauf",
    "if", "If female,", "for women", "chez les hommes", "both genders", "children and adults",
    "birth to", "6 months to less than 13 years", "moderate to severe", "relapsed or refractory",
    "at least two of the following:", "diagnosed", "onset", "off", "negative pregnancy test",
    "transaminases", "ne doivent pas", "depuis moins de", "significant renal", "20/40 or better",
    "femmes enceintes", "renal or hepatic", "failure", "hépatite B ou C", "de plus de 65 ans",
    "stade 2 ou 3 de Hoehn et Yahr", "MMSE score of 24 or more", "première ligne",
    "\\>", "m\\^2", "&lt;", "hepatic", "requiring", "xyz",
]  # fmt: skip
BREAKS = ("\n", "\r\n", "\n\n", "\n* ", "\n  - ", "\n1. ", "\n    a) ", "\nExclusion Criteria:\n",
          "\nCritères d'inclusion :\n", "\nCohort A:\n", "\nAllowed:\n", "\tand ")  # fmt: skip

texts = st.one_of(
    st.lists(st.sampled_from((*WORDS, *BREAKS)), max_size=60).map(" ".join),
    st.text(max_size=200),
)
ONE_LEXICON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


MALE = re.compile(
    r"(?i)\b(?:males?|m[ae]n|boys?|hommes?|gar[cç]ons?|masculin|both|(?:each|either) ?sex)"
)
FEMALE = re.compile(r"(?i)\b(?:females?|wom[ae]n|girls?|femmes?|filles?|f[eé]minin)")
NUMBER = re.compile(
    rf"(?i)\d|{WORD}|[ul]ln|l[si]n|normal|birth|naissance|born|adult|child|enfant|majeur"
)


def says(words: str, leaf: Leaf) -> bool:
    """Whether `words`, where the leaf stands, say what the leaf says."""
    match leaf:
        case Clinical() | Unparsed() if leaf.text != "…":
            return " ".join(leaf.text.split()) in words
        case Sex(value="male"):
            return bool(MALE.search(words))
        case Sex():
            return bool(FEMALE.search(words))
        case Age():
            return bool(NUMBER.search(words))
        case Measure():  # of two pressures, the name stands for one and the figures for the other
            return any(sign.isalnum() for sign in words)
        case _:
            return bool(words)


def spans(criterion: Criterion) -> list[tuple[int, int]]:
    return [leaf.span for leaf in leaves(criterion.rule) if leaf.span]


@given(text=texts)
@ONE_LEXICON
def test_every_place_lies_inside_the_text(text: str, lexicon: Lexicon) -> None:
    for criterion in parse(text, lexicon):
        for start, end in (*spans(criterion), *([criterion.span] if criterion.span else [])):
            assert 0 <= start < end <= len(text)


@given(text=texts)
@ONE_LEXICON
def test_leaves_of_one_criterion_do_not_overlap(text: str, lexicon: Lexicon) -> None:
    for criterion in parse(text, lexicon):
        places = sorted(spans(criterion))
        assert all(one[1] <= other[0] for one, other in pairwise(places))


@given(text=texts)
@ONE_LEXICON
def test_a_leaf_stands_where_its_words_stand(text: str, lexicon: Lexicon) -> None:
    for criterion in parse(text, lexicon):
        for leaf in leaves(criterion.rule):
            if leaf.span and "\\" not in text and "&" not in text:
                assert says(" ".join(text[slice(*leaf.span)].split()), leaf)


@given(text=texts)
@ONE_LEXICON
def test_what_was_read_lies_within_its_criterion(text: str, lexicon: Lexicon) -> None:
    for criterion in parse(text, lexicon):
        read = (leaf for leaf in leaves(criterion.rule) if not isinstance(leaf, Unparsed))
        for leaf in read:  # the name of a cohort, which nobody reads, stands in its heading
            assert criterion.span is not None
            if leaf.span:
                assert criterion.span[0] <= leaf.span[0] < leaf.span[1] <= criterion.span[1]


@given(text=texts)
@ONE_LEXICON
def test_criteria_follow_each_other_and_do_not_overlap(text: str, lexicon: Lexicon) -> None:
    places = [criterion.span for criterion in parse(text, lexicon) if criterion.span]
    assert all(one[1] <= other[0] for one, other in pairwise(places))


@given(text=texts)
@ONE_LEXICON
def test_nobody_unknown_is_let_in(text: str, lexicon: Lexicon) -> None:
    assert not any(admits_unknown(criterion) for criterion in parse(text, lexicon))


@given(text=texts)
@ONE_LEXICON
def test_what_was_read_survives_being_stored(text: str, lexicon: Lexicon) -> None:
    for criterion in parse(text, lexicon):
        assert decode_criterion(encode_criterion(criterion), "trial") == criterion


@given(text=texts, kind=st.sampled_from(["inclusion", "exclusion"]))
@ONE_LEXICON
def test_one_statement_alone_is_always_one_criterion(
    text: str, kind: str, lexicon: Lexicon
) -> None:
    criterion = parse_criterion(kind, text, lexicon)  # type: ignore[arg-type]
    assert criterion.kind == kind
    assert not isinstance(criterion.rule, Unparsed) or criterion.rule.text is not None
