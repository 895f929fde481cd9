"""Every error of the API as RFC 9457's problem+json, in the language that was asked for."""

from http import HTTPStatus
from typing import Final

import structlog
from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from recruit.core.errors import RecruitError, place
from recruit.core.i18n import LANGUAGES, N_, translate

PREFIX: Final = "/api/"
TITLES: Final = {
    400: N_("We did not understand this request."),
    401: N_("A key is needed."),
    403: N_("This key does not open this."),
    404: N_("There is no such thing here."),
    405: N_("This address is not for this."),
    413: N_("What you sent is too long."),
    415: N_("This is neither JSON nor JSON Lines."),
    422: N_("What you sent cannot be taken."),
    429: N_("There were too many requests."),
    503: N_("This service is not ready at the moment."),
}
OTHERWISE: Final = N_("Something went wrong on our side.")
DETAILS: Final = {
    401: N_("Send it as “Authorization: Bearer …”. It may be unknown, revoked or out of date."),
    429: N_("Please wait as long as Retry-After says."),
}

log = structlog.get_logger(__name__)


def asked_language() -> str:
    """The language of the answer by Accept-Language, else English."""
    return request.accept_languages.best_match(LANGUAGES) or "en"


def problem(
    status: int, detail: str = "", *, retry_after: int | None = None, scope: str = ""
) -> Response:
    """One error; `detail` is said already, `scope` is what a key would have to open."""
    language = asked_language()
    if not detail and status in DETAILS:
        detail = translate(DETAILS[status], language)
    body = {
        "type": "about:blank",
        "title": translate(TITLES.get(status, OTHERWISE), language),
        "status": status,
        **({"detail": detail} if detail else {}),
    }
    answer = jsonify(body)
    answer.status_code = status
    answer.content_type = "application/problem+json"
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


def _unknown() -> Response | None:
    error = request.routing_exception
    if error is None or not request.path.startswith(PREFIX):
        return None
    return _http(error)


def _http(error: HTTPException) -> Response:
    answer = problem(error.code or 500)
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _ours(error: RecruitError) -> Response:
    status = error.http_status
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed", error=type(error).__name__, reason=str(error))
    # A thing that is not there and one of somebody else's give the same answer, byte for byte.
    told = status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
    return problem(status, error.say(asked_language()) if told else "")


def _unforeseen(error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__, place=place(error))
    return problem(500)
