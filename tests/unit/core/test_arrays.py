"""Arrays in a file: as they were, whole or not at all, numbers and nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest

from recruit.core.arrays import ArraysDamaged, read, read_json, writing


def write(file: Path) -> None:
    with writing(file) as writer:
        writer.add("pieces", np.int32, [np.arange(3), np.zeros(0), np.arange(3, 5)])
        writer.add("flags", np.bool_, [np.array([True, False])])
        writer.add("none", np.float64, [])
        writer.add_json("said", {"mot": "été"})


def test_what_was_written_in_pieces_is_read_as_one_array(tmp_path: Path) -> None:
    write(tmp_path / "file")
    found = read(tmp_path / "file")
    assert found["pieces"].tolist() == [0, 1, 2, 3, 4]
    assert found["flags"].tolist() == [True, False]
    assert found["none"].size == 0
    assert read_json(found["said"]) == {"mot": "été"}


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    write(tmp_path / "file")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    write(tmp_path / "file")
    before = (tmp_path / "file").read_bytes()
    with pytest.raises(ValueError, match="invalid literal"), writing(tmp_path / "file") as writer:
        writer.add("pieces", np.int32, [np.array(["no number"])])
    assert (tmp_path / "file").read_bytes() == before
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


@pytest.mark.parametrize("cut", [0, 5, 40, 200])
def test_a_file_that_is_cut_short_is_damaged(tmp_path: Path, cut: int) -> None:
    write(tmp_path / "file")
    whole = (tmp_path / "file").read_bytes()
    (tmp_path / "file").write_bytes(whole[:cut])
    with pytest.raises(ArraysDamaged):
        read(tmp_path / "file")


def test_an_array_of_objects_is_refused(tmp_path: Path) -> None:
    directory = json.dumps({"evil": ["|O", 8, 1]}).encode()
    file = tmp_path / "file"
    file.write_bytes(b"RECRARR\x01" + b"\0" * 8 + directory + (16).to_bytes(8, "little"))
    with pytest.raises(ArraysDamaged):
        read(file)
