"""Records from files as people have them: JSON, JSON Lines, compressed, in an archive.

Each record comes with the place it stands at, so that a refusal can name it. A line that cannot be
read is one refusal; the rest of the file goes on. A document that ends too early, a wrong encoding
or a web page instead of data is one sentence for the file.
"""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from recruit.core.errors import Refusal, WrongUsage
from recruit.core.i18n import N_

LARGEST_DOCUMENT: Final = 128 << 20  # bytes; one JSON document is held in memory, many times over
JSON_LINES: Final = ("application/x-ndjson", "application/jsonl", "application/json-lines")
"""The media types by which JSON Lines go; none of them is registered."""
LONGEST_LINE: Final = 64 << 20
PIECE: Final = 1 << 20

OPENERS: Final[dict[bytes, Callable[[IO[bytes]], IO[bytes]]]] = {
    b"\xfd7zXZ\x00": lzma.open,
    b"\x1f\x8b": gzip.open,  # type: ignore[dict-item]  # the same
    b"BZh": bz2.open,
}
# bz2 raises OSError; tarfile a ValueError, too, where a header's figures make no sense.
BROKEN: Final = (EOFError, lzma.LZMAError, OSError, ValueError, zlib.error, tarfile.TarError)


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON value and where it stood ("people.jsonl:3")."""

    where: str
    value: object


@dataclass(frozen=True, slots=True)
class Line:
    """One line of JSON Lines that is still to be read, and where it stood."""

    where: str
    text: bytes

    def read(self) -> Record | Refusal:
        """The JSON value of the line, or why there is none."""
        return _line(self.where, self.text)


def read_records(path: Path) -> Iterator[Record | Refusal]:
    """Every JSON value in `path`: a document, JSON Lines, or an archive of such files.

    xz, gz and bz2 are told by their first bytes, not by the name. A document that is a list is one
    record; whoever knows the format takes it apart.

    Raises:
        WrongUsage: there is no such file, or it may not be read.
    """
    for found in read_lines(path):
        yield found.read() if isinstance(found, Line) else found


def read_lines(path: Path) -> Iterator[Line | Record | Refusal]:
    """The same, lines of JSON Lines unread: reading them is work that can be shared.

    Raises:
        WrongUsage: as above.
    """
    with opened(path) as file:
        try:
            with decompressed(file) as data:
                yield from records(path.name, data)
        except BROKEN:
            yield refused(path.name, N_("the file ends too early or is damaged"))


def opened(path: Path) -> IO[bytes]:
    """The file, for reading its bytes.

    Raises:
        WrongUsage: there is no such file, or it may not be read.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise WrongUsage(N_("The file {file} cannot be opened."), file=path.name) from error


def refused(where: str, problem: str, **fields: object) -> Refusal:
    """A refusal of what stands at `where` as a whole."""
    return Refusal(record=where, field="file", problem=problem, **fields)


def decompressed(file: IO[bytes]) -> io.BufferedReader:
    """The bytes of the file, whatever it is packed with."""
    head = file.read(6)
    file.seek(0)
    for magic, opener in OPENERS.items():
        if head.startswith(magic):
            return io.BufferedReader(opener(file))  # type: ignore[arg-type]  # they are raw enough
    return io.BufferedReader(file)  # type: ignore[arg-type]  # the same


def records(name: str, data: io.BufferedReader) -> Iterator[Line | Record | Refusal]:
    """The same for bytes that are open already; `name` is what they are called."""
    head = data.peek(512)[:512]
    if head[257:262] == b"ustar":
        yield from _archive(name, data)
    elif not head.strip(b"\xef\xbb\xbf \t\r\n"):
        yield refused(name, N_("the file is empty"))
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield refused(name, N_("this is a web page or XML, not JSON"))
    else:
        yield from _json(name, data)


def _archive(name: str, data: IO[bytes]) -> Iterator[Line | Record | Refusal]:
    with tarfile.open(fileobj=data, mode="r|") as archive:
        for member in archive:
            if not member.isfile() or not member.name.endswith((".json", ".jsonl", ".ndjson")):
                continue
            content = archive.extractfile(member)
            if content is not None:
                yield from records(f"{name}/{Path(member.name).name}", io.BufferedReader(content))  # type: ignore[arg-type]  # as above


def _json(name: str, data: io.BufferedReader) -> Iterator[Line | Record | Refusal]:
    """JSON Lines when the first line is a whole JSON value, else one document.

    A document may well have an object a line, and JSON Lines may be broken in the first one: then
    it is what it can be read as.
    """
    first = data.readline(LONGEST_LINE)
    if len(first) == LONGEST_LINE:
        yield refused(name, N_("a line is longer than {limit} MB"), limit=LONGEST_LINE >> 20)
        return
    opening = _line(f"{name}:1", first)
    following = data.peek(1)
    if isinstance(opening, Record) and not following:
        yield Record(name, opening.value)
    elif isinstance(opening, Record):
        yield opening
        yield from _lines(name, data)
    else:
        text = _whole(first, data)
        document = _document(name, text)
        if isinstance(document, Record) or not _looks_like_lines(first, following):
            yield document
        else:
            yield opening
            del text[: len(first)]
            yield from _lines(name, io.BytesIO(text))


def _whole(first: bytes, data: IO[bytes]) -> bytearray:
    """`first` and what follows it, in one piece without a copy; no more than is ever taken."""
    text = bytearray(first)
    while len(text) < LARGEST_DOCUMENT and (piece := data.read(PIECE)):
        text += piece
    return text


def _looks_like_lines(first: bytes, following: bytes) -> bool:
    """A broken first line of JSON Lines starts an object and the next line starts another."""
    return first.lstrip(b"\xef\xbb\xbf").startswith(b"{") and following.startswith(b"{")


def _lines(name: str, data: IO[bytes]) -> Iterator[Line]:
    number = 1
    while line := data.readline(LONGEST_LINE):
        number += 1
        if line.strip():
            yield Line(f"{name}:{number}", line)


def _line(where: str, line: bytes | bytearray) -> Record | Refusal:
    try:
        return Record(where, json.loads(line.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return refused(where, N_("the text is not UTF-8"))
    except (ValueError, RecursionError):
        return refused(where, N_("this is not JSON, or it ends too early"))


def _document(name: str, data: bytearray) -> Record | Refusal:
    if len(data) >= LARGEST_DOCUMENT:
        limit = LARGEST_DOCUMENT >> 20
        return refused(name, N_("the document is larger than {limit} MB"), limit=limit)
    return _line(name, data)
