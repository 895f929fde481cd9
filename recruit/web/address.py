"""Reading what stands behind the `?` of an address, where anybody may write anything."""

from flask import request

LONGEST: int = 200


def asked(name: str) -> str:
    """The value of `name`, without control characters and cut to a sane length."""
    value = request.args.get(name, "")[:LONGEST]
    return "".join(sign for sign in value if sign.isprintable()).strip()


def asked_page(name: str = "page") -> int:
    """Which page of a list is wanted; the first one when it is no number."""
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1  # noqa: PLR2004 - more pages than any list has
