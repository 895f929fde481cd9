"""A patient whom nobody has to name: whatever the caller calls them is not carried any further.

CodeX's app (mcode/clinical-trial-matching-app, clinical-trial-search.ts) calls everybody
"search_patient" or a random word with an underscore, which are no FHIR ids. It leaves out whom a
resource is about, since there is but one patient, and that an observation is final. What is stored
has to say both; here it is meant.
"""

from typing import Any, Final

from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.intake.fhir_values import kind_and_target, target

Json = dict[str, Any]

NAME: Final = "patient"
ABOUT: Final = ("subject", "patient")
# Resources that R4 wants to name somebody, and where.
WHOM: Final = {
    "AllergyIntolerance": "patient",
    "Condition": "subject",
    "MedicationRequest": "subject",
    "MedicationStatement": "subject",
    "Procedure": "subject",
}
ONE_PATIENT: Final = N_("The bundle has to hold one Patient.")


def nameless(bundle: Json) -> Json:
    """The same bundle, its patient under one name of ours wherever it is spoken of.

    Raises:
        WrongUsage: it holds no patient, or several.
    """
    entries = bundle.get("entry", [])
    patients = [each for each in entries if each["resource"]["resourceType"] == "Patient"]
    if len(patients) != 1:
        raise WrongUsage(ONE_PATIENT)
    [patient] = patients
    called = {str(patient["resource"].get("id", "")), target({"reference": patient.get("fullUrl")})}
    return {
        **bundle,
        "entry": [
            {"resource": _renamed(each["resource"], called - {"", "None"})} for each in entries
        ],
    }


def _renamed(resource: Json, called: set[str]) -> Json:
    if resource["resourceType"] == "Patient":
        return {**resource, "id": NAME}
    kind, named = resource["resourceType"], {"reference": f"Patient/{NAME}"}
    made = dict(resource)
    made |= {name: named for name in ABOUT if _names(resource.get(name), called)}
    if kind in WHOM and WHOM[kind] not in made:
        made[WHOM[kind]] = named
    if kind == "Observation" and "status" not in made:
        made["status"] = "final"
    return made


def _names(about: object, called: set[str]) -> bool:
    reference = about.get("reference") if isinstance(about, dict) else None
    if not isinstance(reference, str):
        return False
    kind, name = kind_and_target(reference)
    return kind in {"", "Patient"} and name in called
