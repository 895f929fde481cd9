"""Standard releases that an operator adds: OBO, MeSH descriptors (XML), ClaML.

A release is read once into a table of our own in the data folder, so that compiling again needs
neither the file nor its format. Loading a newer file of the same name replaces the table.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException

from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.terminology.concepts import Kind
from recruit.terminology.sources import obo, xml_releases
from recruit.terminology.sources.entry import Entry, Name

FOLDER: Final = "terminologies"
HEAD: Final = 4_096
Reader = Callable[[Path], Iterator[Entry]]


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


def load_release(file: Path, folder: Path) -> int:
    """Add the release in `file` to those of the data folder; the number of its concepts.

    The next build compiles it in. Refusal: the file is of no known format, is cut short, forbids
    safe reading (XML entities) or holds no concept; what was loaded before then stays as it was.
    """
    target = folder / FOLDER / f"{re.sub(r'[^a-z0-9]+', '-', file.stem.lower()).strip('-')}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=target.parent, suffix=".new", delete=False
    ) as out:
        temporary = Path(out.name)
        try:
            count = 0
            for entry in _read(file):
                out.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
                count += 1
            if not count:
                raise _refused(file, N_("this file holds no concept that could be used."))
            out.close()
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    return count


def _read(file: Path) -> Iterator[Entry]:
    try:
        yield from _reader(file)(file)
    except (ParseError, UnicodeDecodeError) as problem:
        raise _refused(file, N_("this file is damaged or cut short.")) from problem
    except DefusedXmlException as problem:
        raise _refused(file, N_("this file defines XML entities, which is not safe.")) from problem


def _reader(file: Path) -> Reader:
    """What reads `file`, told by how it begins, whatever its name."""
    with file.open("rb") as start:
        head = start.read(HEAD)
    if b"<DescriptorRecordSet" in head:
        return xml_releases.mesh_entries
    if b"<ClaML" in head:
        return xml_releases.claml_entries
    if head.lstrip(b"\xef\xbb\xbf").startswith(b"format-version:") or b"\n[Term]" in head:
        return obo.entries
    raise _refused(file, N_("this is neither an OBO file nor MeSH descriptors nor ClaML."))


def _refused(file: Path, problem: str) -> Refusal:
    return Refusal(record=file.name, field="format", problem=problem)
