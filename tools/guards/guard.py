"""A promise with its guard and its tests."""

from dataclasses import dataclass
from typing import Final

WEB: Final = "tests/functional/web/"
HERE: Final = "tests/integration/"


@dataclass(frozen=True, slots=True)
class Guard:
    """A promise; the text in `file` whose change from `before` to `after` takes its guard away."""

    name: str
    promise: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]
