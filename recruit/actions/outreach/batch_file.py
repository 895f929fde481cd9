"""What a print house gets: a ZIP file of letters, and a table that says what is in it."""

import csv
import fcntl
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from recruit.core.cells import cell
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.notify.channels.letter import OWNER_ONLY, synchronise

INDEX: Final = "index.csv"
COLUMNS: Final = ("reference", "file", "pages", "country", "language", "sha256")
FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)  # of ZIP: the same letters make the same file
PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Printed:
    """A letter of a batch: its number in the outbox, its code, its PDF and that one's SHA-256.

    `file` is None where it is gone.
    """

    message: int
    code: str
    file: Path | None
    pages: int
    country: str
    language: str
    digest: str

    @property
    def name(self) -> str:
        """What it is called in the ZIP file: nothing of the person."""
        return f"{self.code.replace(' ', '-')}.pdf"

    def is_whole(self) -> bool:
        """Whether its file is there, and still what was taken into the batch."""
        return self.file is not None and sha256(self.file.read_bytes()).hexdigest() == self.digest


def named(into: Path, batch: int) -> Path:
    """Where the file of a batch stands in the print house's folder."""
    return into / f"letters-{batch:06}.zip"


@contextmanager
def held(into: Path) -> Iterator[None]:
    """Let nobody else make a batch in this folder meanwhile; and see that one can be made there.

    Raises:
        WrongUsage: nothing can be written there.
    """
    probe = into / ".letters-probe"
    try:
        descriptor = os.open(into, os.O_RDONLY)
    except OSError as error:
        raise _unwritable(into) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        probe.touch(OWNER_ONLY)
        probe.unlink(missing_ok=True)
    except OSError as error:
        os.close(descriptor)
        raise _unwritable(into) from error
    try:
        yield
    finally:
        os.close(descriptor)


def pack(file: Path, letters: Sequence[Printed]) -> str:
    """Write the ZIP file beside its place, hidden and for nobody else; its SHA-256.

    The print house has it once it is published, which follows when the batch is closed for good.

    Raises:
        WrongUsage: it cannot be written there.
    """
    half = _hidden(file)
    try:
        descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "w+b") as output:
            _fill(output, letters)
            output.flush()
            os.fsync(output.fileno())
            output.seek(0)
            digest = _digest(output)
        synchronise(file.parent)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise _unwritable(file) from error
    return digest


def publish(file: Path) -> None:
    """Give a file that was packed to the print house.

    Raises:
        WrongUsage: it cannot be renamed there.
    """
    try:
        _hidden(file).replace(file)
        synchronise(file.parent)
    except OSError as error:
        raise _unwritable(file) from error


def packed(into: Path) -> Iterator[tuple[Path, str]]:
    """The files that were packed and never published: the place of each, and its SHA-256."""
    for half in sorted(into.glob(".letters-*.zip")):
        with half.open("rb") as content:
            digest = _digest(content)
        yield half.with_name(half.name.removeprefix(".")), digest


def drop(file: Path) -> None:
    """Delete a file that was packed and is not to be published: there are addresses in it."""
    _hidden(file).unlink(missing_ok=True)


def _hidden(file: Path) -> Path:
    return file.with_name(f".{file.name}")


def _unwritable(file: Path) -> WrongUsage:
    return WrongUsage(N_("The file {file} cannot be written."), file=file.name)


def _fill(output: IO[bytes], letters: Sequence[Printed]) -> None:
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr(_entry(INDEX), _index(letters))
        for each in letters:
            if each.file:
                archive.writestr(_entry(each.name), each.file.read_bytes())


def _index(letters: Sequence[Printed]) -> str:
    table = io.StringIO()
    lines = csv.writer(table)
    lines.writerow(COLUMNS)
    for each in letters:
        told = (each.code, each.name, each.pages, each.country, each.language, each.digest)
        lines.writerow(map(cell, told))
    return table.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, FIRST_DAY)


def _digest(file: IO[bytes]) -> str:
    total = sha256()
    for piece in _pieces(file):
        total.update(piece)
    return total.hexdigest()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
