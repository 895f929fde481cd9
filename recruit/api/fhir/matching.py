"""`POST /getClinicalTrial`: studies for one patient, as CodeX's matching services answer.

A bundle of type collection comes in, with the patient, what is known of them and Parameters; a
searchset of ResearchStudy goes out, the best first. Nothing of it is kept, neither in the database
nor in a log. ADR 60 says why no key is asked for.
"""

from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, Response, request

from recruit.actions.fhir.study import research_study
from recruit.actions.suggesting.suggest import Narrowed, Suggested, Suggestion, suggest
from recruit.actions.suggesting.why import why
from recruit.api.access import anyone
from recruit.api.fhir import body
from recruit.api.fhir.answers import OPERATION, cover, issue, outcome, resource
from recruit.api.fhir.nameless import nameless
from recruit.api.fhir.narrowing import Wanted, wanted
from recruit.api.fhir.pages import SEARCHSET, address
from recruit.api.limits import MINUTE, hold_sender
from recruit.api.parts import parts
from recruit.api.problems import asked_language
from recruit.core.clock import today
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_, translate
from recruit.core.rates import Limit
from recruit.people.facts import Profile
from recruit.people.intake.fhir import read_fhir
from recruit.people.intake.reading import Intake

Json = dict[str, Any]

MOST: Final = 50  # studies of one answer
# Everybody may ask, so no more than a patient's record needs: Synthea's have 300 entries in 900 KB.
# A thousand conditions that no lexicon knows take four seconds of a processor.
LARGEST: Final = 4 << 20  # bytes
MOST_ENTRIES: Final = 1_000
ASKED: Final = Limit(30, MINUTE)  # of one address
MOST_REMARKS: Final = 50
GRADE: Final = "http://hl7.org/fhir/StructureDefinition/match-grade"
WRAPPED: Final = "patientData"
"""Where older callers put the bundle, as an object or as text."""
NOTHING: Final = N_("No study fits what is known.")
LEFT_OUT: Final = N_("This was left out: {problem}.")

blueprint = Blueprint("fhir-matching", __name__)
cover(blueprint)


@blueprint.before_request
def _allow_more() -> None:
    request.max_content_length = LARGEST


@blueprint.post(OPERATION)
@anyone
def get_clinical_trial() -> Response:
    """The studies that suit the patient of the bundle."""
    hold_sender(ASKED, OPERATION)
    bundle = _bundle()
    lexicon, on = parts().open_lexicon(), today()
    [patient] = read_fhir(bundle, "Bundle", lexicon, on)
    if isinstance(patient, Refusal):
        raise patient
    asked = wanted(bundle, patient.profile.home)
    with reading(parts().engine) as session:
        found = suggest(
            parts().stocked, session, lexicon, patient.profile, asked.narrowed, on=on, most=MOST
        )
    return resource(_searchset(found, asked, patient))


def _bundle() -> Json:
    value = body.posted()
    if WRAPPED in value and "resourceType" not in value:
        inner = value[WRAPPED]
        value = body.read_object(inner) if isinstance(inner, str) else inner
    return nameless(body.bundle_of(value, MOST_ENTRIES))


def _searchset(found: Suggested, asked: Wanted, patient: Intake) -> Json:
    entries = [_entry(each, patient.profile, asked.narrowed) for each in found.best]
    remarks = list(_remarks(found, asked, patient))
    if remarks:
        entries.append({"resource": outcome(remarks), "search": {"mode": "outcome"}})
    return {**SEARCHSET, "total": found.total, "entry": entries}


def _entry(suggestion: Suggestion, profile: Profile, narrowed: Narrowed) -> Json:
    language, lexicon = asked_language(), parts().open_lexicon()
    study = research_study(suggestion.version, language, lexicon, narrowed.near)
    reasons = [{"text": line} for line in why(suggestion, profile, language, lexicon)]
    return {
        "fullUrl": address(study),
        "resource": {**study, "note": reasons} if reasons else study,
        "search": {
            "extension": [{"url": GRADE, "valueCode": suggestion.grade.value}],
            "mode": "match",
            "score": round(suggestion.score, 4),
        },
    }


def _remarks(found: Suggested, asked: Wanted, patient: Intake) -> Iterator[Json]:
    """What whoever asked has to know of the answer."""
    language = asked_language()
    if not found.best:
        yield issue("information", "not-found", translate(NOTHING, language))
    if asked.lost:
        yield issue("warning", "incomplete", translate(asked.lost, language))
    for note in patient.notes[:MOST_REMARKS]:
        text = translate(LEFT_OUT, language, problem=note.explain(language))
        yield issue("warning", "incomplete", text, note.field)
