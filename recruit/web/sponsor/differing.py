"""Differences as pages show them: the words that changed are marked on both sides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from recruit.actions.posting.history import Difference

WORD: Final = re.compile(r"\s+|\w+|[^\w\s]")
MOST: Final = 60_000  # pairs of words to compare; difflib takes some tenths of a second for these
LONG: Final = 400  # characters of unchanged words, beyond which their middle is left out
EDGE: Final = 150


@dataclass(frozen=True, slots=True)
class Words:
    """Some words, and whether they are other words on the other side."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference for a page; `part` is a message of the catalogue that may use {number}."""

    part: str
    number: int
    language: str
    before: tuple[Words, ...]
    after: tuple[Words, ...]


def shown(differences: Iterable[Difference]) -> list[Shown]:
    """The differences with their changed words marked, their long unchanged ones cut."""
    return [
        Shown(each.part, each.number, each.language, *marked(each.before, each.after))
        for each in differences
    ]


def marked(
    before: str, after: str, *, whole: bool = False
) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Both texts, word by word; what stands on one side only is changed as a whole.

    Equal beginnings and ends are put aside first. What is left between them is compared as long as
    it is short enough for a page; otherwise all of it counts as changed. `whole` leaves no
    word out.
    """
    old, new = WORD.findall(before), WORD.findall(after)
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    sides: tuple[list[Words], list[Words]] = ([], [])
    for same, one, other in (
        (True, old[:head], new[:head]),
        *_compared(*middle),
        (True, old[len(old) - tail :], new[len(new) - tail :]),
    ):
        for side, words in zip(sides, (one, other), strict=True):
            if words:
                text = "".join(words)
                side.append(Words(_cut(text) if same and not whole else text, not same))
    return tuple(sides[0]), tuple(sides[1])


def _alike(old: list[str], new: list[str]) -> int:
    """How many words both begin with."""
    shortest = min(len(old), len(new))
    return next((at for at in range(shortest) if old[at] != new[at]), shortest)


def _compared(old: list[str], new: list[str]) -> Iterable[tuple[bool, list[str], list[str]]]:
    if len(old) * len(new) > MOST:
        yield False, old, new
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        yield tag == "equal", old[start:end], new[other_start:other_end]


def _cut(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:EDGE]} … {text[-EDGE:]}"
