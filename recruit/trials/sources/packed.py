"""The one file within an upload: unpacked when it is packed, never beyond a limit.

What a packed file says of its size is not believed: no more is unpacked than is ever taken.
"""

import io
import zipfile
import zlib
from pathlib import PurePath
from typing import Final

from recruit.core.files import BROKEN, OPENERS, decompressed, refused
from recruit.core.i18n import N_
from recruit.core.sheets import NO_TABLE

LARGEST_CONTENT: Final = 32 << 20  # bytes, unpacked; studies with all their results have some 10 MB
LONGEST_NAME: Final = 100
ZIP: Final = b"PK\x03\x04"
PACKED: Final = (".gz", ".xz", ".bz2")
_WORKBOOK: Final = "[Content_Types].xml"
_ENCRYPTED: Final = 0x1
_DAMAGED: Final = N_("the file ends too early or is damaged")


def unpacked(name: str, data: bytes) -> tuple[str, bytes]:
    """The name and the bytes of what is to be read.

    Raises:
        Refusal: naming the file, when it is damaged, encrypted, too large once unpacked, or holds
            several files.
    """
    if data.startswith(ZIP):
        return _from_zip(name, data)
    if not data.startswith(tuple(OPENERS)):
        return name, data
    try:
        with decompressed(io.BytesIO(data)) as content:
            found = content.read(LARGEST_CONTENT + 1)
    except BROKEN:
        raise refused(name, _DAMAGED) from None
    inner = PurePath(name)
    return inner.stem if inner.suffix.lower() in PACKED else name, _within(name, found)


def _from_zip(name: str, data: bytes) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _only(name, archive)
            with archive.open(member) as content:
                found = content.read(LARGEST_CONTENT + 1)
    except (*BROKEN, zipfile.BadZipFile, zlib.error, NotImplementedError):
        raise refused(name, _DAMAGED) from None
    return PurePath(member.filename).name[:LONGEST_NAME], _within(name, found)


def _only(name: str, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [
        each
        for each in archive.infolist()
        if not each.is_dir()
        and not PurePath(each.filename).name.startswith(".")
        and not each.filename.startswith("__MACOSX/")
    ]
    if any(each.filename == _WORKBOOK for each in members):
        raise refused(name, NO_TABLE)
    if len(members) != 1:
        raise refused(
            name, N_("an archive must hold one file; this one holds {count}"), count=len(members)
        )
    (member,) = members
    if member.flag_bits & _ENCRYPTED:
        raise refused(name, N_("the archive asks for a password"))
    return member


def _within(name: str, found: bytes) -> bytes:
    if len(found) > LARGEST_CONTENT:
        limit = LARGEST_CONTENT >> 20
        raise refused(name, N_("the file is larger than {limit} MB once unpacked"), limit=limit)
    return found
