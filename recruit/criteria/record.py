"""One JSON object, read field by field: whatever is odd is refused by name.

JSON comes from files, forms and the database, so nothing about it is taken for granted. A reader
gives a value of the type that was asked for or raises a Refusal that says which record and which
field, never what the field held.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final, Never, TypeAlias, TypeVar

from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.nodes import Number, Span

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"

Choice = TypeVar("Choice")

_COUNTRY: Final = re.compile("[A-Z]{2}")
_LANGUAGE: Final = re.compile("[a-z]{2}")


class Record:
    """A JSON object at `path` of the record `where`. A field that is null counts as left out."""

    __slots__ = ("data", "path", "where")

    def __init__(self, data: object, where: str, path: str) -> None:
        if not isinstance(data, dict):
            raise Refusal(record=where, field=path or "*", problem=N_("this must be an object"))
        self.data: dict[object, object] = data
        self.where = where
        self.path = path

    def at(self, name: str) -> str:
        """The full path of the field `name`."""
        return f"{self.path}.{name}" if self.path else name

    def refuse(self, name: str, problem: str, **details: object) -> Never:
        """Raise the Refusal of the field `name`."""
        raise Refusal(record=self.where, field=self.at(name), problem=problem, **details)

    def only(self, names: frozenset[str]) -> None:
        """Refuse a field that is not one of `names`."""
        if not names.issuperset(self.data):
            unknown = min(str(name)[:40] for name in self.data.keys() - names)
            self.refuse(unknown, N_("there is no such field here"))

    def nested(self, name: str, names: frozenset[str]) -> "Record | None":
        """The object in the field `name`, which may have the fields `names`, or None."""
        value = self.data.get(name)
        if value is None:
            return None
        inner = Record(value, self.where, self.at(name))
        inner.only(names)
        return inner

    def records(self, name: str) -> "Iterator[Record]":
        """The objects of a list; none when left out."""
        value = self.data.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.refuse(name, N_("this must be a list"))
        for index, each in enumerate(value):
            yield Record(each, self.where, self.at(f"{name}[{index}]"))

    def any_text(self, name: str) -> str:
        """A text, which may be empty."""
        value = self.data.get(name)
        if not isinstance(value, str):
            self.refuse(name, N_("this must be a text"))
        return value

    def text(self, name: str) -> str:
        """A text that says something."""
        value = self.any_text(name)
        if not value or value.isspace():
            self.refuse(name, N_("this must not be empty"))
        return value

    def optional_text(self, name: str) -> str | None:
        """A text that says something, or None."""
        return None if self.data.get(name) is None else self.text(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; none when left out."""
        value = self.data.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            self.refuse(name, N_("this must be a list of texts"))
        return tuple(value)

    def number(self, name: str, lowest: Number, highest: Number = math.inf) -> Number | None:
        """A finite number from `lowest` to `highest`, or None."""
        value = self.data.get(name)
        if value is None:
            return None
        if type(value) is not float and type(value) is not int:
            self.refuse(name, N_("this must be a number"))
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.refuse(name, N_("this must be a finite number"))
        if not lowest <= number <= highest:
            self.refuse(name, N_("no such value is possible here"))
        return number

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false; `default` when left out."""
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(name, N_("this must be true or false"))
        return value

    def choice(self, name: str, choices: Mapping[str, Choice], default: Choice | None) -> Choice:
        """One of `choices` by its name; `default` when left out, refused when that is None."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or value not in choices:
            self.refuse(name, N_("this must be one of: {known}"), known=", ".join(choices))
        return choices[value]

    def optional_choice(self, name: str, choices: Mapping[str, Choice]) -> Choice | None:
        """One of `choices` by its name, or None."""
        return None if self.data.get(name) is None else self.choice(name, choices, None)

    def country(self) -> str | None:
        """The field `country`: two capital letters (ISO 3166-1 alpha-2), or None."""
        code = self.optional_text("country")
        if code is not None and not _COUNTRY.fullmatch(code):
            self.refuse("country", N_("this must be a country code of two capital letters"))
        return code

    def language(self) -> str:
        """The field `value`: two small letters (ISO 639-1)."""
        code = self.text("value")
        if not _LANGUAGE.fullmatch(code):
            self.refuse("value", N_("this must be a language code of two small letters"))
        return code

    def span(self) -> Span | None:
        """The field `span`: `[start, end)` with 0 ≤ start ≤ end, or None."""
        value = self.data.get("span")
        if value is None:
            return None
        if isinstance(value, list) and len(value) == len(("start", "end")):
            start, end = value
            if type(start) is int and type(end) is int and 0 <= start <= end:
                return (start, end)
        return self.refuse("span", N_("this must be two whole numbers, a start and an end"))
