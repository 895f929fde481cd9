"""The figures of one process as Prometheus reads them, for whoever shows one of the keys."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from pydantic import SecretStr

from recruit.actions.watching.queue import Queue
from recruit.core import metrics

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

BEARER = "Bearer "


def may_read(authorization: str, keys: Sequence[SecretStr]) -> bool:
    """Whether a header "Authorization" shows one of the keys; without keys nobody may."""
    shown = authorization.removeprefix(BEARER).encode("utf-8", "surrogateescape")
    is_bearer = authorization.startswith(BEARER)
    known = [hmac.compare_digest(shown, key.get_secret_value().encode()) for key in keys]
    return is_bearer and any(known)


@dataclass(frozen=True, slots=True)
class Door:
    """The figures alone as a WSGI application, for a worker, which has no pages."""

    queue: Queue
    keys: Sequence[SecretStr]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """The figures; to everybody else there is nothing here."""
        if not may_read(environ.get("HTTP_AUTHORIZATION", ""), self.keys):
            status = HTTPStatus.NOT_FOUND
            start_response(f"{status.value} {status.phrase}", [("Content-Type", "text/plain")])
            return [b"nothing here\n"]
        start_response("200 OK", [("Content-Type", metrics.CONTENT_TYPE)])
        return [metrics.exposition(self.queue)]
