"""What comes along with a mail: kept by its first bytes, and by a name that harms nobody."""

import time

import pytest

from recruit.notify.attached import LARGEST, MOST, Kind, Refused, attached, safe_name
from tests.mails import with_files

PDF = b"%PDF-1.4\n%%EOF\n"


def test_a_file_is_what_its_first_bytes_say() -> None:
    files = [
        ("a.pdf", PDF),
        ("b.pdf", b"\xff\xd8\xff\xe0 picture"),
        ("c.png", b"\x89PNG\r\n\x1a\n"),
        ("d.jpg", b"\0\0\0\x18ftypheic"),
        ("e.pdf", b"MZ\x90 a program"),
        ("f.pdf", b"PK\x03\x04 an archive"),
        ("g.pdf", b"<html><script>alert(1)</script>"),
        ("h.pdf", b""),
    ]
    found = attached(with_files("a@example.org", files))
    assert [(each.name, each.kind) for each in found[:4]] == [
        ("a.pdf", Kind.PDF),
        ("b.pdf.jpg", Kind.JPEG),
        ("c.png", Kind.PNG),
        ("d.jpg.heic", Kind.HEIC),
    ]
    refused = [each.refused for each in found]
    assert refused == [None] * 4 + [Refused.ODD] * 3 + [Refused.EMPTY]
    assert all(not each.content for each in found[4:])


def test_what_is_too_large_or_too_many_is_refused() -> None:
    [large] = attached(with_files("a@example.org", [("a.pdf", PDF + b"x" * LARGEST)]))
    assert (large.refused, large.content) == (Refused.LARGE, b"")
    many = attached(with_files("a@example.org", [("a.pdf", PDF)] * (MOST + 2)))
    assert [each.refused for each in many[MOST:]] == [Refused.MANY] * 2


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\scan.pdf", "scan.pdf"),
        ("scan\u202efdp.exe", "scanfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("", "attachment.pdf"),
        ("...", "attachment.pdf"),
        ("x" * 500, "x" * 80 + ".pdf"),
        ("\0.pdf", "pdf.pdf"),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(name: str, safe: str) -> None:
    assert safe_name(name, Kind.PDF) == safe


def test_words_are_no_files() -> None:
    assert attached(with_files("a@example.org", [])) == ()


def test_hostile_mails_take_no_time() -> None:
    bomb = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 1_000_000
    mad = b"Content-Disposition: attachment; filename*0*=" + b"%" * 60_000 + b"\r\n\r\nx"
    for raw in (bomb, mad, b"--" * 2_000_000, b""):
        began = time.perf_counter()
        attached(raw)
        assert time.perf_counter() - began < 2
