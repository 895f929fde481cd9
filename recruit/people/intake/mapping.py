"""How a community's own columns become our fields (docs/formats.md, "Mappings").

What it makes of a record is the person exchange format, which is then read as ever: nothing is
believed because a mapping says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from recruit.people.intake.columns import Column, at

MOST_ITEMS: Final = 1000  # of one list in one record
Row = Mapping[object, object]
Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a section: what is said once for all, and what the columns say.

    With `each`, the path of a list, it speaks of every item of that list, and columns are the
    item's own: scores or treatments as they followed one another.
    """

    fixed: Mapping[str, str]
    columns: Columns
    each: str = ""

    def rows(self, row: Row) -> list[Row]:
        """What the columns are read from."""
        if not self.each:
            return [row]
        found = at(row, self.each)
        items = found[:MOST_ITEMS] if isinstance(found, list) else []
        return [item for item in items if isinstance(item, Mapping)]

    def used(self) -> Iterator[str]:
        """The columns and paths of the record that are read."""
        if self.each:
            yield self.each
        else:
            yield from (column.path for column in self.columns.values() if column.path)


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Where each of our fields stands in a community's records."""

    person: Columns
    contact: Columns = field(default_factory=dict)
    consent: Columns = field(default_factory=dict)
    lists: tuple[Entry, ...] = ()
    facts: tuple[Entry, ...] = ()
    measures: tuple[Entry, ...] = ()
    states: tuple[Entry, ...] = ()
    answers: tuple[Entry, ...] = ()
    choices: tuple[Entry, ...] = ()
    stay: Columns = field(default_factory=dict)

    def applied(self, value: object) -> object:
        """The record in the exchange format; several records where there are several."""
        if isinstance(value, list):
            return [self.applied(each) for each in value]
        if not isinstance(value, Mapping):
            return value
        home = {name: self._text(value, name) for name in ("postcode", "country")}
        person: dict[str, object] = {
            "id": self._text(value, "id"),
            "birth_date": self._text(value, "birth_date"),
            "age": _number(self._text(value, "age")),
            "sex": self._text(value, "sex"),
            "language": self._text(value, "language"),
            "location": _filled(home),
            "seeking": self._texts(value, "seeking"),
            "complete": self._texts(value, "complete"),
            "note": self._text(value, "note"),
            "facts": list(self._facts(value)),
            "answers": list(self._answers(value)),
            "contact": _filled({name: c.text(value) for name, c in self.contact.items()}),
            "consent": self._consent(value),
            "about": self._text(value, "about"),
            "stay": _filled({name: c.text(value) for name, c in self.stay.items()}),
        }
        return {name: said for name, said in person.items() if said not in (None, [], {})}

    def used(self) -> set[str]:
        """The columns and paths that are read."""
        entries = (
            *self.lists, *self.facts, *self.measures, *self.states, *self.answers, *self.choices,
        )  # fmt: skip
        groups = (self.person, self.contact, self.consent, self.stay)
        own = {column.path for group in groups for column in group.values() if column.path}
        return own.union(*(entry.used() for entry in entries))

    def _text(self, row: Row, name: str) -> str | None:
        column = self.person.get(name)
        return column.text(row) if column else None

    def _texts(self, row: Row, name: str) -> list[str]:
        column = self.person.get(name)
        return column.texts(row) if column else []

    def _facts(self, row: Row) -> Iterator[dict[str, object]]:
        for entry in self.lists:
            for text in entry.columns["column"].texts(row):
                yield {**entry.fixed, "text": text}
        for entry in (*self.facts, *self.states):
            for item in entry.rows(row):
                yield from _fact(entry, item)
        for entry in self.measures:
            for item in entry.rows(row):
                said = {name: column.text(item) for name, column in entry.columns.items()}
                if said["value"]:
                    yield {"kind": "measure", **_filled({**entry.fixed, **said})}

    def _answers(self, row: Row) -> Iterator[dict[str, object]]:
        for entry in self.answers:
            reply = entry.columns["column"].text(row)
            if reply:
                yield {"question": entry.fixed["question"], "answer": reply}

    def _consent(self, row: Row) -> dict[str, object]:
        said: dict[str, object] = {
            name: column.text(row) for name, column in self.consent.items() if name != "purposes"
        }
        listed = self.consent.get("purposes")
        purposes = listed.texts(row) if listed else []
        for entry in self.choices:
            if entry.columns["column"].is_among_words(row):
                purposes.append(entry.fixed["purpose"])
        return _filled({**said, "purposes": purposes}) if purposes else {}


def _fact(entry: Entry, item: Row) -> Iterator[dict[str, object]]:
    """What an entry says of a person, if anything; what has an end is past."""
    said = {name: column.text(item) for name, column in entry.columns.items()}
    # Without a word in any column the entry says nothing of this person.
    told = any(said[name] for name, column in entry.columns.items() if column.path)
    if told and said.get("status", "?"):
        past = {"status": "past"} if said.get("end") and "status" not in said else {}
        yield _filled({**entry.fixed, **past, **said})


def _filled(said: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in said.items() if value not in (None, [], {})}


def _number(text: str | None) -> int | str | None:
    """An age as a number; what is none stays, for the reader to refuse."""
    return int(text) if text is not None and text.isascii() and text.isdigit() else text
