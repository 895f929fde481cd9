"""The lines of an eligibility text: indent, list marker, and where the words begin and end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# What opens a list item. A letter or a roman numeral needs its bracket or full stop, so that
# "A history of …" stays a sentence; a number needs a blank after it, so that "1.5 x ULN" stays one.
_MARKER: Final = re.compile(
    r"""(?:
        (?P<dash>\\?[-–—*•·●▪◦‣○■□►▶➢✓§o]|--|\\?\+)(?=[ \t\xa0])
      | (?P<glued>\\?[-–—*•·●▪◦‣○■□►▶➢✓](?=[^\W\d_]))
      | (?P<number>\(?\d{1,3}(?:\.\d{1,2}){0,3}(?:\\?[.):]|\\?\.\)|°)?(?=[ \t\xa0]))
      | (?P<tight>\d{1,2}\\?[.)](?=[^\W\d_]))
      | (?P<letter>\(?[A-Za-z](?:\\?[.)]|\\?\.\)))
      | (?P<roman>\(?[ivxIVX]{1,5}(?:\\?[.)]))
      | (?P<coded>[IE](?:C\s?)?\d{1,2}(?:\\?[.):])?(?=[ \t\xa0]))
    )[ \t\xa0]*""",
    re.VERBOSE,
)
_BLANK: Final = re.compile(r"[ \t\xa0\u200b\ufeff]*")
_CLOSED_NUMBER: Final = re.compile(r"[.):°]$")
_TAB: Final = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One line that has words. `start` and `end` bound its words, marker and blanks left out.

    `indent` is the column of the marker (or of the words), `style` names the kind of marker ("" is
    none) and `number` is its number. `gap`: an empty line stands before it. `edge` is the
    column where the line ends.
    """

    start: int
    end: int
    indent: int
    style: str
    number: int | None
    gap: bool
    edge: int


def lines(text: str) -> Iterator[Line]:
    """Every line of `text` with words in it, whatever its line ends."""
    at, gap = 0, False
    for whole in text.splitlines(keepends=True):
        end = at + len(whole.rstrip())
        found = _BLANK.match(text, at, end)
        start = found.end() if found else at
        if start < end:
            yield _line(text, at, start, end, gap=gap)
            gap = False
        else:
            gap = True
        at += len(whole)


def _line(text: str, at: int, start: int, end: int, *, gap: bool) -> Line:
    indent = _columns(text, at, start)
    # One long line has no column worth counting; this keeps hostile ones cheap.
    edge = indent + end - start
    style, number, words = "", None, start
    found = _MARKER.match(text, start, end)
    if found and found.end() < end and found.lastgroup:
        style = found.lastgroup
        mark = found[0].strip()
        if style in {"number", "tight"}:
            # "5 years of age": a number without its full stop is a number of the sentence.
            if not _CLOSED_NUMBER.search(mark):
                return Line(start, end, indent, "", None, gap, edge)
            number = int(re.findall(r"\d+", mark)[-1])
            style = f"number{mark.count('.')}{mark[0] == '('}{mark[-1]}"
        elif style in {"dash", "glued"}:
            style = mark.lstrip("\\")
        elif style == "letter" and mark[0] == "(" and mark[-1] == ".":
            return Line(start, end, indent, "", None, gap, edge)
        words = found.end()
    return Line(words, end, indent, style, number, gap, edge)


def _columns(text: str, at: int, start: int) -> int:
    return sum(_TAB if sign == "\t" else 1 for sign in text[at:start])
