"""What comes along with a mail: which of it may be kept, and by which name.

What a file is say its first bytes, never its name or what the mail calls it. Kept are photographs,
scans and PDF; anything else (programs, archives, documents with macros, pages) is refused, and so
is what is too large. Nothing of it is opened or shown here.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from enum import StrEnum
from typing import Final

from recruit.notify.incoming import Leaf, in_words, leaves

LARGEST: Final = 5_000_000  # bytes of one file
MOST: Final = 10
LONGEST_NAME: Final = 80
NAMELESS: Final = "attachment"


class Kind(StrEnum):
    """What a kept file is, and the end of its name."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    HEIC = "heic"
    OTHER = "other"
    """Anything else, which is not kept."""


class Refused(StrEnum):
    """Why a file is not kept."""

    LARGE = "too large"
    ODD = "odd kind"
    MANY = "too many"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Attached:
    """One file: a name that can stand anywhere, its kind, and its bytes, none where refused."""

    name: str = field(repr=False)
    kind: Kind
    size: int
    content: bytes = field(repr=False)
    refused: Refused | None = None


def attached(raw: bytes) -> tuple[Attached, ...]:
    """The files of a mail, in their order; whatever they are, it is no error."""
    return tuple(
        _judged(leaf, name, number) for number, (leaf, name) in enumerate(_files(raw), start=1)
    )


def safe_name(name: str, kind: Kind) -> str:
    """A name without a path, a sign that cannot be seen, or an end that it does not deserve."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " "
    )
    bare = seen.strip(" .")[:LONGEST_NAME] or NAMELESS
    if kind is Kind.OTHER or bare.lower().endswith(f".{kind}"):
        return bare
    return f"{bare}.{kind}"


def kind_of(content: bytes) -> Kind:
    """What a file is by its first bytes.

    PDF: ISO 32000-1, 7.5.2; JPEG: ITU-T T.81, annex B; PNG: ISO/IEC 15948, 5.2; HEIC: ISO/IEC
    23008-12, 10.
    """
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    is_heic = content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1"}
    return Kind.HEIC if is_heic else Kind.OTHER


def _files(raw: bytes) -> Iterator[tuple[Leaf, str]]:
    """The parts that are files: they say so, have a name, or are no text."""
    for leaf in leaves(raw):
        disposition, name = _declared(leaf)
        is_words = leaf.kind in {"text/plain", "text/html"}
        if disposition == "attachment" or name or not is_words:
            yield leaf, name


def _declared(leaf: Leaf) -> tuple[str, str]:
    """What a part says it is for, and its name."""
    declared = Message()
    for field_name in ("Content-Disposition", "Content-Type"):
        for value in leaf.fields.get(field_name.lower(), ())[:1]:
            declared[field_name] = value
    try:
        said = declared.get_content_disposition() or ""
        name = declared.get_filename() or ""
    except Exception:  # noqa: BLE001 - what a made-up parameter breaks in there is nobody's to say
        return "attachment", ""
    return said, in_words(name)


def _judged(leaf: Leaf, name: str, number: int) -> Attached:
    kind, size = kind_of(leaf.content), len(leaf.content)
    refused = None
    if number > MOST:
        refused = Refused.MANY
    elif not size:
        refused = Refused.EMPTY
    elif size > LARGEST:
        refused = Refused.LARGE
    elif kind is Kind.OTHER:
        refused = Refused.ODD
    content = b"" if refused else leaf.content
    return Attached(safe_name(name, kind), kind, size, content, refused)
