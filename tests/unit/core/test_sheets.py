"""Tables as spreadsheets save them: each delimiter and encoding that occurs, or a sentence."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.core.sheets import read_rows

PERSON = {"id": "1", "name": "Zoé", "note": "a"}


def rows(folder: Path, data: bytes, name: str = "p.csv") -> list[object]:
    """Values of the rows; of what was refused the problem."""
    file = folder / name
    file.write_bytes(data)
    return [
        found.value if isinstance(found, Record) else f"{found.record}: {found.explain('en')}"
        for found in read_rows(file)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_reads_the_same_however_it_was_saved(
    tmp_path: Path, delimiter: str, encoding: str, end: str
) -> None:
    lines = [delimiter.join(PERSON), delimiter.join(PERSON.values()), ""]
    assert rows(tmp_path, end.join(lines).encode(encoding)) == [PERSON]


def test_quotes_hold_delimiters_and_new_lines(tmp_path: Path) -> None:
    data = b'id;note\n1;"a;b\nc ""d"""\n2;e\n'
    assert rows(tmp_path, data) == [{"id": "1", "note": 'a;b\nc "d"'}, {"id": "2", "note": "e"}]


def test_a_formula_is_a_text(tmp_path: Path) -> None:
    assert rows(tmp_path, b"id,note\n1,=HYPERLINK(1)\n2,+1\n3,@x\n") == [
        {"id": "1", "note": "=HYPERLINK(1)"},
        {"id": "2", "note": "+1"},
        {"id": "3", "note": "@x"},
    ]


def test_the_delimiter_that_a_spreadsheet_announces_counts(tmp_path: Path) -> None:
    assert rows(tmp_path, b"sep=;\r\nid;note\r\n1;a\r\n") == [{"id": "1", "note": "a"}]


def test_empty_rows_and_nameless_columns_are_passed_over(tmp_path: Path) -> None:
    assert rows(tmp_path, b"id,,note\n1,x,a\n,,\n\n2,y,b\n") == [
        {"id": "1", "note": "a"},
        {"id": "2", "note": "b"},
    ]


def test_a_compressed_table_is_read(tmp_path: Path) -> None:
    assert rows(tmp_path, gzip.compress(b"id,note\n1,a\n"), "p.csv.gz") == [
        {"id": "1", "note": "a"}
    ]


def test_a_row_of_another_length_is_refused_alone(tmp_path: Path) -> None:
    assert rows(tmp_path, b"id,note\n1\n2,b\n3,c,d\n") == [
        "p.csv:2: this row has 1 cells, the header has 2",
        {"id": "2", "note": "b"},
        "p.csv:4: this row has 3 cells, the header has 2",
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04workbook", "save it as “CSV UTF-8”"),
        (b"\xd0\xcf\x11\xe0workbook", "save it as “CSV UTF-8”"),
        ("id;name\n1;Zoé\n".encode("utf-16-le"), "the encoding cannot be told"),
        (b"id;name\n1;\x81\n", "the encoding cannot be told"),
        (b"id\n1\n", "columns are parted by"),
        (b"id,id\n1,2\n", "two columns are called “id”"),
        (b",,\n1,2,3\n", "no names of columns"),
        (b'{"id": 1}', "JSON files end in"),
        (b"<html>", "this is no table"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(
    tmp_path: Path, data: bytes, problem: str
) -> None:
    [said] = rows(tmp_path, data)
    assert problem in str(said)


def test_a_file_that_changes_its_encoding_stops_there(tmp_path: Path) -> None:
    data = "id;name\n1;Zoé\n".encode() + "2;Zoé\n".encode("cp1252") + b"3;a\n"
    assert rows(tmp_path, data) == [
        {"id": "1", "name": "Zoé"},
        "p.csv:3: this line is in another encoding than those before; save the file as UTF-8",
    ]


def test_a_quotation_mark_that_is_left_open_ends_the_file_not_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "bomb.csv.gz"
    with gzip.open(file, "wb", compresslevel=1) as out:
        out.write(b'id,note\n1,a\n2,"')
        for _ in range(64):
            out.write(b"x\n" * (1 << 19))  # a megabyte
    tracemalloc.start()
    found = list(read_rows(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found[-1], Refusal)
    assert "longer than 1048576 letters" in found[-1].explain("en")
    assert peak < 32 << 20


def test_a_line_without_an_end_is_no_bomb_either(tmp_path: Path) -> None:
    file = tmp_path / "bomb.csv.gz"
    with gzip.open(file, "wb", compresslevel=1) as out:
        for _ in range(64):
            out.write(b"x" * (1 << 20))
    tracemalloc.start()
    [found] = read_rows(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Refusal)
    assert peak < 16 << 20
