"""Each answer as a change of the profile."""

from dataclasses import replace
from datetime import date

import pytest

from recruit.core.dates import PartialDate
from recruit.people import telling
from recruit.people.asking import measures_to_ask, states_to_ask
from recruit.people.facts import ClinicalFact, MeasureFact, OwnWords, Profile, Source, StateFact
from recruit.people.own_words import own_words_first
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

EMPTY = Profile("P-1")
YEAR = PartialDate.parse("2015")
RECORDED = ClinicalFact(Kind.CONDITION, "E11", ("MESH:D003924",), began=YEAR, source=Source.RECORD)
TOLD = ClinicalFact(Kind.CONDITION, "diabète", ("MESH:D003924",))
SMOKER = StateFact("smoker", source=Source.COMMUNITY)


def with_(*facts: ClinicalFact | MeasureFact | StateFact) -> Profile:
    return replace(EMPTY, facts=facts)


def test_what_only_repeats_the_record_leaves_its_date() -> None:
    assert telling.with_facts(with_(RECORDED), [TOLD]).facts == (RECORDED,)


def test_what_says_more_is_the_persons_own_word() -> None:
    denied = replace(TOLD, status="absent")
    assert telling.with_facts(with_(RECORDED), [denied]).facts == (denied,)


def test_not_knowing_a_list_is_no_empty_list() -> None:
    profile = telling.with_doubts(EMPTY, [Kind.CONDITION])
    assert (profile.complete, profile.facts) == (frozenset(), ())
    assert profile.own.unsure == {"condition"}


def test_not_knowing_a_state_is_unknown_and_no_absence() -> None:
    profile = telling.with_facts(with_(SMOKER), [StateFact("smoker", "unknown")])
    assert profile.facts == (StateFact("smoker", "unknown"),)


def test_who_is_asked_and_does_not_know_keeps_what_others_reported() -> None:
    known = replace(with_(RECORDED), complete=frozenset({Kind.CONDITION}))
    asked = replace(TOLD, status="unknown")
    assert telling.with_unknown(known, [asked]).facts == (RECORDED,)


def test_who_does_not_know_any_more_takes_back_what_they_said() -> None:
    unsure = replace(TOLD, status="unknown")
    assert telling.with_unknown(with_(TOLD), [unsure]).facts == (unsure,)


def test_what_is_doubted_in_full_view_does_not_come_back_with_the_next_file() -> None:
    unsure = StateFact("smoker", "unknown")
    doubting = telling.with_facts(with_(SMOKER), [unsure])
    assert own_words_first(with_(SMOKER), doubting).facts == (unsure,)


def test_a_later_report_goes_before_what_the_person_did_not_know() -> None:
    unsure = telling.with_unknown(EMPTY, [StateFact("smoker", "unknown")])
    after = own_words_first(with_(SMOKER), unsure).facts
    assert SMOKER in after
    assert StateFact("smoker", "unknown") not in after


@pytest.mark.parametrize("tell", [True, False], ids=["told", "corrected"])
def test_a_smoker_has_smoked(*, tell: bool) -> None:
    never = StateFact("never_smoker")
    no = StateFact("smoker", "absent")
    known = with_(never, no)
    smokes = StateFact("smoker")
    profile = (
        telling.with_facts(known, [smokes]) if tell else telling.with_correction(known, no, smokes)
    )
    states = {f.state: f.status for f in profile.facts if isinstance(f, StateFact)}
    assert states == {"smoker": "present", "never_smoker": "absent"}


def test_whoever_tells_is_no_longer_unsure() -> None:
    unsure = telling.with_doubts(EMPTY, [Kind.CONDITION, "weight"])
    told = telling.with_facts(unsure, [TOLD, MeasureFact("weight", 82)])
    assert told.own.unsure == frozenset()


def test_a_complete_list_is_complete_until_the_person_says_otherwise() -> None:
    closed = telling.with_list(EMPTY, Kind.DRUG, complete=True)
    opened = telling.with_list(closed, Kind.DRUG, complete=False)
    assert closed.complete == {Kind.DRUG}
    assert opened.complete == frozenset()


def test_an_unticked_box_says_nothing_where_nothing_was_said() -> None:
    assert telling.with_list(EMPTY, Kind.DRUG, complete=False).own == OwnWords()


def test_a_list_that_a_community_closed_is_opened() -> None:
    closed = replace(EMPTY, complete=frozenset({Kind.DRUG}))
    assert telling.with_list(closed, Kind.DRUG, complete=False).complete == frozenset()


def test_what_is_taken_out_is_remembered_so_that_it_stays_out() -> None:
    profile = telling.without_fact(with_(RECORDED), RECORDED)
    assert profile.facts == ()
    assert profile.own.struck == {"condition MESH:D003924"}


def test_what_is_told_again_may_come_back() -> None:
    struck = telling.without_fact(with_(RECORDED), RECORDED)
    assert telling.with_facts(struck, [TOLD]).own.struck == frozenset()


def test_a_corrected_date_takes_the_old_value_along() -> None:
    wrong = MeasureFact("hba1c", 7.8, PartialDate.parse("2026-10-01"), source=Source.COMMUNITY)
    right = MeasureFact("hba1c", 7.8, PartialDate.parse("2026-09-01"))
    profile = telling.with_correction(with_(wrong), wrong, right)
    assert profile.facts == (right,)
    assert profile.own.struck == {"hba1c 2026-10-01"}


def test_a_postcode_gives_the_place() -> None:
    home = telling.with_home(EMPTY, "FR", "75 012").home
    assert (home.postcode, home.lat, home.lon) == ("75012", 48.84, 2.39)


def test_an_unknown_postcode_is_kept_without_a_place() -> None:
    home = telling.with_home(EMPTY, "FR", "99999").home
    assert (home.country, home.postcode, home.lat) == ("FR", "99999", None)


def test_who_does_not_say_where_they_live_is_asked_no_more() -> None:
    profile = telling.with_home(telling.with_home(EMPTY, "FR", "75012"), None, "")
    assert profile.home.country is None
    assert profile.own.unsure == {"home"}


@pytest.mark.parametrize(("sex", "unsure"), [("female", frozenset()), (None, {"sex"})])
def test_sex_may_stay_unsaid(sex: str | None, unsure: set[str]) -> None:
    profile = telling.with_sex(EMPTY, sex)  # type: ignore[arg-type]
    assert profile.sex == sex
    assert profile.own.unsure == unsure


def test_measures_follow_from_what_was_told(lexicon: Lexicon) -> None:
    assert measures_to_ask(EMPTY, lexicon) == ("height", "weight")
    assert measures_to_ask(with_(TOLD), lexicon) == ("height", "weight", "hba1c")


def test_a_denied_disease_asks_for_no_value(lexicon: Lexicon) -> None:
    denied = replace(TOLD, status="absent")
    assert measures_to_ask(with_(denied), lexicon) == ("height", "weight")


@pytest.mark.parametrize(
    ("profile", "asked"),
    [
        (replace(EMPTY, sex="female", born=PartialDate.parse("1990-05")), True),
        (replace(EMPTY, sex="male", born=PartialDate.parse("1990-05")), False),
        (replace(EMPTY, sex="female", born=PartialDate.parse("1940-05")), False),
        (EMPTY, True),
    ],
    ids=["woman", "man", "old woman", "nobody knows"],
)
def test_a_pregnancy_is_asked_for_where_it_may_be(profile: Profile, *, asked: bool) -> None:
    assert ("pregnant" in states_to_ask(profile, date(2026, 11, 21))) is asked
