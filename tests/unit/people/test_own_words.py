"""Whose word counts when a community's file comes in beside what the person told."""

from dataclasses import replace

import pytest

from recruit.core.dates import PartialDate
from recruit.people.codec import decode, encode
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    Home,
    MeasureFact,
    OwnWords,
    Profile,
    Source,
    StateFact,
)
from recruit.people.own_words import is_complete, of_community, own_words_first, settled
from recruit.terminology.concepts import Kind

ASTHMA = ClinicalFact(Kind.CONDITION, "asthma", ("MESH:D001249",), source=Source.COMMUNITY)
DIABETES = ClinicalFact(Kind.CONDITION, "diabetes", ("MESH:D003924",), source=Source.COMMUNITY)
DAY = PartialDate.parse("2026-10-01")
HBA1C = MeasureFact("hba1c", 7.8, DAY, source=Source.RECORD)
SMOKER = StateFact("smoker", source=Source.COMMUNITY)
WORDS = ClinicalFact(Kind.CONDITION, "bad nerves", ())


def profile(*facts: Fact, own: OwnWords | None = None) -> Profile:
    return Profile("P-1", facts=facts, own=own or OwnWords())


def told(fact: ClinicalFact, **changes: object) -> ClinicalFact:
    return replace(fact, source=Source.OWN, **changes)  # type: ignore[arg-type]


def test_what_the_person_denied_stays_denied() -> None:
    denied = told(ASTHMA, status="absent")
    after = own_words_first(profile(ASTHMA, DIABETES), profile(denied, DIABETES))
    assert set(after.facts) == {denied, DIABETES}


def test_what_only_the_person_told_stays() -> None:
    own = told(ASTHMA)
    assert own_words_first(profile(DIABETES), profile(own)).facts == (own, DIABETES)


def test_what_the_community_no_longer_says_goes() -> None:
    assert own_words_first(profile(DIABETES), profile(ASTHMA)).facts == (DIABETES,)


@pytest.mark.parametrize("fact", [ASTHMA, HBA1C, SMOKER], ids=["clinical", "measure", "state"])
def test_what_was_struck_out_does_not_come_back(fact: Fact) -> None:
    struck = {
        ASTHMA: "condition MESH:D001249",
        HBA1C: "hba1c 2026-10-01",
        SMOKER: "state smoker",
    }[fact]
    known = profile(own=OwnWords(struck=frozenset({struck})))
    assert own_words_first(profile(fact), known).facts == ()


def test_a_value_corrected_on_its_day_stays_and_a_later_one_is_news() -> None:
    own = MeasureFact("hba1c", 7.1, DAY)
    later = replace(HBA1C, value=8.0, taken=PartialDate.parse("2026-11-01"))
    assert own_words_first(profile(HBA1C, later), profile(own)).facts == (own, later)


def test_attributes_stay_as_answered_and_follow_the_file_otherwise() -> None:
    known = replace(
        profile(own=OwnWords(told=frozenset({"sex", "languages"}))),
        sex="female",
        languages=frozenset({"fr"}),
        home=Home("FR", "75012"),
    )
    imported = replace(profile(), sex="male", languages=frozenset({"en"}), home=Home("FR", "69003"))
    after = own_words_first(imported, known)
    assert (after.sex, after.home.postcode) == ("female", "69003")
    assert after.languages == {"fr"}


def test_a_list_that_the_person_called_open_is_not_closed_by_a_file() -> None:
    imported = replace(profile(), complete=frozenset({Kind.DRUG, Kind.CONDITION}))
    after = own_words_first(imported, profile(own=OwnWords(told=frozenset({"incomplete drug"}))))
    assert after.complete == {Kind.CONDITION}


def test_a_list_that_the_person_called_complete_stays_so() -> None:
    known = settled(profile(own=OwnWords(told=frozenset({"complete drug"}))))
    assert own_words_first(profile(), known).complete == {Kind.DRUG}


def test_a_list_with_words_that_nobody_understood_proves_nothing() -> None:
    closed = settled(profile(WORDS, own=OwnWords(told=frozenset({"complete condition"}))))
    assert closed.complete == frozenset()
    assert is_complete(closed, "condition") is True


def test_derived_facts_follow_what_stands_now() -> None:
    known = replace(profile(own=OwnWords(told=frozenset({"sex"}))), sex="male")
    imported = settled(replace(profile(), sex="female"))
    derived = own_words_first(imported, known).facts
    assert StateFact("pregnant", "absent", source=Source.DERIVED) in derived


def test_nothing_that_a_community_hands_over_is_the_persons_own_word() -> None:
    handed = of_community(profile(told(ASTHMA), HBA1C, StateFact("smoker")))
    assert [fact.source for fact in handed.facts] == ["community", "record", "community"]


def test_own_words_are_kept_with_the_profile() -> None:
    own = OwnWords(frozenset({"sex"}), frozenset({"hba1c"}), frozenset({"state smoker"}))
    assert decode(encode(profile(own=own))).own == own
