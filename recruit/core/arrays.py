"""Named arrays in one file, mapped into memory when it is opened.

Layout: the eight bytes of MAGIC, the arrays, each at a multiple of ALIGNED, the directory as JSON
({name: [dtype, offset, count]}), and where that begins as a little-endian 64-bit number. An array
is written piece by piece, so that none of them has to be in memory as a whole.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from recruit.core.errors import RecruitError
from recruit.core.i18n import N_
from recruit.core.whole_file import whole_file

MAGIC: Final = b"RECRARR\x01"
ALIGNED: Final = 64
NUMBERS: Final = "biuf"  # what a file may hold: a dtype of objects would be code


class ArraysDamaged(RecruitError):
    """The file is not one of ours, or is cut short."""

    sentence = N_("The file “{file}” cannot be read; it is made anew by itself.")


class Writer:
    """Puts one array after another into a file."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._directory: dict[str, tuple[str, int, int]] = {}
        self._offset = out.write(MAGIC)

    def add(self, name: str, kind: type[np.generic], pieces: Iterable[NDArray[Any]]) -> None:
        """The `pieces`, one after the other, as one array of `kind`."""
        self._pad()
        begin, count = self._offset, 0
        for piece in pieces:
            data = np.ascontiguousarray(piece, kind)
            self._offset += self._out.write(data.data)
            count += data.size
        self._directory[name] = (np.dtype(kind).str, begin, count)

    def add_json(self, name: str, value: object) -> None:
        """A value as the bytes of its JSON text."""
        text = json.dumps(value, ensure_ascii=False).encode()
        self.add(name, np.uint8, [np.frombuffer(text, np.uint8)])

    def close(self) -> None:
        """Write the directory."""
        self._pad()
        begin = self._offset
        self._out.write(json.dumps(self._directory).encode())
        self._out.write(begin.to_bytes(8, "little"))

    def _pad(self) -> None:
        self._offset += self._out.write(b"\0" * (-self._offset % ALIGNED))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write `path`, for its owner alone: a reader sees the old file or the whole new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole_file(path) as out:
        writer = Writer(out)
        yield writer
        writer.close()


def read(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of `path`, as views of the mapped file, which cannot be written to.

    Raises:
        ArraysDamaged: it is no such file, or not a whole one.
        FileNotFoundError: there is none.
    """
    try:
        whole = np.memmap(path, dtype=np.uint8, mode="r")
        if whole[:8].tobytes() != MAGIC:
            raise ArraysDamaged(file=path.name)
        begin = int.from_bytes(whole[-8:].tobytes(), "little")
        directory = json.loads(whole[begin:-8].tobytes())
        return {name: _array(whole, *entry) for name, entry in directory.items()}
    except (ValueError, TypeError) as problem:
        raise ArraysDamaged(file=path.name) from problem


def read_json(array: NDArray[np.uint8]) -> object:
    """What `add_json` wrote."""
    value: object = json.loads(array.tobytes())
    return value


def _array(whole: NDArray[np.uint8], kind: str, offset: int, count: int) -> NDArray[Any]:
    dtype = np.dtype(kind)
    if dtype.kind not in NUMBERS:
        raise ValueError(kind)
    if count == 0:
        return np.zeros(0, dtype)
    return np.frombuffer(whole, dtype=dtype, count=count, offset=offset)
