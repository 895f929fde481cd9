"""Records that keep a whole list, or several headings, on one line."""

import re
from typing import Final

from recruit.trials.parser.lines import Line
from recruit.trials.parser.sections import inline_headings

_WIDE: Final = 110
_NUMBERED: Final = re.compile(
    r"(?:(?<=[\s;.:])|^)(?:\(?(\d{1,2})\\?[.)]|(?<![\w-])(-|•|\*))\s+(?=[^\s\d])"
)
_FEWEST: Final = 2


def parts(text: str, line: Line) -> list[Line]:
    """One line, or several where a record keeps its whole list on one line."""
    cuts = inline_headings(text, line.start, line.end)
    if line.end - line.start > _WIDE or cuts:
        cuts = sorted({*cuts, *_numbered(text, line)})
    if not cuts:
        return [line]
    found = []
    for start, end in zip([line.start, *cuts], [*cuts, line.end], strict=True):
        # The first part may go on with the line before, the last one with the line after.
        gap = line.gap if start == line.start else True
        edge = line.edge if end == line.end else _WIDE * 2
        marker = _NUMBERED.match(text, start, end) if start > line.start or not line.style else None
        style, number, first = line.style, line.number, start
        if marker:
            style, first = "inline", marker.end()
            number = int(marker[1]) if marker[1] else None
        elif start > line.start:
            style, number = "", None
        last = first + len(text[first:end].rstrip())
        if first < last:
            found.append(Line(first, last, line.indent, style, number, gap=gap, edge=edge))
    return found


def _numbered(text: str, line: Line) -> list[int]:
    """Starts of "1. … 2. … 3. …" or "- … - … - …" within one line."""
    expected = (line.number or 0) + 1
    numbers, dashes = [], []
    for found in _NUMBERED.finditer(text, line.start, line.end):
        if found[1] and int(found[1]) in {expected, 1}:
            numbers.append(found.start())
            expected = int(found[1]) + 1
        elif found[2]:
            dashes.append(found.start())
    if len(numbers) + bool(line.number) >= _FEWEST:
        return numbers
    return dashes if len(dashes) > _FEWEST else []
