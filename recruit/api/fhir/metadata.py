"""`/fhir/metadata`: what can be done here, as a CapabilityStatement."""

from importlib.metadata import version
from typing import Any, Final

from flask import Blueprint, Response

from recruit.api.access import anyone
from recruit.api.fhir.answers import FHIR_JSON, OPERATION, PREFIX, cover, resource
from recruit.api.fhir.pages import base
from recruit.api.parts import parts

Json = dict[str, Any]

CHANGED: Final = "2026-11-22"  # the day on which something of this was last changed
FHIR: Final = "4.0.1"
STANDARD: Final = "http://hl7.org/fhir/SearchParameter/"
PERSON: Final = "A pseudonym, or what the caller's own system calls the person"
# Of each resource its search parameters: name, type, R4's definition where it has one, and what it
# takes here.
PARAMETERS: Final = {
    "ResearchStudy": (
        ("_id", "token", "Resource-id", ""),
        ("identifier", "token", "ResearchStudy-identifier", "A number in any registry"),
        ("status", "token", "ResearchStudy-status", ""),
        ("location", "token", "ResearchStudy-location", "A country, ISO 3166-1 alpha-2"),
        ("condition", "token", "", "A code with its system, or words in English or French"),
        ("near", "special", "", "latitude|longitude|distance|km, of a site that looks for people"),
    ),
    "ResearchSubject": (
        ("_id", "token", "Resource-id", ""),
        ("individual", "reference", "ResearchSubject-individual", PERSON),
        ("patient", "reference", "ResearchSubject-patient", PERSON),
        ("study", "reference", "ResearchSubject-study", ""),
    ),
    "Communication": (
        ("_id", "token", "Resource-id", ""),
        ("recipient", "reference", "Communication-recipient", PERSON),
        ("patient", "reference", "Communication-patient", PERSON),
        ("subject", "reference", "Communication-subject", PERSON),
    ),
    "Consent": (
        ("_id", "token", "Resource-id", ""),
        ("patient", "reference", "clinical-patient", PERSON),
    ),
}
RULES: Final = {
    "ResearchStudy": "The public studies, for everybody.",
    "ResearchSubject": "People on their way into the studies of the key's tenant; pseudonymous.",
    "Communication": "Messages about the studies of the key's tenant; pseudonymous, no text.",
    "Consent": "What a community's own people allow, or those whom the key's tenant sees.",
}

blueprint = Blueprint("fhir-metadata", __name__, url_prefix=PREFIX)
cover(blueprint)


@blueprint.get("/metadata")
@anyone
def metadata() -> Response:
    """What this server can do."""
    return resource(_statement())


def _statement() -> Json:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED,
        "kind": "instance",
        "software": {"name": "Recruit", "version": version("recruit")},
        "implementation": {"description": "Recruit", "url": base()},
        "fhirVersion": FHIR,
        "format": [FHIR_JSON, "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": f"POST {parts().base_url.rstrip('/')}{OPERATION} takes a Bundle "
                "with a Patient and gives a searchset of ResearchStudy, best first.",
                "security": {
                    "description": "Keys as “Authorization: Bearer …”; public studies ask for none."
                },
                "resource": [_resource(kind) for kind in PARAMETERS],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(kind: str) -> Json:
    return {
        "type": kind,
        "documentation": RULES[kind],
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "conditionalRead": "full-support",
        "searchParam": [_parameter(*each) for each in PARAMETERS[kind]],
    }


def _parameter(name: str, sort: str, definition: str, takes: str) -> Json:
    made: Json = {"name": name, "type": sort}
    if definition:
        made["definition"] = f"{STANDARD}{definition}"
    return {**made, "documentation": takes} if takes else made
