"""What our things are called in FHIR: identifiers, their systems, references."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

Json = dict[str, Any]

ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")  # FHIR R4's data type `id`
PERSON: Final = "urn:recruit:person"
"""The system of pseudonyms."""
COMMUNITY: Final = "urn:recruit:community:"
"""Followed by its name: the system of a community's own identifiers."""
TRIAL: Final = "urn:recruit:trial"
# The registries' own addresses, as HL7's examples of ResearchStudy and registries name them.
REGISTRIES: Final = (
    (re.compile(r"NCT\d{8}"), "http://clinicaltrials.gov"),
    (re.compile(r"20\d\d-5\d{5}-\d\d-\d\d"), "https://euclinicaltrials.eu"),
    (re.compile(r"20\d\d-\d{6}-\d\d"), "https://eudract.ema.europa.eu"),
    (re.compile(r"ISRCTN\d{8}"), "https://www.isrctn.com"),
)
HIDDEN: Final = "t-"  # begins what stands for a number that is no FHIR id


def study_id(trial: str) -> str:
    """The id of a trial's ResearchStudy: its number, or a digest where that is no FHIR id."""
    if ID.fullmatch(trial) and not trial.startswith(HIDDEN):
        return trial
    return f"{HIDDEN}{sha256(trial.encode()).hexdigest()[:40]}"


def is_digest(identifier: str) -> bool:
    """Whether the id of a ResearchStudy is a digest of the trial's number."""
    return identifier.startswith(HIDDEN)


def study_reference(trial: str) -> Json:
    """A reference to a trial's ResearchStudy."""
    return {"reference": f"ResearchStudy/{study_id(trial)}", "type": "ResearchStudy"}


def study_identifier(number: str) -> Json:
    """A number of a trial, with the registry that it looks like one of."""
    system = next((name for form, name in REGISTRIES if form.fullmatch(number)), TRIAL)
    return {"system": system, "value": number}


def person_reference(person: str) -> Json:
    """A reference to a person by pseudonym: nobody's Patient can be read here."""
    return {"type": "Patient", "identifier": {"system": PERSON, "value": person}}


def changed(at: datetime) -> Json:
    """The meta of a resource that says no more of its versions than when it last changed."""
    return {
        "versionId": f"{at:%Y%m%d%H%M%S%f}",
        "lastUpdated": at.isoformat(timespec="seconds"),
    }
