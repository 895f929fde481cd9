"""Standard releases that an operator adds: OBO, MeSH descriptors (XML), ClaML."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recruit.terminology.concepts import Kind
from recruit.terminology.sources.entry import Entry, Name

FOLDER: Final = "terminologies"


def tables(folder: Path) -> list[Path]:
    """The tables of all releases that were loaded into the data folder `folder`."""
    return sorted((folder / FOLDER).glob("*.jsonl"))


def digest(folder: Path) -> str:
    """A digest of all loaded releases."""
    whole = hashlib.sha256()
    for file in tables(folder):
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"releases={whole.hexdigest()[:16]}"


def entries(folder: Path) -> Iterator[Entry]:
    """Everything that was loaded."""
    for file in tables(folder):
        with file.open(encoding="utf-8") as lines:
            yield from map(_entry, lines)


def _entry(line: str) -> Entry:
    row = json.loads(line)
    return Entry(
        row["code"],
        Kind(row["kind"]),
        tuple(Name(**name) for name in row["names"]),
        tuple(row["parents"]),
        tuple(row["same"]),
    )
