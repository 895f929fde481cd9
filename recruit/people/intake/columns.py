"""One column of somebody else's file: where it stands, how it is written, what its words mean."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PARTS: Final = {
    "YYYY": r"(?P<year>\d{4})",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "hh": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2})",
}
TOKENS: Final = re.compile("|".join(PARTS))
MOST_PARTS: Final = 200  # entries of one cell's list

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """Where a value stands: a column of a table, or a path ("member.born") into nested JSON.

    `constant` stands for every person alike, without a column. `words` are what the file says and
    what it means, `separator` takes a list apart, `layout` says how dates are written, such as
    "DD/MM/YYYY", and `zone` where a moment's clock stood.
    """

    path: str | None
    constant: str | None = None
    words: Words = field(default_factory=dict)
    separator: str | None = None
    layout: str | None = None
    zone: str | None = None

    def text(self, row: Mapping[object, object]) -> str | None:
        """What the row says; None when it says nothing."""
        said = self.constant if self.path is None else plain(at(row, self.path))
        return None if said is None else self._meant(said.strip())

    def texts(self, row: Mapping[object, object]) -> list[str]:
        """The entries of a list, taken apart where the column says how."""
        found = None if self.path is None else at(row, self.path)
        if isinstance(found, list):
            said = [plain(each) or "" for each in found]
        else:
            whole = self.constant if self.path is None else plain(found)
            said = (whole or "").split(self.separator) if self.separator else [whole or ""]
        entries = (self._meant(each.strip()) for each in said[:MOST_PARTS])
        return [each for each in entries if each]

    def is_among_words(self, row: Mapping[object, object]) -> bool:
        """Whether the row says one of the words, and not what they mean or anything else."""
        said = None if self.path is None else plain(at(row, self.path))
        return said is not None and said.strip().casefold() in self.words

    def _meant(self, said: str) -> str | None:
        meant = self.words.get(said.casefold(), said)
        return self._dated(meant) if meant and self.layout else meant or None

    def _dated(self, said: str) -> str:
        """The date or moment as ISO 8601; what is written otherwise stays, and is refused later."""
        found = pattern(self.layout or "").fullmatch(said)
        if found is None:
            return said
        part = {name: int(number) for name, number in found.groupdict().items()}
        day = "-".join(
            f"{part[name]:0{width}}"
            for name, width in (("year", 4), ("month", 2), ("day", 2))
            if name in part
        )
        if "hour" not in part:
            return day
        try:
            moment = datetime.fromisoformat(
                f"{day}T{part['hour']:02}:{part.get('minute', 0):02}:{part.get('second', 0):02}"
            )
        except ValueError:
            return said
        return moment.replace(tzinfo=ZoneInfo(self.zone or "UTC")).isoformat()


def pattern(layout: str) -> re.Pattern[str]:
    """What a date of this layout looks like."""
    pieces, last = [], 0
    for token in TOKENS.finditer(layout):
        pieces += [re.escape(layout[last : token.start()]), PARTS[token[0]]]
        last = token.end()
    return re.compile("".join([*pieces, re.escape(layout[last:])]))


def is_layout(text: str) -> bool:
    """Whether this says how dates are written: a year at least, and each part once."""
    found = TOKENS.findall(text)
    needed = {"DD": "MM", "mm": "hh", "ss": "mm", "MM": "YYYY", "hh": "DD"}
    whole = all(needed[token] in found for token in found if token in needed)
    return "YYYY" in found and len(set(found)) == len(found) and whole


def is_zone(name: str) -> bool:
    """Whether this is a zone of the tz database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def at(row: Mapping[object, object], path: str) -> object:
    """What stands at the path; a column whose whole name it is goes before steps into JSON."""
    if path in row:
        return row[path]
    value: object = row
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def paths(row: Mapping[object, object], before: str = "") -> Iterator[str]:
    """Every column of a row and every path into it that leads to a value."""
    for name, value in row.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping):
            yield from paths(value, f"{path}.")
        else:
            yield path


def nearest(column: str, known: Collection[str]) -> str:
    """The column that is spelt most like this one, "" where none is at all like it."""
    return next(iter(get_close_matches(column, list(known), 1, 0.5)), "")


def plain(value: object) -> str | None:
    """A value as a cell would show it; None for nothing and for what no cell can show."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (str, int, float)) else None
