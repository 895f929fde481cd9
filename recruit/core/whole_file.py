"""A file that is there whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

BUFFER: Final = 1 << 20  # bytes


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Write `path`, for its owner alone: a reader sees the old file or the whole new one.

    What was written so far is gone where the block is left by an error.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "wb", buffering=BUFFER) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
