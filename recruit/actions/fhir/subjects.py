"""People on their way into a study as FHIR R4 ResearchSubjects, under their pseudonyms."""

from collections.abc import Mapping
from typing import Final

from recruit.actions.fhir.naming import Json, changed, person_reference, study_reference
from recruit.referrals.paths import OPEN, Path, State

# http://hl7.org/fhir/R4/valueset-research-subject-status.html: on-study begins with enrolment, and
# what comes before it is a candidate's way. Whoever leaves a study is off it; whoever was never in
# it has withdrawn, or could not be registered.
STATUSES: Final[Mapping[State, str]] = {
    State.INTERESTED: "potential-candidate",
    State.PRESCREENED: "candidate",
    State.RELEASED: "candidate",
    State.CONTACTED: "candidate",
    State.SCREENING: "screening",
    State.ENROLLED: "on-study",
    State.SCREEN_FAILURE: "ineligible",
    State.WITHDREW: "off-study",
    State.UNREACHABLE: "not-registered",
    State.WITHDRAWN: "withdrawn",
    State.DECLINED: "withdrawn",
}
GOES_ON: Final = OPEN | {State.ENROLLED}


def research_subject(path: Path) -> Json:
    """The resource of one person's path through one trial."""
    period = {"start": path.begun_at.isoformat(timespec="seconds")}
    if path.state not in GOES_ON:
        period["end"] = path.since.isoformat(timespec="seconds")
    return {
        "resourceType": "ResearchSubject",
        "id": str(path.number),
        "meta": changed(path.since),
        "status": STATUSES[path.state],
        "period": period,
        "study": study_reference(path.trial),
        "individual": person_reference(path.person),
    }
