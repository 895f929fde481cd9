"""What watches the service asks: is it alive, is it ready for people, and what are its figures."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from recruit.actions.watching.figures import may_read
from recruit.actions.watching.queue import Queue
from recruit.actions.watching.readiness import missing
from recruit.core import metrics
from recruit.web.access import anyone
from recruit.web.service import service

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@anyone
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    return _plain("alive")


@pages.get("/readyz")
@anyone
def ready() -> Response:
    """Database, schema and keys are as they should be; else 503 and the first that is not."""
    lacks = missing(service().engine, service().secrets)
    return _plain("ready") if lacks is None else _plain(lacks, HTTPStatus.SERVICE_UNAVAILABLE)


@pages.get("/metrics")
@anyone
def measured() -> Response:
    """The figures for Prometheus; without one of RECRUIT_METRICS_KEYS there is no such page."""
    if not may_read(request.headers.get("Authorization", ""), service().settings.metrics_keys):
        abort(HTTPStatus.NOT_FOUND)
    said = metrics.exposition(Queue(service().engine, service().secrets))
    return Response(said, content_type=metrics.CONTENT_TYPE)


def _plain(word: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(f"{word}\n", status, mimetype="text/plain")
