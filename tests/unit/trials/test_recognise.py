import pytest

from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.trials.draft import TrialDraft
from recruit.trials.sources.recognise import drafts, read_trials
from tests.unit.trials.samples import ctgov, ctis_before, ctis_now, exchange


def names(*values: object) -> list[str]:
    """The number of each trial that was taken, the sentence of each that was refused."""
    records = [Record(f"f{number}.json", value) for number, value in enumerate(values, start=1)]
    return [each.id if isinstance(each, TrialDraft) else str(each) for each in read_trials(records)]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (exchange(), "T1"),
        (ctgov(), "NCT90000001"),
        (ctis_now(), "2026-500001-11-00"),
        (ctis_before(), "2022-500001-11-00"),
    ],
)
def test_each_format_is_told_by_what_it_holds(value: object, number: str) -> None:
    assert names(value) == [number]


def test_a_bare_list_and_a_page_are_taken_apart() -> None:
    page = {"studies": [ctgov("NCT90000003")], "nextPageToken": "x"}
    assert names([ctgov(), exchange()], page) == ["NCT90000001", "T1", "NCT90000003"]


def test_one_broken_study_among_good_ones_is_refused_alone() -> None:
    studies = [ctgov(), ctgov("NCT90000004", sex="MARTIAN"), {"a": 1}, exchange()]
    assert names(studies) == [
        "NCT90000001",
        "NCT90000004: sex: “martian” is not a sex known here",
        "f1.json study 3: *: this is no trial in a format known here",
        "T1",
    ]


def test_the_second_trial_with_a_number_is_refused_by_name() -> None:
    assert names([exchange(), exchange("T2")], exchange()) == [
        "T1",
        "T2",
        "T1: id: this trial was there before; the first one counts",
    ]


@pytest.mark.parametrize("value", [[], {"studies": []}])
def test_a_list_without_a_study_is_refused(value: object) -> None:
    assert names(value) == ["f1.json: *: there is no study in it"]


@pytest.mark.parametrize("value", [None, 3, "text", True, {}, {"studies": 3}, [[]]])
def test_what_is_no_trial_is_refused_by_its_place(value: object) -> None:
    assert all(isinstance(each, Refusal) for each in drafts(Record("f.json", value)))


def test_a_refusal_of_a_file_goes_through() -> None:
    broken = Refusal(record="f.json", field="file", problem="the file is empty")
    assert list(read_trials([broken])) == [broken]


def test_a_study_without_criteria_is_refused() -> None:
    study = ctgov()
    del study["protocolSection"]["eligibilityModule"]
    assert names(study) == ["NCT90000001: criteria: this must not be empty"]


@pytest.mark.parametrize("identifier", ["", " ", None])
def test_a_trial_without_number_is_named_by_its_place(identifier: str | None) -> None:
    assert names(exchange(identifier)) == ["f1.json: id: this must not be empty"]


def test_what_somebody_goes_on_writing_may_be_unfinished() -> None:
    (draft,) = drafts(Record("f", {"id": "", "criteria": "", "title": "Walking"}), unfinished=True)
    assert isinstance(draft, TrialDraft)
    assert draft.title == "Walking"
