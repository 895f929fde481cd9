"""Which version somebody looked at: ETag and If-Match (RFC 9110, 8.8.3 and 13.1.1).

Whoever changes a thing says which version of it they saw; nobody's change overwrites another's.
"""

import re
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request

from recruit.core.errors import RecruitError
from recruit.core.i18n import N_

REVISION: Final = re.compile(r"[1-9][0-9]{0,8}")
MOST: Final = 200  # letters of an If-Match


class VersionNotSaid(RecruitError):
    """A change without If-Match."""

    sentence = N_("Read it first, and send its ETag back in If-Match.")
    http_status = 428


class AnotherVersion(RecruitError):
    """A change of a version that is not the present one."""

    sentence = N_("Read it again; If-Match then carries the new ETag. Nothing of yours was saved.")
    http_status = 412


def tagged(version: object) -> dict[str, str]:
    """The header that says which version an answer is about."""
    return {"ETag": f'"{version}"'}


def seen() -> str:
    """The version in If-Match.

    Raises:
        VersionNotSaid: there is none.
        AnotherVersion: it is none that we ever gave: a weak one, several, or “*”.
    """
    said = request.headers.get("If-Match", "").strip()
    if not said:
        raise VersionNotSaid
    if len(said) > MOST or len(said) <= 2 or said[0] != '"' or said[-1] != '"' or '"' in said[1:-1]:  # noqa: PLR2004 - its two quotes
        raise AnotherVersion
    return said[1:-1]


def seen_revision() -> int:
    """The same where versions are counted."""
    said = seen()
    if not REVISION.fullmatch(said):
        raise AnotherVersion
    return int(said)


def init_blueprint(blueprint: Blueprint) -> None:
    """Answer 304 to whoever has the present version already."""
    blueprint.after_request(_conditional)


def _conditional(answer: Response) -> Response:
    tag, _ = answer.get_etag()
    if request.method == "GET" and tag and request.if_none_match.contains_weak(tag):
        answer.set_data(b"")
        answer.status_code = HTTPStatus.NOT_MODIFIED
    return answer
