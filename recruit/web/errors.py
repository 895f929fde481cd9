"""Every error as a page in the visitor's language: what happened, what was kept, what to do.

A thing that is not there and one that belongs to somebody else give the same page, byte for byte.
Nothing of what was asked for is repeated, so nothing can leak into it.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import structlog
from flask import Flask, Response, g, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from recruit.core.errors import RecruitError, place
from recruit.core.i18n import N_
from recruit.web.language import language, say_count

log = structlog.get_logger(__name__)

KEPT: Final = N_("Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The three things to say of an error, as messages of the catalogue."""

    happened: str
    kept: str
    to_do: str


WRONG: Final = Explanation(
    N_("Something went wrong on our side."),
    N_("We have written it down, and nothing you sent was half saved."),
    N_("Please try again in a few minutes."),
)
EXPLANATIONS: Final = {
    400: Explanation(
        N_("We did not understand this request."),
        KEPT,
        N_("Please go back and try again."),
    ),
    401: Explanation(N_("This page is for staff."), KEPT, N_("Please sign in first.")),
    403: Explanation(
        N_("Your account does not have the right to see this page."),
        KEPT,
        N_("If you need it for your work, ask an administrator."),
    ),
    404: Explanation(
        N_("We cannot find this page."),
        N_("The address may be wrong, or the page may no longer exist."),
        N_("You can look for a study, or go back to the first page."),
    ),
    405: Explanation(
        N_("This address does not open as a page."),
        KEPT,
        N_("Please go back to the first page and start from there."),
    ),
    413: Explanation(
        N_("What you sent is too long."), KEPT, N_("Please shorten it and send it again.")
    ),
    429: Explanation(
        N_("There were too many attempts."),
        N_("Nothing you sent now was used. Whatever you have with us is safe."),
        N_("Please wait, then try again."),
    ),
    500: WRONG,
    503: Explanation(
        N_("This service is not ready at the moment."),
        N_("Nothing is lost."),
        N_("Please try again in a few minutes."),
    ),
}
STALE_FORM: Final = Explanation(
    N_("This form was open for too long, or your browser keeps no cookies."),
    KEPT,
    N_("Please open the page again and send the form once more."),
)


def init_app(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RecruitError, _ours)
    app.register_error_handler(Exception, _unforeseen)


def _page(status: int, explanation: Explanation, detail: str | None = None) -> Response:
    if status >= 500:  # noqa: PLR2004 - the border between the caller's errors and ours
        # Whoever is signed in, the database may be what failed: it is not asked again.
        g.visitor = None
    page = render_template("error.html", status=status, explanation=explanation, detail=detail)
    return make_response(page, status)


def _stale(_error: CSRFError) -> Response:
    return _page(400, STALE_FORM)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:  # noqa: PLR2004 - a redirect is no error
        return error
    explanation = EXPLANATIONS.get(status, EXPLANATIONS[400] if status < 500 else WRONG)  # noqa: PLR2004 - the border between the caller's errors and ours
    response = _page(status, explanation, _when(error))
    for name, value in error.get_headers():
        if name != "Content-Type":  # Allow and Retry-After stay
            response.headers[name] = value
    return response


def _when(error: HTTPException) -> str | None:
    """When to try again, where that is known."""
    wait = getattr(error, "retry_after", None)
    if not isinstance(wait, int):
        return None
    minutes = ceil(wait / 60)
    return say_count(
        "You can try again in {n} minute.", "You can try again in {n} minutes.", minutes
    )


def _ours(error: RecruitError) -> ResponseReturnValue:
    status = error.http_status
    if status in {400, 422}:
        # These sentences name a record and a field, never a person's data.
        return _page(status, EXPLANATIONS[400], error.say(language()))
    if status >= 500:  # noqa: PLR2004 - as above
        log.error("page failed", error=type(error).__name__, reason=str(error))
    return _page(status, EXPLANATIONS.get(status, WRONG))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.error("page failed", error=type(error).__name__, place=place(error))
    return _page(500, WRONG)
