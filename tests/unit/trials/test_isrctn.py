from typing import Any

import pytest

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.trials.draft import SiteDraft, TrialStatus
from recruit.trials.sources.isrctn import read_isrctn


def trial(**participants: object) -> dict[str, Any]:
    return {
        "isrctn": "90000001",
        "trialDescription": {"title": "Sleep", "scientificTitle": "A trial of sleep"},
        "externalRefs": {
            "clinicalTrialsGovNumber": "Nil known",
            "secondaryNumbers": {"secondaryNumber": "ABC-1"},
        },
        "trialDesign": {"overallEndDate": "2031-10-31T00:00:00.000Z"},
        "participants": {
            "trialCentres": {"trialCentre": {"name": "Ward 1", "country": "Scotland"}},
            "participantTypes": {"participantType": ["Patient", "Healthy volunteer"]},
            "inclusion": "1. Insomnia",
            "exclusion": "1. Sleep apnoea",
            "gender": "All",
            "targetEnrolment": "211",
            "recruitmentStart": "2025-11-01T00:00:00.000Z",
            "recruitmentStatusOverride": "",
        }
        | participants,
        "conditions": {"condition": {"description": "Insomnia"}},
        "interventions": {"intervention": {"phase": "Phase II/III", "drugNames": "Melatonin, X1"}},
        "attachedFiles": "",
    }


def test_a_trial_whose_single_things_stand_without_a_list_is_read() -> None:
    draft = read_isrctn(trial(), "file")
    assert (draft.id, draft.phase, draft.target) == ("ISRCTN90000001", "2/3", 211)
    assert draft.criteria == (
        "Inclusion Criteria:\n\n1. Insomnia\n\nExclusion Criteria:\n\n1. Sleep apnoea"
    )
    assert (draft.conditions, draft.interventions) == (("Insomnia",), ("Melatonin", "X1"))
    assert (draft.sex, draft.healthy_volunteers) == ("all", True)
    assert draft.registry_ids == ("ABC-1",)
    assert draft.sites == (SiteDraft("Ward 1", country="GB"),)
    assert (draft.starts, draft.ends) == (
        PartialDate.parse("2025-11-01"),
        PartialDate.parse("2031-10-31"),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [("", TrialStatus.UNKNOWN), ("Stopped", TrialStatus.TERMINATED), ("Suspended", "suspended")],
)
def test_only_a_status_that_is_written_down_is_taken(word: str, status: str) -> None:
    assert read_isrctn(trial(recruitmentStatusOverride=word), "file").status == status


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        ({"targetEnrolment": "some"}, "ISRCTN90000001: targetEnrolment: this must be a whole"),
        ({"gender": "Odd"}, "ISRCTN90000001: sex: “odd” is not a sex known here"),
        ({"trialCentres": ["a"]}, "trialCentres: this must be an object"),
    ],
)
def test_what_is_odd_is_refused_by_name(odd: dict[str, object], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        read_isrctn(trial(**odd), "file")
