"""Letters that no text may hold: JSON and addresses can say more than a database keeps."""

import json
from collections.abc import Iterator
from typing import Final

from flask import request
from werkzeug.exceptions import BadRequest

from recruit.api.problems import UNFIT
from recruit.core.errors import Refusal

NUL: Final = "\0"  # PostgreSQL refuses even to look for a text with it


def is_whole(text: str) -> bool:
    """Whether it holds no half of a pair (RFC 8259, 8.2)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_query() -> None:
    """Read the values of the query.

    Raises:
        Refusal: one holds NUL; half a letter cannot be said in an address.
    """
    for name, value in request.args.items(multi=True):
        _refuse_nul(name, value)


def check_body() -> None:
    """Read the texts of a JSON body; what is none is left to the schema.

    Raises:
        BadRequest: there is half a letter, or it is nested without end.
        Refusal: there is NUL.
    """
    if not request.is_json:
        return
    try:
        said = json.loads(request.get_data())
    except RecursionError as error:
        raise BadRequest from error
    except ValueError:
        return
    for text in _texts(said):
        if not is_whole(text):
            raise BadRequest
        _refuse_nul("*", text)


def _texts(said: object) -> Iterator[str]:
    """Every text in a JSON value, names as well."""
    left = [said]
    while left:
        each = left.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            left += [*each, *each.values()]
        elif isinstance(each, list):
            left += each


def _refuse_nul(field: str, text: str) -> None:
    if NUL in text:
        raise Refusal(record="", field=field, problem=UNFIT)
