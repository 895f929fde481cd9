import pytest

from recruit.core.dates import PartialDate, TimeUnit
from recruit.core.errors import Refusal
from recruit.trials.draft import AgeLimit, Contact, SiteDraft, TrialStatus, encode_draft
from recruit.trials.sources.ctgov import read_ctgov
from tests.unit.trials.samples import ctgov


def test_a_study_of_the_api_is_read() -> None:
    draft = read_ctgov(ctgov(), "file")
    assert (draft.id, draft.title) == ("NCT90000001", "Walking and Blood Sugar")
    assert (draft.conditions, draft.interventions) == (("Type 2 Diabetes",), ("Walking",))
    assert (draft.sex, draft.healthy_volunteers, draft.phase) == ("all", False, "2/3")
    assert draft.youngest == AgeLimit(18, TimeUnit.YEAR)
    assert (draft.starts, draft.target) == (PartialDate.parse("2027-02"), 120)
    assert draft.registry_ids == ("NCT90000009", "OWN-1", "2026-500001-11-00")
    assert draft.url == "https://clinicaltrials.gov/study/NCT90000001"
    assert draft.status is TrialStatus.NOT_YET_RECRUITING


def test_markdown_escapes_stay_in_the_text() -> None:
    assert "HbA1c \\> 7 %\n* BMI 20-30 kg/m\\^2" in read_ctgov(ctgov(), "file").criteria


def test_sites_keep_their_place_and_whom_to_ask_there() -> None:
    town, seoul = read_ctgov(ctgov(), "file").sites
    place = ("Town Hospital", "Lyon", "69003", "FR", 45.75, 4.85, TrialStatus.RECRUITING)
    assert town == SiteDraft(*place, contact=Contact("Trial desk", phone="555-0100 ext. 7"))
    assert seoul == SiteDraft(city="Seoul", country="KR")


def test_the_contacts_of_the_whole_study_are_read() -> None:
    draft = read_ctgov(ctgov(), "file")
    assert draft.contacts == (Contact("Study desk", email="desk@example.org"),)


def test_investigators_are_no_contacts() -> None:
    assert "Ada" not in encode_draft(read_ctgov(ctgov(), "file"))


def test_a_refusal_names_the_study() -> None:
    with pytest.raises(Refusal, match="NCT90000001: max_age: nobody reaches the age of 450 years"):
        read_ctgov(ctgov(maximumAge="450 Years"), "file")


def test_a_study_without_number_is_named_by_its_place() -> None:
    study = ctgov()
    del study["protocolSection"]["identificationModule"]["nctId"]
    with pytest.raises(Refusal, match=r"file study 3: .*nctId: this is missing"):
        read_ctgov(study, "file study 3")


def test_a_section_of_the_wrong_kind_is_refused() -> None:
    study = ctgov()
    study["protocolSection"]["statusModule"] = ["RECRUITING"]
    with pytest.raises(Refusal, match=r"protocolSection.statusModule: this must be an object"):
        read_ctgov(study, "file")


def test_an_unknown_phase_is_refused() -> None:
    study = ctgov()
    study["protocolSection"]["designModule"]["phases"] = ["PHASE9"]
    with pytest.raises(Refusal, match="NCT90000001: phase: “PHASE9” is not a phase known here"):
        read_ctgov(study, "file")
