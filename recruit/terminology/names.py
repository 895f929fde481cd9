"""The names that our own tables give to their entries, and how those tables are read.

A table is a TOML file (or a folder of them) with one entry a key. An entry has its preferred
`name_en` and `name_fr`, and further names: `en`, `fr` or `any` (both languages), and `exact`,
`exact_en`, `exact_fr`, which count only with the capitals they are written with ("CAT", "Hb").
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TABLES: Final = Path(__file__).parent / "tables"
LANGUAGES_OF: Final = {
    "en": ("en",),
    "fr": ("fr",),
    "any": ("en", "fr"),
    "exact": ("en", "fr"),
    "exact_en": ("en",),
    "exact_fr": ("fr",),
}

# What TOML gives: its values are checked where an entry is built.
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an entry in one language; `case_sensitive` ones count only as written."""

    text: str
    language: str
    case_sensitive: bool = False


def read_table(name: str) -> dict[str, Any]:
    """What `tables/<name>.toml` holds."""
    return tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))


def names_of(entry: Entry) -> tuple[Name, ...]:
    """All names of an entry of a table, the preferred ones first, none twice."""
    return tuple(dict.fromkeys(_every_name(entry)))


def _every_name(entry: Entry) -> Iterator[Name]:
    for language in ("en", "fr"):
        yield Name(str(entry[f"name_{language}"]), language)
    for column, languages in LANGUAGES_OF.items():
        for text in entry.get(column, ()):
            for language in languages:
                yield Name(str(text), language, column.startswith("exact"))
