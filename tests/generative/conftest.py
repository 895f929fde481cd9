"""Everything here is invented: machines too, which Hypothesis itself does not mark."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let `pytest -m hypothesis` find them."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.hypothesis)
