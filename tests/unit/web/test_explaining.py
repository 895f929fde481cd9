"""What a match is explained with: what each part of a criterion rests on, and what was not read."""

from dataclasses import replace
from datetime import date

from recruit.criteria.truth import Truth
from recruit.matching.reference import explain
from recruit.people.facts import ClinicalFact, Profile, StateFact
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.eligibility import read_eligibility
from recruit.web.explaining import Explained, explained

STROKE = ClinicalFact(Kind.CONDITION, "AVC", ("MESH:D020521",), status="absent")
ANNA = Profile(person="P-1", facts=(STROKE,), complete=frozenset({Kind.CONDITION}))


def absent(lexicon: Lexicon, exclusion: str, profile: Profile) -> Explained:
    """The one criterion, an exclusion, of which the person is free."""
    draft = TrialDraft(id="T-1", title="T", criteria=f"Exclusion Criteria:\n\n* {exclusion}")
    found = explain(read_eligibility(draft, lexicon), profile, lexicon, date(2026, 11, 22))
    [said] = explained(found, profile, "en", "en", lexicon, draft.criteria)[Truth.YES]
    return said


def test_a_part_without_a_fact_says_on_what_it_rests(lexicon: Lexicon) -> None:
    said = absent(lexicon, "Myocardial infarction or stroke within 6 months", ANNA)
    assert [each.words for each in said.facts] == ["stroke: no"]
    assert said.grounds == (
        ("Myocardial infarction", "Not in a list that the person says is complete"),
    )


def test_a_fact_goes_by_the_readers_name_with_the_records_words_beside_it(lexicon: Lexicon) -> None:
    said = absent(lexicon, "Stroke", ANNA)
    assert [(each.words, each.text) for each in said.facts] == [("stroke: no", "AVC")]


def test_what_was_not_read_of_a_settled_criterion_is_said(lexicon: Lexicon) -> None:
    profile = replace(ANNA, facts=(StateFact("other_trial", "absent"),))
    said = absent(lexicon, "Participation in another clinical trial in the last 30 days", profile)
    assert said.unread


def test_what_is_absent_is_underlined_as_in_favour(lexicon: Lexicon) -> None:
    said = absent(lexicon, "Stroke", ANNA)
    assert {each.sign for each in said.pieces} - {""} == {"yes"}
