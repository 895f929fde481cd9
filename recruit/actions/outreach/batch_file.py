"""What a print house gets: a ZIP file of letters, and a table that says what is in it."""

import csv
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
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


def pack(file: Path, letters: Sequence[Printed]) -> str:
    """Write the ZIP file, whole or not at all and for nobody else; its SHA-256.

    Raises:
        WrongUsage: it cannot be written there.
    """
    half = file.with_name(f".{file.name}")
    try:
        descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "w+b") as output:
            _fill(output, letters)
            output.flush()
            os.fsync(output.fileno())
            output.seek(0)
            digest = _digest(output)
        half.replace(file)
        synchronise(file.parent)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise WrongUsage(N_("The file {file} cannot be written."), file=file.name) from error
    return digest


def _fill(output: IO[bytes], letters: Sequence[Printed]) -> None:
    with zipfile.ZipFile(output, "w") as packed:
        packed.writestr(_entry(INDEX), _index(letters))
        for each in letters:
            if each.file:
                packed.writestr(_entry(each.name), each.file.read_bytes())


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
