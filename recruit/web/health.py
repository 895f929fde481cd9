"""What watches the service asks: is it alive, and is it ready for people."""

from flask import Blueprint, Response

from recruit.core.db import is_current
from recruit.core.errors import OutOfDate
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
    """The database answers and has the newest schema; 503 otherwise."""
    if not is_current(service().engine):
        raise OutOfDate
    return _plain("ready")


def _plain(word: str) -> Response:
    return Response(f"{word}\n", mimetype="text/plain")
