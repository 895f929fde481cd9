"""A key that is kept: whole, private, and one for all processes of a machine."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from recruit.core import keys
from recruit.core.keys import kept_key
from recruit.core.tokens import token

FILE = "session.key"


@pytest.mark.parametrize("content", ["", "\n", "half-a-key", "é" * 40])
def test_a_file_without_a_whole_key_is_made_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    made = kept_key(tmp_path / FILE)
    assert len(made) >= len(token())
    assert kept_key(tmp_path / FILE) == made


def test_a_key_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    kept = kept_key(tmp_path / FILE)
    (tmp_path / FILE).chmod(0o644)
    assert kept_key(tmp_path / FILE) == kept
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_crash_before_the_key_is_whole_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"^$"):
        kept_key(tmp_path / FILE)
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_at_once_agree_on_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, make = Barrier(4), keys._make

    def together(file: Path) -> None:
        started.wait()
        make(file)

    monkeypatch.setattr(keys, "_make", together)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(kept_key, [tmp_path / FILE] * 4))
    assert len(set(found)) == 1
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
