"""Long lists in pages."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: `number` counts from 1, `total` is the length of the whole list."""

    items: tuple[T, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def page_number(asked: int, size: int, total: int) -> int:
    """The page that is shown when `asked` is wanted: the nearest there is."""
    return min(max(1, asked), max(1, -(-total // size)))
