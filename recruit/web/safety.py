"""What every answer carries so that a browser keeps our visitors safe.

No inline script or style, nothing from a third party, no framing, no address of ours told to other
sites, and no page with anything about a person kept in a cache. Forms carry a token against
requests forged by other sites (flask-wtf checks it on every POST, PUT, PATCH and DELETE).
"""

import secrets
from datetime import timedelta
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Flask, Response, g, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect

from recruit.web.service import service

STATIC: Final = Path(__file__).parent / "static"
LARGEST_FORM: Final = 64 * 1024  # bytes; the longest form is a search or a password
KEPT_STATIC: Final = timedelta(days=365)
HSTS: Final = timedelta(days=730)
POLICY: Final = (
    "default-src 'none'; "
    "script-src 'nonce-{nonce}'; "
    "style-src 'self'; "
    # Pico draws its arrows and ticks as data: images.
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    # flask-wtf compares the Referer of our own forms, so it is kept at home, not dropped.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, which comes with pages alone.

    A static file may be kept by any cache between us and the browser, and whatever came with it.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether an answer carries the cookie."""
        return request.endpoint != "static" and super().should_set_cookie(app, session)


def init_app(app: Flask) -> None:
    """Set the limits and headers of every answer, and the token check of every form."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session; it dies with it
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    app.session_interface = Sessions()
    CSRFProtect(app)
    app.after_request(_headers)
    app.jinja_env.globals.update(nonce=nonce, static=static)


def nonce() -> str:
    """The word that lets this page's own scripts run, new for each answer."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def static(file: str) -> str:
    """The address of one of our own static files, with a digest so that it may be kept for long."""
    return url_for("static", filename=file, v=_digest(file))


@cache
def _digest(file: str) -> str:
    return sha256((STATIC / file).read_bytes()).hexdigest()[:12]


def _headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce())
    if service().secure:
        response.headers["Strict-Transport-Security"] = (
            f"max-age={round(HSTS.total_seconds())}; includeSubDomains"
        )
    if (
        request.endpoint == "static"
        and "v" in request.args
        and response.status_code == HTTPStatus.OK
    ):
        # The address holds a digest of the content: a new file has a new address.
        response.headers["Cache-Control"] = (
            f"public, max-age={round(KEPT_STATIC.total_seconds())}, immutable"
        )
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
