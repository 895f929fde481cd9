"""Files that came along with mails: each sealed under a key of its own, in a folder beside.

The key lies sealed in the database. Whoever deletes the row has destroyed the file, wherever a copy
of it may lie; and a rotation of the master keys leaves the files as they are. attached_copies.py
copies them beside a copy of the database.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Final

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from recruit.actions.words_table import ATTACHMENT, HEARD
from recruit.core.crypto import Keyring, new_key, seal, unseal
from recruit.core.errors import NotFound, SealBroken
from recruit.core.i18n import N_
from recruit.core.resealing import Sealed
from recruit.notify.attached import Attached, Kind, Refused

FOLDER: Final = "attachments"
ORPHANED: Final = timedelta(days=1)
"""A file that no row names after so long was written by somebody who died before the row was."""
NAME: Final = N_("file")
SEALED: Final = Sealed(ATTACHMENT.c.sealed, lambda row: _binding(row.file))


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the folder that no row names yet; `key` is None where it was refused."""

    file: str
    found: Attached
    key: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file as the inbox lists it: its name, kind, bytes, and why it was refused, if it was."""

    number: int
    heard: int
    name: str = field(repr=False)
    kind: Kind
    size: int
    refused: Refused | None


def store(folder: Path, found: Iterable[Attached]) -> tuple[Stored, ...]:
    """Write what may be kept into `folder`, each sealed; before the unit of work that keeps it."""
    return tuple(_stored(folder / FOLDER, each) for each in found)


def discard(folder: Path, stored: Iterable[Stored]) -> None:
    """Remove files again whose message was kept before."""
    remove(folder, [each.file for each in stored])


def remove(folder: Path, files: Iterable[str]) -> None:
    """Remove files by their names in the folder; what is gone already is no error."""
    for file in files:
        (folder / FOLDER / file).unlink(missing_ok=True)


def keep(session: Session, keyring: Keyring, heard: int, stored: Sequence[Stored]) -> None:
    """Name the files of a message in the caller's unit of work."""
    for each in stored:
        inside = {"name": each.found.name, "key": each.key.hex() if each.key else ""}
        row = {
            "heard": heard,
            "file": each.file,
            "kind": each.found.kind.value,
            "size": each.found.size,
            "refused": each.found.refused.value if each.found.refused else None,
            "sealed": keyring.seal(json.dumps(inside).encode(), _binding(each.file)),
        }
        session.execute(insert(ATTACHMENT).values(row))


def of_messages(
    session: Session, keyring: Keyring, heard: Collection[int]
) -> Mapping[int, list[Attachment]]:
    """The files of some messages, by these messages' numbers, in their order."""
    found: dict[int, list[Attachment]] = {}
    query = select(ATTACHMENT).where(ATTACHMENT.c.heard.in_(list(heard))).order_by(ATTACHMENT.c.id)
    for row in session.execute(query):
        found.setdefault(row.heard, []).append(_listed(keyring, row))
    return found


def opened(
    session: Session, keyring: Keyring, folder: Path, number: int
) -> tuple[Attachment, bytes]:
    """One file and its bytes.

    Raises:
        NotFound: there is none, it was refused, or its file is not in the folder.
        SealBroken: its key does not open, or somebody has changed it.
    """
    row = session.execute(select(ATTACHMENT).where(ATTACHMENT.c.id == number)).one_or_none()
    file = folder / FOLDER / row.file if row else None
    if row is None or row.refused or file is None or not file.is_file():
        raise NotFound(what=NAME, identifier=str(number))
    inside = _inside(keyring, row)
    key = bytes.fromhex(inside["key"])
    return _listed(keyring, row), unseal(key, file.read_bytes(), _binding(row.file))


def files_of(session: Session, person: str) -> list[str]:
    """What the files of a person are called; whoever deletes the rows removes them after that."""
    query = select(ATTACHMENT.c.file).join(HEARD).where(HEARD.c.person == person)
    return list(session.scalars(query))


def tidy(session: Session, folder: Path, at: datetime) -> int:
    """Remove files of a day and more that no row names; how many these were."""
    old = {file.name for file in _older(folder / FOLDER, at - ORPHANED)}
    known = set(session.scalars(select(ATTACHMENT.c.file))) if old else set()
    remove(folder, old - known)
    return len(old - known)


def _stored(folder: Path, found: Attached) -> Stored:
    file = token_hex(16)
    if found.refused:
        return Stored(file, found, None)
    key = new_key()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / file
    place.touch(mode=0o600)
    place.write_bytes(seal(key, found.content, _binding(file)))
    return Stored(file, found, key)


def _listed(keyring: Keyring, row: Row[tuple[object, ...]]) -> Attachment:
    return Attachment(
        number=row.id,
        heard=row.heard,
        name=_inside(keyring, row)["name"],
        kind=Kind(row.kind),
        size=row.size,
        refused=Refused(row.refused) if row.refused else None,
    )


def _inside(keyring: Keyring, row: Row[tuple[object, ...]]) -> dict[str, str]:
    inside = json.loads(keyring.unseal(row.sealed, _binding(row.file)))
    if not isinstance(inside, dict):
        raise SealBroken
    return inside


def _older(folder: Path, since: datetime) -> Iterator[Path]:
    for file in folder.glob("*"):
        if datetime.fromtimestamp(file.stat().st_mtime, UTC) < since:
            yield file


def _binding(file: str) -> str:
    return f"attachment/{file}"
