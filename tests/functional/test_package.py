"""The package as it is installed elsewhere: it carries all it needs, and runs outside its tree."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.functional.shell import PATIENCE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603 - our own
    return next(folder.glob("*.whl"))


def everything(folder: str) -> Iterator[str]:
    """The files under a folder of this checkout that are no traces of a run."""
    for file in Path(folder).rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file.as_posix()


def test_it_carries_pages_words_migrations_and_terms(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assert {each for each in everything("recruit") if each not in names} == set()
    assert {f"recruit/{each}" for each in everything("templates")} <= names
    assert {each.rpartition("/")[2] for each in names if "/licenses/" in each} == {
        "LICENSE",
        "NOTICE.md",
    }
    assert wheel.name.startswith(f"recruit-{version('recruit')}-")


def test_installed_elsewhere_it_runs_the_demonstration(wheel: Path, data_folder: Path) -> None:
    installed = data_folder.parent / "installed"
    with ZipFile(wheel) as packed:
        packed.extractall(installed)
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    ran = subprocess.run(
        [sys.executable, "-m", "recruit", "demo", "--no-serve"],
        cwd=data_folder.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("296 invented people are matched with 16 invented studies.")
    where = subprocess.run(
        [sys.executable, "-c", "import recruit; print(recruit.__file__)"],
        cwd=data_folder.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(installed))
