"""Every error of the API as RFC 9457's problem+json, in the language that was asked for.

400 is a request that is not as documented, 422 one that is and cannot be taken for what it says.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from recruit.actions.posting.publishing import NotReady
from recruit.core.errors import EditedMeanwhile, RecruitError, Refusal, place
from recruit.core.i18n import LANGUAGES, N_, translate

PREFIX: Final = "/api/"
MIMETYPE: Final = "application/problem+json"
TITLES: Final = {
    400: N_("We did not understand this request."),
    401: N_("A key is needed."),
    403: N_("This is not allowed."),
    404: N_("There is no such thing here."),
    405: N_("This address is not for this."),
    409: N_("Something stands in the way."),
    410: N_("This no longer stands."),
    412: N_("This has changed in the meantime."),
    413: N_("What you sent is too long."),
    415: N_("This is neither JSON nor JSON Lines."),
    422: N_("What you sent cannot be taken."),
    428: N_("Please say which version you looked at."),
    429: N_("There were too many requests."),
    502: N_("The other side did not take it."),
    503: N_("This service is not ready at the moment."),
}
OTHERWISE: Final = N_("Something went wrong on our side.")
DETAILS: Final = {
    401: N_("Send it as “Authorization: Bearer …”. It may be unknown, revoked or out of date."),
    412: N_("Read it again; If-Match then carries the new ETag. Nothing of yours was saved."),
    428: N_("Read it first, and send its ETag back in If-Match."),
    429: N_("Please wait as long as Retry-After says."),
}
SCOPE: Final = N_("The key has to be for “{scope}”.")
UNFIT: Final = N_("this is not as it has to be")
# What marshmallow says, and how we say it.
FIELD_PROBLEMS: Final = {
    "Missing data for required field.": N_("this is missing"),
    "Unknown field.": N_("there is no such field here"),
    "Field may not be null.": N_("this may not be null"),
    "Not a valid string.": N_("this must be a text"),
    "Not a valid integer.": N_("this must be a whole number"),
    "Not a valid datetime.": N_("this must be a moment with its zone"),
    "Invalid input type.": N_("this must be an object"),
    "Invalid JSON body.": N_("this is not JSON, or it ends too early"),
    "Not a valid date.": N_("this must be a day, like 2026-09-30"),
    "Shorter than minimum length 1.": N_("this must not be empty"),
}
PART: Final = re.compile(r"^/sponsor/trials/[^/]+/?")
ONE_OF: Final = "Must be one of: "
BOUNDS: Final = re.compile(
    r"Must be greater than or equal to (-?\d+) and less than or equal to (-?\d+)\."
)
TOLD: Final = frozenset({400, 403, 409, 410, 422, 502})
"""Whose error may say more. A thing that is not there, and somebody else's, look the same."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One field that cannot be taken, and why, said already."""

    field: str
    problem: str


def asked_language() -> str:
    """The language of the answer by Accept-Language, else English."""
    return request.accept_languages.best_match(LANGUAGES) or "en"


def problem(
    status: int,
    detail: str = "",
    *,
    wrong: Iterable[Wrong] = (),
    retry_after: int | None = None,
    scope: str = "",
) -> Response:
    """One error; `detail` is said already, `scope` is what a key would have to open."""
    language = asked_language()
    if scope:
        detail = translate(SCOPE, language, scope=scope)
    elif not detail and status in DETAILS:
        detail = translate(DETAILS[status], language)
    fields = [{"field": each.field, "problem": each.problem} for each in wrong]
    body = {
        "type": "about:blank",
        "title": translate(TITLES.get(status, OTHERWISE), language),
        "status": status,
        **({"detail": detail} if detail else {}),
        **({"errors": fields} if fields else {}),
    }
    answer = jsonify(body)
    answer.status_code = status
    answer.content_type = MIMETYPE
    answer.headers["Content-Language"] = language
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="recruit"'
    if scope:  # RFC 6750, 3.1
        told = f'Bearer realm="recruit", error="insufficient_scope", scope="{scope}"'
        answer.headers["WWW-Authenticate"] = told
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def init_app(app: Flask) -> None:
    """Answer addresses of the API that do not exist."""
    app.before_request(_unknown)


def cover(blueprint: Blueprint) -> None:
    """Answer every error of these views."""
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(RecruitError, _ours)
    blueprint.register_error_handler(Exception, _unforeseen)


def _unknown() -> ResponseReturnValue | None:
    error = request.routing_exception
    if error is None or not request.path.startswith(PREFIX):
        return None
    return _http(error)


def _http(error: HTTPException) -> ResponseReturnValue:
    if (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return error  # a redirect is no error
    messages = getattr(error, "data", {}).get("messages", {})
    answer = problem(error.code or 500, wrong=_unfit(messages, asked_language()))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _unfit(messages: object, language: str, at: str = "") -> Iterator[Wrong]:
    """What a schema says of each field; webargs puts the place of the request above them."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            is_place = not at and name in {"json", "query"}
            above = "" if is_place or name == "_schema" else f"{at}.{name}" if at else str(name)
            yield from _unfit(inner, language, above or at)
    elif isinstance(messages, list):
        yield Wrong(at or "*", _said(str(messages[0]), language))


def _said(message: str, language: str) -> str:
    """What marshmallow says, in our words, with what would be right where it says that."""
    if message.startswith(ONE_OF):
        choices = message.removeprefix(ONE_OF).removesuffix(".")
        return translate(N_("this must be one of these: {choices}"), language, choices=choices)
    if bounds := BOUNDS.fullmatch(message):
        said = N_("this must be from {least} to {most}")
        return translate(said, language, least=bounds[1], most=bounds[2])
    return translate(FIELD_PROBLEMS.get(message, UNFIT), language)


def _ours(error: RecruitError) -> Response:
    status, language = error.http_status, asked_language()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed", error=type(error).__name__, reason=str(error))
    if isinstance(error, EditedMeanwhile) and "If-Match" in request.headers:
        return problem(HTTPStatus.PRECONDITION_FAILED)
    if isinstance(error, NotReady):
        return problem(status, error.say(language), wrong=_in_the_way(error, language))
    if isinstance(error, Refusal):
        wrong = [Wrong(error.field, error.explain(language))]
        return problem(
            status, error.say(language) if error.record else wrong[0].problem, wrong=wrong
        )
    return problem(status, error.say(language) if status in TOLD else "")


def _in_the_way(error: NotReady, language: str) -> Iterator[Wrong]:
    """What stands in the way of publishing, by the part of the trial that it stands in."""
    for each in error.found:
        part = PART.sub("", each.address) or "*"
        yield Wrong(part, translate(each.sentence, language, **each.fields))


def _unforeseen(error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__, place=place(error))
    return problem(500)
