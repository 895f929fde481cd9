"""Whether a resource is FHIR R4: as JSON should be, and as fhir.resources checks it."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import ValidationError

from recruit.core.dates import PartialDate
from recruit.people.intake.fhir_values import Json

DEEPEST: Final = 60  # no profile in use nests further; the checker gives up at some hundred
DATES: Final = frozenset({"birthDate", "authoredOn", "start", "end"})
MOMENTS: Final = ("dateTime", "DateTime", "Instant")
DATE: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}(?:T.+)?)?)?")


def invalid(resource: Json) -> str:
    """The path of the first thing that is not valid R4, "" when all is."""
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - slow to import

    odd = _odd(resource, "", 0)
    if odd:
        return odd
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        return ".".join(map(str, error.errors()[0]["loc"])) or "*"
    return ""


def _odd(value: object, path: str, depth: int) -> str:
    """What fhir.resources lets pass: null for left out, a number for a date, endless nesting."""
    if depth > DEEPEST:
        return path.partition(".")[0]
    inner: Iterable[tuple[object, object]] = ()
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for name, each in inner:
        below = f"{path}.{name}" if path else str(name)
        if isinstance(name, str) and (each is None or (_is_date(name) and not _is_dated(each))):
            return below
        found = _odd(each, below, depth + 1)
        if found:
            return found
    return ""


def _is_date(name: str) -> bool:
    return name in DATES or name.endswith(MOMENTS)


def _is_dated(value: object) -> bool:
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return False
    try:
        PartialDate.parse(value[:10])
    except ValueError:
        return False
    return True
