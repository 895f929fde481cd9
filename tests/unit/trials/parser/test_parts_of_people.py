"""Headings that open what is asked of a part of a trial's people: donors, controls, one group."""

import pytest

from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse
from recruit.trials.parser.bullets import bullets
from recruit.trials.parser.sections import heading
from tests.reading.tree import tree


def parts(text: str) -> list[str]:
    """The heading under which each statement stands, where that names a part of the people."""
    return [text[slice(*bullet.cohort)] if bullet.cohort else "" for bullet in bullets(text)]


@pytest.mark.parametrize(
    "words",
    [
        "Donor Eligibility Criteria:",
        "Recipient Exclusion Criteria",
        "Inclusion criteria for healthy controls:",
        "Inclusion criteria (group A):",
        "Exclusion Criteria - Cohort 2",
        "Critères d'inclusion des témoins :",
        "Critères de non-inclusion pour les aidants :",
    ],
)
def test_a_heading_that_names_a_part_opens_it(words: str) -> None:
    opened = heading(words)
    assert opened is not None
    assert opened.part


@pytest.mark.parametrize(
    "words",
    [
        "Inclusion criteria:",
        "Inclusion criteria for all groups:",
        "Exclusion criteria (donor and recipient):",
        "Key inclusion criteria (part 1 and part 2):",
        "Inclusion criteria for patients:",
        "Critères d’inclusion des patients et des témoins :",
    ],
)
def test_a_heading_for_everybody_opens_no_part(words: str) -> None:
    opened = heading(words)
    assert opened is not None
    assert not opened.part


def test_what_is_asked_of_donors_keeps_no_patient_out(lexicon: Lexicon) -> None:
    text = "Donor inclusion criteria:\n- No asthma\n\nRecipient inclusion criteria:\n- Asthma"
    for criterion in parse(text, lexicon):
        first, *_, last = tree(criterion.rule, lexicon)
        assert first == "any of"
        assert last.strip().startswith("unread")


def test_what_keeps_controls_out_keeps_no_patient_out(lexicon: Lexicon) -> None:
    text = (
        "Inclusion criteria:\n- Adults\n\nExclusion criteria:\n- Stroke\n\n"
        "Exclusion criteria for controls:\n- Asthma"
    )
    *_, criterion = parse(text, lexicon)
    assert criterion.kind == "exclusion"
    assert next(iter(tree(criterion.rule, lexicon))) == "all of"


def test_the_next_heading_without_a_part_is_for_everybody() -> None:
    text = (
        "Inclusion criteria for controls:\n- No asthma\n\nInclusion criteria:\n- Asthma\n\n"
        "Exclusion criteria:\n- Stroke"
    )
    assert parts(text) == ["Inclusion criteria for controls:", "", ""]


def test_the_only_part_that_is_named_is_everybody() -> None:
    text = (
        "Healthy volunteers inclusion criteria:\n- Adults\n\n"
        "Healthy volunteers exclusion criteria:\n- Asthma"
    )
    assert parts(text) == ["", ""]


def test_a_part_stays_with_its_heading_within_a_line() -> None:
    text = "Pneumonia Recipient Exclusion Criteria: Pregnancy"
    assert [text[bullet.start : bullet.end] for bullet in bullets(text)] == [
        "Pneumonia",
        "Pregnancy",
    ]
