"""A notice in its parts: its Markdown has headings, paragraphs, lists and bold words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BOLD: Final = re.compile(r"\*\*([^*]+)\*\*")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list ("h1", "h2", "p", "ul"), as lines of (text, is bold)."""

    kind: str
    lines: tuple[tuple[tuple[str, bool], ...], ...]


def blocks(text: str) -> list[Block]:
    """The parts of a notice, whose Markdown has headings, paragraphs, lists and bold words."""
    parts = (part.strip() for part in text.split("\n\n"))
    return [_block(part.splitlines()) for part in parts if part]


def _block(lines: list[str]) -> Block:
    first = lines[0]
    for sign, kind in (("## ", "h2"), ("# ", "h1")):
        if first.startswith(sign):
            return Block(kind, (_runs(first.removeprefix(sign)),))
    if first.startswith("- "):
        return Block("ul", tuple(_runs(line.removeprefix("- ")) for line in lines))
    return Block("p", (_runs(" ".join(lines)),))


def _runs(line: str) -> tuple[tuple[str, bool], ...]:
    return tuple(_pieces(line))


def _pieces(line: str) -> Iterator[tuple[str, bool]]:
    # The odd ones are what the pattern holds between its stars.
    for place, piece in enumerate(BOLD.split(line)):
        if piece:
            yield piece, place % 2 == 1
