"""What a search is made of once it is understood."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is meant: concepts, `words` in normal form, or both for the same thing."""

    words: tuple[str, ...]
    concepts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Meant:
    """What a search means; `read_as` is how misspelt words were read, None where none was."""

    parts: tuple[Part, ...]
    read_as: str | None = None
