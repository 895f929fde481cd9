from collections.abc import Callable
from typing import Any

import pytest

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.trials.draft import Contact, SiteDraft, TrialDraft, TrialStatus, encode_draft
from recruit.trials.sources.ctis import read_ctis
from tests.unit.trials.samples import ctis_before, ctis_now

Shape = Callable[[], dict[str, Any]]
both_shapes = pytest.mark.parametrize("shape", [ctis_now, ctis_before])


def protocol(record: dict[str, Any]) -> dict[str, Any]:
    one = record["authorizedApplication"]["authorizedPartI"]
    found: dict[str, Any] = one["trialDetails"]["trialInformation"]
    return found


def criteria(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = protocol(record)["eligibilityCriteria"]
    return found


@both_shapes
def test_both_shapes_of_the_register_say_the_same(shape: Shape) -> None:
    draft = read_ctis(shape(), "file")
    assert (draft.title, draft.official_title) == (
        "Examplin for asthma",
        "A study of examplin in asthma",
    )
    assert (draft.conditions, draft.keywords) == (("Severe asthma",), ("Asthma",))
    assert draft.interventions == ("EXAMPLIN", "Placebo")
    assert (draft.sex, draft.healthy_volunteers, draft.phase) == ("all", False, "2/3")
    assert (draft.min_age, draft.max_age) == ("18 Years", None)
    assert (draft.sponsor, draft.target) == ("Hôpital Exemple", 100)
    assert draft.status is TrialStatus.RECRUITING
    assert draft.sites == (
        SiteDraft(
            "Hôpital de la Ville",
            "Paris",
            "75013",
            "FR",
            status=TrialStatus.RECRUITING,
            address="1 rue de l’Exemple",
            contact=Contact("Pneumologie", phone="+33 1 99 00 10 10", email="ward@example.org"),
        ),
    )


@both_shapes
def test_the_criteria_become_one_text_in_their_order(shape: Shape) -> None:
    assert read_ctis(shape(), "file").criteria == (
        "Inclusion Criteria:\n\n1. Asthma for at least a year\n2. Use of an inhaler\n   - daily"
        "\n\nExclusion Criteria:\n\n1. Use of the study drug"
    )


def test_a_french_text_is_there_for_french_readers() -> None:
    draft = read_ctis(ctis_now(), "file")
    assert draft.text("fr") == (
        "Critères d'inclusion :\n\n1. Un asthme\n2. Un inhalateur"
        "\n\nCritères d'exclusion :\n\n1. Le produit étudié"
    )
    (french,) = draft.translations
    assert (french.title, french.official_title, french.summary) == (
        "Examplin dans l’asthme",
        "Une étude de l’examplin",
        "Savoir si cela aide",
    )


def test_a_french_text_with_a_hole_is_not_used() -> None:
    record = ctis_now()
    first = criteria(record)["principalExclusionCriteria"][0]
    first["principalExclusionCriteriaTranslations"] = []
    assert read_ctis(record, "file").text("fr").startswith("Inclusion Criteria:")


def written(record: dict[str, Any], inclusion: str, exclusion: str) -> TrialDraft:
    for kind, text in (("Inclusion", inclusion), ("Exclusion", exclusion)):
        for each in criteria(record)[f"principal{kind}Criteria"]:
            each[f"principal{kind}Criteria"] = text
    return read_ctis(record, "file")


def test_a_text_written_in_french_is_known_as_french() -> None:
    draft = written(
        ctis_now(), "Patient de plus de 18 ans avec un asthme", "Refus de la famille ou du patient"
    )
    assert (draft.language, draft.translations) == ("fr", ())
    assert draft.criteria.startswith("Critères d'inclusion :\n\n1. Patient de plus de 18 ans")


def test_a_text_in_a_third_language_is_read_in_its_translation() -> None:
    draft = written(ctis_now(), "Asthma bronchiale seit einem Jahr", "Schwangerschaft, Stillzeit")
    assert (draft.language, draft.criteria) == ("fr", read_ctis(ctis_now(), "x").text("fr"))


def test_dates_are_read_as_the_register_writes_them() -> None:
    draft = read_ctis(ctis_now(), "file")
    assert draft.starts == PartialDate.parse("2026-01-29")
    assert draft.ends == PartialDate.parse("2027-09-30")


def test_other_numbers_are_kept() -> None:
    assert read_ctis(ctis_now(), "file").registry_ids == ("NCT90000002", "2019-000001-11", "EX-1")


def test_the_names_of_staff_are_not_kept() -> None:
    assert "Ada" not in encode_draft(read_ctis(ctis_now(), "file"))


@pytest.mark.parametrize(
    ("codes", "ages"),
    [
        (["2"], (None, "17 Years")),
        (["2", "3"], (None, "64 Years")),
        (["3", "4"], ("18 Years", None)),
        (["3"], ("18 Years", "64 Years")),
        ([], (None, None)),
    ],
)
def test_age_groups_give_bounds(codes: list[str], ages: tuple[str | None, str | None]) -> None:
    record = ctis_now()
    groups = [{"ageRangeCategoryCode": code} for code in codes]
    protocol(record)["populationOfTrialSubjects"]["ageRanges"] = groups
    draft = read_ctis(record, "file")
    assert (draft.min_age, draft.max_age) == ages


def test_women_alone_are_asked_for() -> None:
    record = ctis_now()
    protocol(record)["populationOfTrialSubjects"]["isMaleSubjects"] = False
    assert read_ctis(record, "file").sex == "female"


@pytest.mark.parametrize(
    ("code", "status"),
    [(2, "not_yet_recruiting"), ("5", "active_not_recruiting"), (8, "completed")],
)
def test_status_codes_are_known(code: object, status: str) -> None:
    assert read_ctis(ctis_now() | {"ctPublicStatusCode": code}, "file").status == status


@pytest.mark.parametrize(("begun", "status"), [(True, "recruiting"), (False, "not_yet_recruiting")])
def test_an_authorised_trial_recruits_once_a_country_has_begun(begun: bool, status: str) -> None:  # noqa: FBT001 - a case
    record = ctis_before() | {"ctStatus": "Authorised"}
    record["authorizedPartsII"][0]["mscInfo"]["hasRecruitmentStarted"] = begun
    assert read_ctis(record, "file").status == status


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ctPublicStatusCode": 99}, "2026-500001-11-00: status: “99” is not a status"),
        ({"startDateEU": "32/01/2026"}, "2026-500001-11-00: start_date: .* is not a date"),
        ({"ctNumber": None}, "file: ctNumber: this must be a text"),
        ({"authorizedApplication": {}}, "2026-500001-11-00: authorizedPartI: this is missing"),
    ],
)
def test_what_is_odd_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        read_ctis(ctis_now() | change, "file")


def test_an_unknown_age_group_is_refused() -> None:
    record = ctis_now()
    protocol(record)["populationOfTrialSubjects"]["ageRanges"] = [{"ageRangeCategory": 7}]
    with pytest.raises(Refusal, match="ageRanges: “7” is not an age group known here"):
        read_ctis(record, "file")


def test_whom_the_public_may_ask_is_read() -> None:
    assert read_ctis(ctis_now(), "file").contacts == (
        Contact("Trial desk", phone="+33 1 99 00 10 11", email="trials@example.org"),
    )
