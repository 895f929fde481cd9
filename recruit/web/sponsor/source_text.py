"""The text that criteria were read from, cut where criteria and their parts begin and end.

Spans are positions in the text as the registry has it, which is often escaped for markdown or for
the web; what is shown is the same text without the escapes.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Final, TypeVar

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Span, Unparsed
from recruit.trials.posting.content import Reviewed

# Markdown escapes punctuation only (CommonMark 0.31, 2.4); an entity ends with a semicolon.
ESCAPES: Final = re.compile(
    r"\\+(?=[!-/:-@\[-`{-~≤≥])|&(?:lt|gt|le|ge|amp|nbsp|quot|#39|#880[45]);"
)
NOTHING: Final = "\0"
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words. `read` is False where they were not read as a rule, None outside any part."""

    words: str
    read: bool | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that belong to the same criteria.

    `numbers` are those criteria's, `begins` those of them that begin here.
    """

    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()


def stretches(text: str, criteria: Iterable[Reviewed]) -> list[Stretch]:
    """The whole text in order, cut into stretches; criteria may overlap or lie in one another.

    Spans that lie outside the text, or are empty, are left out: their criteria stand nowhere.
    """
    reviewed = [each for each in criteria if _lies_in(text, each.criterion.span)]
    spans = {each.number: each.criterion.span for each in reviewed if each.criterion.span}
    parts = [part for each in reviewed for part in _parts(text, each)]
    cuts = {0, len(text)}
    cuts.update(edge for span in spans.values() for edge in span)
    cuts.update(edge for span, _ in parts for edge in span)
    return list(_joined(text, sorted(cuts), spans, parts))


def _parts(text: str, reviewed: Reviewed) -> Iterator[tuple[Span, bool]]:
    """Where each part of a criterion stands, and whether it was read."""
    for leaf in leaves(reviewed.criterion.rule):
        if leaf.span and _lies_in(text, leaf.span):
            yield leaf.span, not isinstance(leaf, Unparsed)


def _lies_in(text: str, span: Span | None) -> bool:
    return span is not None and 0 <= span[0] < span[1] <= len(text)


def _joined(
    text: str, cuts: list[int], spans: dict[int, Span], parts: list[tuple[Span, bool]]
) -> Iterator[Stretch]:
    """The pieces between two cuts, those of the same criteria joined to one stretch."""
    shown = _readable(text)
    owners = _at_each(cuts, ((span, number) for number, span in spans.items()))
    reads = _at_each(cuts, parts)
    begun: set[int] = set()
    pieces: list[Piece] = []
    numbers: tuple[int, ...] = ()
    for index, (start, end) in enumerate(pairwise(cuts)):
        now = tuple(sorted(owners[index]))
        if pieces and now != numbers:
            yield _stretch(pieces, numbers, begun)
            pieces = []
        numbers = now
        read = all(reads[index]) if reads[index] else None
        pieces.append(Piece(shown[start:end].replace(NOTHING, ""), read))
    if pieces:
        yield _stretch(pieces, numbers, begun)


def _stretch(pieces: list[Piece], numbers: tuple[int, ...], begun: set[int]) -> Stretch:
    begins = tuple(number for number in numbers if number not in begun)
    begun.update(begins)
    return Stretch(tuple(pieces), numbers, begins)


def _at_each(cuts: list[int], spans: Iterable[tuple[Span, V]]) -> list[set[V]]:
    """What covers the piece after each cut."""
    place = {cut: index for index, cut in enumerate(cuts)}
    opens: defaultdict[int, list[tuple[int, V]]] = defaultdict(list)
    closes: defaultdict[int, list[int]] = defaultdict(list)
    for key, (span, value) in enumerate(spans):
        opens[place[span[0]]].append((key, value))
        closes[place[span[1]]].append(key)
    active: dict[int, V] = {}
    found = []
    for index in range(len(cuts)):
        for key in closes[index]:
            del active[key]
        active.update(opens[index])
        found.append(set(active.values()))
    return found


def _readable(text: str) -> str:
    """The text without its escapes and as long as it was: NUL stands for what is left out."""
    return ESCAPES.sub(_sign, text.replace(NOTHING, " "))


def _sign(found: re.Match[str]) -> str:
    sign = "" if found[0].startswith("\\") else unescape(found[0])
    return sign.ljust(len(found[0]), NOTHING)
