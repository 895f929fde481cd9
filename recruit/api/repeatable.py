"""Requests that may be sent again: under an Idempotency-Key the same request has the same answer.

As draft-ietf-httpapi-idempotency-key-header-07 has it: another request under a known key is
refused with 422, and one whose first is still under way, or broke off, with 409. An answer is kept
for a day under a key made of the caller's secret, which is kept nowhere: without it nobody opens
what was answered, and what it says of a person goes with an erasure. A request that was refused
before its deed changed nothing, so that nothing is kept of it.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, Final, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Response, g, request
from sqlalchemy import Engine, delete, select, update
from werkzeug.exceptions import HTTPException

from recruit.api.access import caller, shown_key
from recruit.api.parts import parts
from recruit.api.tables import ANSWER, ANSWERS
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import RecruitError, WrongUsage
from recruit.core.i18n import N_
from recruit.core.upsert import insert_or

HEADER: Final = "Idempotency-Key"
LONGEST: Final = 200
CARRIED: Final = ("Content-Type", "ETag", "Location")
NONCE: Final = bytes(12)  # each key is made for one answer alone
ODD: Final = N_("An Idempotency-Key has 1 to {most} letters, digits or signs, and no spaces.")

DONE: Final = "deed_is_done"

View = Callable[..., Any]


class UnderWay(RecruitError):
    """The first request under this key has no answer yet, or never had one."""

    sentence = N_(
        "A request with this Idempotency-Key is under way, or broke off. Look what became of it "
        "before you send it under another one."
    )
    http_status = 409


class AnotherRequest(RecruitError):
    """The key stands for another request."""

    sentence = N_("This Idempotency-Key was sent with another request before.")
    http_status = 422


def repeatable(view: View) -> View:
    """This view gives the same request under the same key the same answer."""

    @wraps(view)
    def answered(*args: object, **named: object) -> Response:
        if HEADER not in request.headers:
            return cast("Response", view(*args, **named))
        kept = _Kept(parts().engine, _key())
        known = kept.begun_before()
        if known is not None:
            return known
        try:
            answer: Response = view(*args, **named)
        except (RecruitError, HTTPException):
            if not g.get(DONE):
                kept.forget()
            raise
        kept.keep(answer)
        return answer

    return answered


def done() -> None:
    """The deed is committed: if it cannot be read again, its key is still not free."""
    setattr(g, DONE, True)


class _Kept:
    """What is kept of the request under one key."""

    def __init__(self, engine: Engine, key: str) -> None:
        self._engine = engine
        whose = f"{caller().name} {key}".encode()
        self._digest = sha256(whose).hexdigest()
        self._request = sha256(_said()).hexdigest()
        made = HKDF(SHA256(), length=32, salt=whose, info=b"api_answer")
        self._seal = AESGCM(made.derive(shown_key().encode()))

    def begun_before(self) -> Response | None:
        """The answer that was given before; None where this is the first.

        Raises:
            AnotherRequest, UnderWay: as their names say.
        """
        row = {"digest": self._digest, "request": self._request, "at": now()}
        with unit_of_work(self._engine) as session:
            session.execute(
                delete(ANSWER).where(
                    ANSWER.c.digest == self._digest, ANSWER.c.at < now() - ANSWERS.kept
                )
            )
            made = insert_or(session, ANSWER).values(row).on_conflict_do_nothing()
            if session.execute(made.returning(ANSWER.c.digest)).first() is not None:
                return None
        with reading(self._engine) as session:
            known = session.execute(select(ANSWER).where(self._own)).one_or_none()
        if known is None or (known.sealed is None and known.request == self._request):
            raise UnderWay
        if known.request != self._request:
            raise AnotherRequest
        return self._opened(known.sealed)

    def keep(self, answer: Response) -> None:
        """Keep what was answered."""
        said = {
            "status": answer.status_code,
            "headers": {each: answer.headers[each] for each in CARRIED if each in answer.headers},
            "body": b64encode(answer.get_data()).decode(),
        }
        sealed = self._seal.encrypt(NONCE, json.dumps(said).encode(), self._request.encode())
        with unit_of_work(self._engine) as session:
            session.execute(update(ANSWER).where(self._own).values(sealed=sealed))

    def forget(self) -> None:
        """The request changed nothing: it may come again."""
        with unit_of_work(self._engine) as session:
            session.execute(delete(ANSWER).where(self._own))

    @property
    def _own(self) -> Any:  # noqa: ANN401 - a condition
        return ANSWER.c.digest == self._digest

    def _opened(self, sealed: bytes) -> Response:
        said = json.loads(self._seal.decrypt(NONCE, sealed, self._request.encode()))
        return Response(b64decode(said["body"]), said["status"], said["headers"])


def _key() -> str:
    key = request.headers[HEADER]
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable() or " " in key:
        raise WrongUsage(ODD, most=LONGEST)
    return key


def _said() -> bytes:
    """All that makes a request another one."""
    head = f"{request.method} {request.full_path} {request.headers.get('If-Match', '')}\n"
    return head.encode() + request.get_data()
