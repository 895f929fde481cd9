"""Answers of the doors: resources as JSON, and every error as an OperationOutcome.

FHIR R4, 3.1.0 (RESTful API). Nothing of what was sent is repeated in an error, beside the names of
parameters that we know ourselves and of the places in a resource.
"""

import json
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from recruit.api.problems import OTHERWISE, TITLES, asked_language
from recruit.core.errors import RecruitError, place
from recruit.core.i18n import N_, translate

Json = dict[str, Any]

FHIR_JSON: Final = "application/fhir+json"
PREFIX: Final = "/fhir"
OPERATION: Final = "/getClinicalTrial"
ACCEPTED: Final = frozenset({FHIR_JSON, "application/json", "text/json", "*/*", "application/*"})
FORMATS: Final = frozenset({FHIR_JSON, "application/json", "text/json", "json"})
ONLY_JSON: Final = N_("Answers come as FHIR JSON alone (application/fhir+json).")
NOT_JSON: Final = N_("Bodies are taken as FHIR JSON alone (application/fhir+json).")
SENTENCES: Final = {
    **TITLES,
    403: N_("Your key does not open this."),
    406: ONLY_JSON,
    415: NOT_JSON,
}
# What kind of trouble a status is: http://hl7.org/fhir/R4/valueset-issue-type.html
CODES: Final = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    503: "transient",
}
PROBLEM: Final = "application/problem+json"

log = structlog.get_logger(__name__)


def resource(body: Json, status: int = HTTPStatus.OK) -> Response:
    """A resource; one with a version says so in its headers, and is not sent again unchanged."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = Response(text, status, content_type=f"{FHIR_JSON}; charset=utf-8")
    answer.headers["Content-Language"] = asked_language()
    answer.vary.update(("Accept", "Accept-Language"))
    meta = body.get("meta", {})
    # What says when it last changed has versions of its own; else the text tells them apart.
    answer.set_etag(meta["versionId"] if "lastUpdated" in meta else _digest(text), weak=True)
    if "lastUpdated" in meta:
        answer.last_modified = datetime.fromisoformat(meta["lastUpdated"])
    if request.method in {"GET", "HEAD"} and status == HTTPStatus.OK:
        answer.make_conditional(request)
    return answer


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def issue(severity: str, code: str, text: str, where: str = "") -> Json:
    """One issue of an OperationOutcome; `text` is a sentence that is said already."""
    made: Json = {"severity": severity, "code": code, "details": {"text": text}}
    return {**made, "diagnostics": where} if where else made


def outcome(issues: list[Json]) -> Json:
    """What became of a request."""
    return {"resourceType": "OperationOutcome", "issue": issues}


def refused(status: int, text: str = "", *, retry_after: int | None = None) -> Response:
    """An error; without a sentence of its own its status has one."""
    language = asked_language()
    said = text or translate(SENTENCES.get(status, OTHERWISE), language)
    severity = "fatal" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "error"
    made = outcome([issue(severity, CODES.get(status, "exception"), said)])
    answer = resource(made, status)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="recruit"'
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def init_app(app: Flask) -> None:
    """Answer addresses below /fhir that do not exist, and other methods than there are."""
    app.before_request(_unknown)


def cover(blueprint: Blueprint) -> None:
    """Answer every error of these views, and speak nothing but JSON."""
    blueprint.before_request(_speak_json)
    blueprint.after_request(_as_outcome)
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(RecruitError, _ours)
    blueprint.register_error_handler(Exception, _unforeseen)


def _unknown() -> ResponseReturnValue | None:
    error = request.routing_exception
    ours = request.path in {PREFIX, OPERATION} or request.path.startswith(f"{PREFIX}/")
    return _http(error) if error is not None and ours else None


def _speak_json() -> Response | None:
    """`_format` goes before Accept (FHIR R4, 3.1.0.1.11)."""
    wanted = request.args.get("_format")
    if wanted is not None:
        spoken = wanted.partition(";")[0].strip().replace(" ", "+") in FORMATS
    else:
        kinds = [kind for kind, quality in request.accept_mimetypes if quality]
        spoken = not kinds or any(kind.partition(";")[0] in ACCEPTED for kind in kinds)
    return None if spoken else refused(HTTPStatus.NOT_ACCEPTABLE)


def _as_outcome(answer: Response) -> Response:
    """What the guard of keys says, in FHIR's words (access.py answers for the whole API)."""
    if answer.mimetype != PROBLEM:
        return answer
    said = json.loads(answer.get_data())
    text = said.get("detail") or said["title"]
    made = refused(answer.status_code, text)
    for name in ("Retry-After", "WWW-Authenticate"):
        if name in answer.headers:
            made.headers[name] = answer.headers[name]
    return made


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return error  # a redirect is no error
    answer = refused(error.code or 500)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _ours(error: RecruitError) -> Response:
    status = error.http_status
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed", error=type(error).__name__, reason=str(error))
    # A thing that is not there and one of somebody else's give the same answer, byte for byte.
    told = status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    return refused(status, error.say(asked_language()) if told else "")


def _unforeseen(error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__, place=place(error))
    return refused(HTTPStatus.INTERNAL_SERVER_ERROR)
