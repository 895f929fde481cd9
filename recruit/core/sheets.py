"""Tables as spreadsheets save them: CSV with , ; | or tab, in the encodings that occur.

A cell is text and nothing else: what looks like a formula is a text that begins with "=". What
cannot be told apart is refused with a sentence that says how to save the file.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from recruit.core.errors import Refusal
from recruit.core.files import BROKEN, Record, decompressed, opened, refused
from recruit.core.i18n import N_

DELIMITERS: Final = ",;\t|"
LONGEST_ROW: Final = 1 << 20  # letters, in all lines of a row
MOST_COLUMNS: Final = 2000
WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What other programs' files begin with: workbooks (ZIP and OLE), and pages.
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

csv.field_size_limit(LONGEST_ROW)  # a cell is a note at times

NO_TABLE: Final = N_("this is a workbook, not CSV; save it as “CSV UTF-8” and take that file")
NO_MARK: Final = N_("the encoding cannot be told; save the file as “CSV UTF-8”")
MIXED: Final = N_("this line is in another encoding than those before; save the file as UTF-8")
NO_DELIMITER: Final = N_("one column alone was found; columns are parted by , ; | or a tab")
TOO_LONG: Final = N_("a row is longer than {limit} letters; is a quotation mark left open?")


def is_table(path: Path) -> bool:
    """Whether the file's name says that it is a table rather than JSON."""
    names = [suffix.lower() for suffix in path.suffixes]
    return any(suffix in {".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods"} for suffix in names)


def read_rows(path: Path) -> Iterator[Record | Refusal]:
    """Every row of a table as an object with the header's names; empty rows are passed over.

    Raises:
        WrongUsage: there is no such file, or it may not be read.
    """
    with opened(path) as file:
        try:
            with decompressed(file) as data:
                yield from rows(path.name, data)
        except BROKEN:
            yield refused(path.name, N_("the file ends too early or is damaged"))


def rows(name: str, data: io.BufferedReader) -> Iterator[Record | Refusal]:
    """The same for bytes that are open already."""
    try:
        with closing(_Lines(name, data)) as lines:
            header = lines.header()
            reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
            yield from _records(name, lines, reader, header.names)
    except Refusal as refusal:
        yield refusal


def _records(
    name: str, lines: "_Lines", reader: Iterator[list[str]], names: list[str]
) -> Iterator[Record | Refusal]:
    while True:
        lines.begin()
        where = f"{name}:{lines.number + 1}"
        try:
            cells = next(reader, None)
        except csv.Error:
            yield refused(where, N_("the row cannot be read: a quotation mark stands alone"))
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            problem = N_("this row has {cells} cells, the header has {names}")
            yield refused(where, problem, cells=len(cells), names=len(names))
            continue
        yield Record(where, {n: cell for n, cell in zip(names, cells, strict=True) if n})


class _Header:
    """The names of the columns and what stands between them."""

    def __init__(self, name: str, line: str) -> None:
        bare = _outside_quotes(line)
        self.delimiter = max(DELIMITERS, key=bare.count)
        if not bare.count(self.delimiter):
            raise refused(name, NO_DELIMITER)
        try:
            cells = next(csv.reader([line], delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            raise refused(name, N_("the first line has no names of columns")) from error
        self.names = [cell.strip() for cell in cells]
        named = [each for each in self.names if each]
        if not named or len(self.names) > MOST_COLUMNS:
            raise refused(name, N_("the first line has no names of columns"))
        for each in named:
            if named.count(each) > 1:
                problem = N_("two columns are called “{column}”")
                raise refused(name, problem, column=each[:60])


class _Lines:
    """The lines of a table as text, whatever they were written in."""

    def __init__(self, name: str, data: io.BufferedReader) -> None:
        head = data.peek(4096)[:4096]
        self.name, self.number = name, 0
        self._room = LONGEST_ROW
        self._encoding: str | None = None
        self._data = data
        if head.startswith(WORKBOOKS):
            raise refused(name, NO_TABLE)
        if not head.strip(b"\xef\xbb\xbf \t\r\n"):
            raise refused(name, N_("the file is empty"))
        self._wide = io.TextIOWrapper(data, "utf-16", newline="") if head.startswith(WIDE) else None
        if self._wide is not None:
            return
        if b"\0" in head:
            raise refused(name, NO_MARK)
        if head.startswith(codecs.BOM_UTF8):
            data.read(len(codecs.BOM_UTF8))
            self._encoding = "utf-8"
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"[")):
            raise refused(name, N_("this is no table; JSON files end in .json or .jsonl"))

    def close(self) -> None:
        """Let go of the bytes, which whoever opened them closes."""
        if self._wide is not None:
            self._wide.detach()

    def begin(self) -> None:
        """A new row begins."""
        self._room = LONGEST_ROW

    def header(self) -> _Header:
        """The first line; a line "sep=;" before it, as one spreadsheet writes it, counts."""
        first = next(self, "")
        if first.lower().startswith("sep="):
            first = next(self, "")
        return _Header(self.name, first)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.number += 1
        line = self._next(self._room + 1)
        if not line:
            raise StopIteration
        self._room -= len(line)
        if self._room < 0:
            raise refused(self.where, TOO_LONG, limit=LONGEST_ROW)
        return line

    @property
    def where(self) -> str:
        """The line that was read last."""
        return f"{self.name}:{self.number}"

    def _next(self, longest: int) -> str:
        try:
            if self._wide is not None:
                return self._wide.readline(longest)
        except UnicodeError as error:
            raise refused(self.where, NO_MARK) from error
        return self._decoded(self._data.readline(longest))

    def _decoded(self, line: bytes) -> str:
        """UTF-8, or Windows-1252 when the first line with more than ASCII is no UTF-8."""
        if line.isascii():
            return line.decode("ascii")
        for encoding in (self._encoding,) if self._encoding else ("utf-8", "cp1252"):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                continue
            self._encoding = encoding
            return text
        raise refused(self.where, MIXED if self._encoding else NO_MARK)


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
