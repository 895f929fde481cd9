"""Pages that are told apart by what they begin with, so that the last is as quick as the first.

A cursor is ours alone: what stands in it may change, and whoever makes one up is refused.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any, Final

from marshmallow import RAISE, Schema, fields
from marshmallow.validate import Length, Range, Regexp

from recruit.core.errors import RecruitError
from recruit.core.i18n import N_

MOST: Final = 100
USUAL: Final = 25
LONGEST: Final = 1_100  # a name of 200 letters, of 4 bytes each, in base64 4/3 as long


class OddCursor(RecruitError):
    """A cursor that we never gave."""

    sentence = N_("This cursor is none of ours.")
    http_status = 422


class CursorSchema(Schema):
    """Where a page begins."""

    class Meta:
        """A name that is not known is a slip of the pen."""

        unknown = RAISE

    cursor = fields.String(
        validate=[Length(1, LONGEST), Regexp(r"^[\w-]+$")],
        metadata={"description": "`next` of the page before; without it the first page"},
    )


class PageSchema(CursorSchema):
    """Where a page begins, and how long it is."""

    limit = fields.Integer(
        load_default=USUAL,
        validate=Range(1, MOST),
        metadata={"description": "how many at most"},
    )


def cursor(place: str) -> str:
    """The text that stands for a place."""
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place(asked: dict[str, Any]) -> str | None:
    """The place that a query asks for; None for the beginning.

    Raises:
        OddCursor: the cursor is none of ours.
    """
    text = asked.get("cursor")
    if text is None:
        return None
    try:
        found = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode()
    except (Error, UnicodeError, ValueError) as error:
        raise OddCursor from error
    if not found.isprintable() or cursor(found) != text:
        raise OddCursor
    return found


def number(asked: dict[str, Any]) -> int | None:
    """The same where places are numbers.

    Raises:
        OddCursor: the cursor is none of ours.
    """
    found = place(asked)
    if found is None:
        return None
    if not (found.isascii() and found.isdigit()) or len(found) > len(str(2**53)):
        raise OddCursor
    return int(found)


def page(items: list[Any], following: object | None) -> dict[str, Any]:
    """One page: what is on it, and the cursor of the next, null on the last."""
    return {"items": items, "next": None if following is None else cursor(str(following))}
