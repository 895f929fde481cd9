"""`/hooks/communities/<name>`: what a community tells us of its members (docs/formats.md)."""

import structlog
from flask import Blueprint, Response, jsonify, request

from recruit.actions import hearing
from recruit.actions.visits.ending import Voice
from recruit.core.clock import now
from recruit.core.errors import NotAllowed, WrongUsage
from recruit.people.communities import signature
from recruit.web.access import signed
from recruit.web.service import service

pages = Blueprint("community_hooks", __name__, url_prefix="/hooks/communities")

log = structlog.get_logger(__name__)


@pages.post("/<path:name>")
@signed
def hear(name: str) -> Response:
    """Do what the community says; the answer is the same for everything that is not its word."""
    request.max_content_length = hearing.LARGEST
    said = hearing.Request(
        request.get_data(),
        request.headers.get(signature.HEADER, ""),
        request.headers.get(signature.EVENT_HEADER, ""),
        now(),
    )
    keyring = service().secrets.vault
    voice = Voice.of(keyring, service().settings.base_url)
    try:
        outcome = hearing.hear(service().engine, keyring, voice, name, said)
    except NotAllowed:
        log.warning("hook of a community refused")
        return Response(status=403, content_type="text/plain")
    except WrongUsage:
        log.warning("hook of a community not understood")
        return Response(status=422, content_type="text/plain")
    answer = jsonify(outcome=outcome.value)
    answer.status_code = 200
    return answer
