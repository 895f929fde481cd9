"""What somebody asks the size of: words that are always alike, and the set that they are about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from hashlib import sha256
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from recruit.disclosure.sketch import Marks, Sketch

Key = TypeVar("Key")


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked, in any fixed form, and who looks the set up that it is about.

    Where an earlier answer stands whatever became of the set, nobody looks it up.
    """

    words: str
    look_up: Callable[[], Sketch]

    @classmethod
    def of(cls, words: str, people: Sketch) -> Self:
        """One about a set that is at hand."""
        return cls(words, lambda: people)

    @classmethod
    def each(
        cls, words: Mapping[Key, str], look_up: Callable[[], Mapping[Key, Sketch]]
    ) -> list[Self]:
        """Several about sets that are looked up together, once one of them is needed."""
        found = cache(look_up)

        def people(key: Key) -> Sketch:
            return found()[key]

        return [cls(said, partial(people, key)) for key, said in words.items()]

    @classmethod
    def of_parts(
        cls, words: Sequence[str], look_up: Callable[[], tuple[Marks, NDArray[np.integer]]]
    ) -> list[Self]:
        """Several about the parts of one set: its people, and the number of each one's question."""

        def sketches() -> dict[int, Sketch]:
            return dict(enumerate(Sketch.of_parts(*look_up(), len(words))))

        return cls.each(dict(enumerate(words)), sketches)

    @cached_property
    def people(self) -> Sketch:
        """The set, looked up once."""
        return self.look_up()

    @cached_property
    def name(self) -> str:
        """The same question has the same one."""
        return sha256(self.words.encode()).hexdigest()
