"""The shapes in which others send trials, and how a value is fitted to one.

A shape is a pydantic model that names only what is read. Types are strict: a number where a text
belongs is refused, not converted. A field that is null counts as left out.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.trials.draft import LONGEST_TEXT

MOST_ITEMS: Final = 20_000  # the largest trial on record has some 1,700 sites


class Shape(BaseModel):
    """A JSON object of a registry: camelCase names, unknown fields left alone."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=False
    )


def _storable(text: str) -> str:
    # PostgreSQL stores no NUL, and none belongs in a text.
    if "\x00" in text:
        raise ValueError(N_("this holds a character that no text has"))
    return text


def _left_out(value: object) -> object:
    return "" if value is None else value


def _several(value: object) -> object:
    return () if value is None else tuple(value) if isinstance(value, list) else value


Item = TypeVar("Item")
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_storable)]
Words = Annotated[Text, BeforeValidator(_left_out)]
Many = Annotated[tuple[Item, ...], Field(max_length=MOST_ITEMS), BeforeValidator(_several)]

Model = TypeVar("Model", bound=Shape)


def fitted(shape: type[Model], value: object, record: str) -> Model:
    """`value` as a `shape`.

    Raises:
        Refusal: naming `record` and the path of the first field that does not fit.
    """
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem, details = _problem(first)
        raise Refusal(
            record=record, field=_path(first["loc"]), problem=problem, **details
        ) from None


def part(value: object, *path: str) -> Any:  # noqa: ANN401 - it is whatever stands there
    """What stands at `path` of an object that nothing is known about, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def named(identifier: object, where: str) -> str:
    """How a refusal names a record: by its number where it has a usable one, else by its place."""
    known = isinstance(identifier, str) and identifier.isprintable() and identifier.strip()
    return str(identifier).strip()[:100] if known else where


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """The words that say something, trimmed, each once, in their order."""
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _path(location: tuple[int | str, ...]) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return path.removeprefix(".") or "*"


_PROBLEMS: Final = {
    "missing": N_("this is missing"),
    "string_type": N_("this must be a text"),
    "string_unicode": N_("this holds a character that no text has"),
    "tuple_type": N_("this must be a list"),
    "int_type": N_("this must be a whole number"),
    "float_type": N_("this must be a number"),
    "bool_type": N_("this must be true or false"),
    "model_type": N_("this must be an object"),
    "model_attributes_type": N_("this must be an object"),
}


def _problem(error: ErrorDetails) -> tuple[str, dict[str, object]]:
    kind = error["type"]
    details = error.get("ctx", {})
    if kind == "value_error":
        return str(details["error"]), {}
    if kind == "string_too_long":
        return N_("longer than {limit} characters"), {"limit": f"{details['max_length']:,}"}
    if kind == "too_long":
        return N_("more than {limit} of them"), {"limit": f"{details['max_length']:,}"}
    if kind == "literal_error":
        return N_("this must be one of: {known}"), {"known": details["expected"]}
    return _PROBLEMS.get(kind, N_("this is not of the kind that belongs here")), {}
