"""The people in the body of a push: JSON or JSON Lines, at most so many."""

import json
from typing import Any, Final

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from recruit.api.problems import asked_language
from recruit.core.errors import WrongUsage
from recruit.core.files import JSON_LINES, Line, Record
from recruit.core.i18n import N_, translate

LARGEST: Final = 16 << 20  # bytes of one push
MOST: Final = 1000  # people in one push: no more than one unit of work
JSON: Final = "application/json"
LINE: Final = N_("line {number}")
RECORD: Final = N_("record {number}")


def records() -> list[Line | Record]:
    """The people of the request's body, in its order.

    Raises:
        UnsupportedMediaType: it says that it is something else than JSON or JSON Lines.
        WrongUsage: it is none of both, or there are too many.
    """
    body = request.get_data(cache=False)
    if request.mimetype in JSON_LINES:
        lines = enumerate(body.split(b"\n"), 1)
        return _few([Line(_at(LINE, number), line) for number, line in lines if line.strip()])
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WrongUsage(N_("This is not JSON, or it ends too early.")) from error
    people = value if isinstance(value, list) else [value]
    return _few([Record(_at(RECORD, number), person) for number, person in enumerate(people, 1)])


def _at(place: str, number: int) -> str:
    """Where a record of the push stands, as whoever asked says it."""
    return translate(place, asked_language(), number=number)


def _few(found: list[Any]) -> list[Any]:
    if len(found) > MOST:
        raise WrongUsage(N_("There are at most {most} people in one push."), most=MOST)
    return found
