"""Tests in an order of chance: none may need what another one leaves behind.

    pytest --shuffle 7 tests/functional/web

Files change places, and the tests within each; a file's own world is still made once.
"""

import random

import pytest


def add_option(parser: pytest.Parser) -> None:
    """`--shuffle SEED`: the same seed gives the same order."""
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run in an order of chance")


def shuffle(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Change the order, if that is asked for."""
    seed = config.getoption("--shuffle")
    if seed is None:
        return
    chance = random.Random(seed)  # noqa: S311 - no secret
    files = list(dict.fromkeys(each.path for each in items))
    chance.shuffle(files)
    place = {file: number for number, file in enumerate(files)}
    chance.shuffle(items)
    items.sort(key=lambda each: place[each.path])
