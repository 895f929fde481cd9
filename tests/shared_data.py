"""The measuring data, which others wrote and which stays outside the project."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"


def folder(name: str) -> Path:
    """One set of the data; a test that needs it says so where it is missing."""
    found = SHARED / name
    if not found.is_dir():
        pytest.skip(f"the data of ../shared/data/{name} is not here")
    return found
