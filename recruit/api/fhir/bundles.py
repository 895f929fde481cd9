"""`POST /fhir`: a community hands in people as a Bundle."""

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, request

from recruit.actions.fhir.taking import TRANSACTION, Became, Entry, take_bundle
from recruit.actions.people import Import
from recruit.api.access import caller, community, needs
from recruit.api.fhir import body
from recruit.api.fhir.answers import PREFIX, cover, issue, outcome, resource
from recruit.api.parts import parts
from recruit.api.problems import asked_language
from recruit.core.i18n import N_, translate
from recruit.people.scopes import Scope

Json = dict[str, Any]

LARGEST: Final = body.LARGEST
STATUSES: Final = {
    Became.CREATED: "201 Created",
    Became.KEPT: "200 OK",
    Became.REFUSED: "422 Unprocessable Entity",
    Became.PASSED_OVER: "200 OK",
}
PASSED_OVER: Final = N_("Nothing of this is kept here.")
NOT_KEPT: Final = N_("This person was not kept.")

blueprint = Blueprint("fhir-bundles", __name__)
cover(blueprint)


@blueprint.before_request
def _allow_more() -> None:
    request.max_content_length = LARGEST


@blueprint.post(PREFIX)
@needs(Scope.PEOPLE_WRITE)
def take() -> Response:
    """Keep the people of the bundle who agreed to be matched."""
    bundle = body.bundle_of(body.posted())
    entries = take_bundle(
        parts().engine,
        parts().open_lexicon(),
        bundle,
        of=Import(community(), caller().actor),
        secrets=parts().secrets,
        voice=parts().voice,
    )
    kind = "transaction-response" if bundle["type"] == TRANSACTION else "batch-response"
    answered = [{"response": _response(each)} for each in entries]
    made: Json = {"resourceType": "Bundle", "type": kind}
    return resource({**made, "entry": answered} if answered else made, HTTPStatus.OK)


def _response(entry: Entry) -> Json:
    language = asked_language()
    made: Json = {"status": STATUSES[entry.became]}
    issues = [
        issue("error", "invalid", each.explain(language), each.field) for each in entry.refusals
    ]
    if entry.became is Became.PASSED_OVER:
        issues = [issue("information", "not-supported", translate(PASSED_OVER, language))]
    if entry.became is Became.REFUSED and not issues:
        issues = [issue("error", "processing", translate(NOT_KEPT, language))]
    return {**made, "outcome": outcome(issues)} if issues else made
