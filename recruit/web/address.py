"""Reading addresses, where anybody may write anything: row numbers, and what follows the `?`."""

from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map

from recruit.core.columns import LARGEST

LONGEST: int = 200


class Row(IntegerConverter):
    """`<row:number>`: a number that rows of the database may have; a larger one is no address."""

    def __init__(self, on: Map) -> None:
        super().__init__(on, max=LARGEST)


def init_app(app: Flask) -> None:
    """Let routes name rows."""
    app.url_map.converters["row"] = Row


def asked(name: str) -> str:
    """The value of `name`, without control characters and cut to a sane length."""
    value = request.args.get(name, "")[:LONGEST]
    return "".join(sign for sign in value if sign.isprintable()).strip()


def asked_row(name: str) -> int | None:
    """The row of the database that `name` says; None where it says none."""
    value = request.args.get(name, "")
    is_one = value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST))
    return min(int(value), LARGEST) if is_one else None


def asked_page(name: str = "page") -> int:
    """Which page of a list is wanted; the first one when it is no number."""
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1  # noqa: PLR2004 - more pages than any list has
