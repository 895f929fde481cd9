"""One line and one measure for each request: which page and how it went, never who or about whom.

A page is named by its route, such as /review/<row:number>: addresses hold pseudonyms and tokens,
queries hold words.
"""

import time
from secrets import token_hex
from typing import Final

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from recruit.core import metrics

HEADER: Final = "X-Request-ID"
NOWHERE: Final = "none"
"""The route of an address that is no page."""
SILENT: Final = frozenset({"static", "health.alive", "health.ready", "health.measured"})
"""What every page brings with it, and what watches the service asks every few seconds."""

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Listen to every request, before anything else does."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    # Never what somebody sent: it would be the one place where their words reach the log.
    g.request_id, g.began = token_hex(8), time.perf_counter()
    clear_contextvars()
    bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    took = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else NOWHERE
    method = request.method if request.method in metrics.METHODS else "other"
    response.headers[HEADER] = g.request_id
    metrics.request(method, route, response.status_code, took)
    if request.endpoint not in SILENT:
        status, seconds = response.status_code, round(took, 4)
        log.info("request", method=method, route=route, status=status, seconds=seconds)
    return response


def _forget(_error: BaseException | None) -> None:
    clear_contextvars()
