"""What somebody asks the size of: words that are always alike, and the set that they are about."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Self

from recruit.disclosure.sketch import Sketch


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

    @cached_property
    def people(self) -> Sketch:
        """The set, looked up once."""
        return self.look_up()

    @cached_property
    def name(self) -> str:
        """The same question has the same one."""
        return sha256(self.words.encode()).hexdigest()
