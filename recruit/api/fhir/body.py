"""The body of a request: JSON that is neither too large nor too deep nor too much.

JSON says more than FHIR may: `NaN`, one name twice, halves of a letter. It is all refused before
anything is read from it.
"""

import json
from typing import Any, Final

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from recruit.api.fhir.answers import FHIR_JSON
from recruit.api.letters import NUL, is_whole
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.intake.fhir_shape import DEEPEST

Json = dict[str, Any]

LARGEST: Final = 8 << 20  # bytes
MOST_VALUES: Final = 200_000  # a whole record of Synthea's has 16,000
MOST_ENTRIES: Final = 5_000  # 300 are in such a record
SPOKEN: Final = frozenset({FHIR_JSON, "application/json", "text/json"})
BROKEN: Final = N_("This is not JSON, or it ends too early.")
NO_RESOURCE: Final = N_("This is no resource: its “resourceType” is missing.")
TOO_DEEP: Final = N_("This is nested too deeply.")
TOO_MUCH: Final = N_("There are at most {most} values in one body.")
TOO_MANY: Final = N_("There are at most {most} entries in one bundle.")
NO_BUNDLE: Final = N_("A Bundle is wanted here.")
ODD_ENTRY: Final = N_("Each entry of the bundle has to hold a resource.")


def posted() -> Json:
    """The JSON object of the request.

    Raises:
        UnsupportedMediaType: it says that it is something else than JSON.
        WrongUsage: it is no JSON, no object, or more than anybody needs.
    """
    if request.mimetype not in SPOKEN:
        raise UnsupportedMediaType
    return read_object(request.get_data(cache=False))


def read_object(text: bytes | str) -> Json:
    """The JSON object in a text; WrongUsage as above."""
    try:
        value = json.loads(text, parse_constant=_refuse, object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as error:
        raise WrongUsage(BROKEN) from error
    _measure(value)
    if not isinstance(value, dict):
        raise WrongUsage(NO_RESOURCE)
    return value


def bundle_of(value: object, most: int = MOST_ENTRIES) -> Json:
    """The same value, where it is a Bundle of at most so many entries, which are resources.

    Raises:
        WrongUsage: it is not.
    """
    if not isinstance(value, dict) or "resourceType" not in value:
        raise WrongUsage(NO_RESOURCE)
    if value["resourceType"] != "Bundle":
        raise WrongUsage(NO_BUNDLE)
    entries = value.get("entry", [])
    if not isinstance(entries, list) or not all(_holds_resource(each) for each in entries):
        raise WrongUsage(ODD_ENTRY)
    if len(entries) > most:
        raise WrongUsage(TOO_MANY, most=most)
    return value


def _holds_resource(entry: object) -> bool:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return isinstance(resource, dict) and isinstance(resource.get("resourceType"), str)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _distinct(pairs: list[tuple[str, object]]) -> Json:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError
    return made


def _measure(value: object) -> None:
    """Raises WrongUsage for what is too deep, too much, or holds letters that are none."""
    count, level = 0, [value]
    for _ in range(DEEPEST + 2):
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
                _check_letters("".join(each))
            elif isinstance(each, list):
                inner += each
            elif isinstance(each, str):
                _check_letters(each)
        count += len(level)
        if count > MOST_VALUES:
            raise WrongUsage(TOO_MUCH, most=MOST_VALUES)
        if not inner:
            return
        level = inner
    raise WrongUsage(TOO_DEEP)


def _check_letters(text: str) -> None:
    if NUL in text or not is_whole(text):
        raise WrongUsage(BROKEN)
