"""The compiled lexicon's file: named arrays one after another, mapped into memory when opened.

Layout: the eight bytes of MAGIC, the length of the directory as a little-endian 64-bit number, the
directory as JSON ({name: [dtype, offset, count]}), then the arrays, each at a multiple of ALIGNED.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recruit.core.errors import RecruitError
from recruit.core.i18n import N_
from recruit.core.whole_file import whole_file

MAGIC: Final = b"RECRLEX\x01"
ALIGNED: Final = 64
Arrays = Mapping[str, NDArray[Any]]


class LexiconDamaged(RecruitError):
    """The compiled file is not one of ours or is cut short."""

    sentence = N_(
        "The compiled lexicon “{file}” cannot be read. "
        "Please compile it again: “recruit terminology build”."
    )


def write(path: Path, arrays: Arrays) -> None:
    """Put `arrays` into `path` at once: a reader sees the old file or the whole new one."""
    directory: dict[str, tuple[str, int, int]] = {}
    offset = 0
    for name, array in arrays.items():
        directory[name] = (array.dtype.str, offset, array.size)
        offset += -(-array.nbytes // ALIGNED) * ALIGNED
    head = json.dumps(directory).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as out:
        start = MAGIC + len(head).to_bytes(8, "little") + head
        out.write(start + b"\0" * (-len(start) % ALIGNED))
        for array in arrays.values():
            out.write(array.tobytes())
            out.write(b"\0" * (-array.nbytes % ALIGNED))


def read(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of `path`, as views of the mapped file."""
    try:
        whole = np.memmap(path, dtype=np.uint8, mode="r")
        if whole[:8].tobytes() != MAGIC:
            raise LexiconDamaged(file=path.name)
        size = int.from_bytes(whole[8:16].tobytes(), "little")
        directory = json.loads(whole[16 : 16 + size].tobytes())
        base = -(-(16 + size) // ALIGNED) * ALIGNED
        return {
            name: np.frombuffer(whole, dtype=kind, count=count, offset=base + offset)
            for name, (kind, offset, count) in directory.items()
        }
    except (ValueError, IndexError) as problem:
        raise LexiconDamaged(file=path.name) from problem


def pack(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Texts as one array of UTF-8 bytes and where each begins, one more offset than texts."""
    encoded = [text.encode() for text in texts]
    ends = np.zeros(len(encoded) + 1, dtype=np.uint32)
    np.cumsum([len(part) for part in encoded], out=ends[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), ends


class Texts:
    """The other way round: text `i` of a packed array, decoded when it is asked for."""

    __slots__ = ("_bytes", "_ends")

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.uint32]) -> None:
        self._bytes = data
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        return self._bytes[self._ends[place] : self._ends[place + 1]].tobytes().decode()
