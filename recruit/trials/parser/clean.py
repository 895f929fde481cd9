r"""A clean copy of scattered pieces of a text that knows where each sign came from.

Registry text is wrapped, escaped for markdown (`\\>`, `m\\^2`) or for the web (`&lt;`). All stages
after the layout read the clean copy; spans are brought back to the original at the very end.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from recruit.criteria.nodes import Span

_ENTITIES: Final = {
    "&lt;": "<",
    "&gt;": ">",
    "&le;": "≤",
    "&ge;": "≥",
    "&amp;": "&",
    "&nbsp;": " ",
    "&quot;": '"',
    "&#39;": "'",
    "&#8804;": "≤",
    "&#8805;": "≥",
}
# Blanks, an escaped sign (markdown escapes punctuation only), an entity, or a rare twin of a sign.
_SIGNS: Final = (
    r"[ \t\xa0\u2002-\u200b\ufeff\r\n\v\f\x85\u2028\u2029]{2,}"
    r"|[\t\xa0\u2002-\u200b\ufeff\r\n\v\f\x85\u2028\u2029]"
    r"|\\+(?=[!-/:-@\[-`{-~≤≥])"
    r"|&(?:lt|gt|le|ge|amp|nbsp|quot|#39|#880[45]);"
    r"|[≦⩽≧⩾＞＜＝－‐‑]"
)
# "patient(e)s", "lesion(s)", "âgé·e·s": whoever it is, and how many, the word is the same.
_ENDINGS: Final = (
    r"(?<=[a-zà-ÿ])\((?:e|es|s|ne|nes|le|les|ve|ves|trice|trices)\)"
    r"|(?<=[a-zà-ÿ])·(?:(?:e|ne|le|ve|trice)(?:·(?=s\b))?(?=s?\b)|(?=s\b))"
)
_ODD: Final = re.compile(f"{_SIGNS}|{_ENDINGS}")
_ODD_BUT_ENDINGS: Final = re.compile(_SIGNS)
_ENDING: Final = re.compile(_ENDINGS)
_LEFT_OUT: Final = "\\(·"
_BLANKS: Final = "\u200b\ufeff"
_TWINS: Final = str.maketrans("≦⩽≧⩾＞＜＝－‐‑", "≤≤≥≥><=---")


@dataclass(slots=True)
class Clean:
    """Grows piece by piece; `text` is the copy, `original` maps a position back.

    `endings` for either sex or number are left out, or kept in a copy for people to read.
    """

    source: str
    endings: bool = False
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _starts: list[int] = field(default_factory=list)
    _origins: list[int] = field(default_factory=list)

    def add(self, start: int, end: int) -> None:
        """Append `source[start:end]`, cleaned."""
        at = start
        signs = _ODD_BUT_ENDINGS if self.endings else _ODD
        for odd in signs.finditer(self.source, start, end):
            self._take(at, odd.start())
            found = odd[0]
            if found[0] == "&":
                self._put(_ENTITIES[found], odd.start())
            elif found[0] not in _LEFT_OUT:
                self._put(
                    " " if found.isspace() or found[0] in _BLANKS else found.translate(_TWINS),
                    odd.start(),
                )
            at = odd.end()
        self._take(at, end)

    def add_all(self, pieces: Iterable[Span]) -> None:
        """Append several pieces with a blank between them."""
        for number, (start, end) in enumerate(pieces):
            if number:
                self.separate(" ")
            self.add(start, end)

    def separate(self, mark: str) -> None:
        """Append `mark`, which stands at no place of the source."""
        self._parts.append(mark)
        self._length += len(mark)

    def _take(self, start: int, end: int) -> None:
        if start < end:
            self._put(self.source[start:end], start)

    def _put(self, words: str, origin: int) -> None:
        self._starts.append(self._length)
        self._origins.append(origin)
        self._parts.append(words)
        self._length += len(words)

    @property
    def length(self) -> int:
        """Signs so far."""
        return self._length

    @property
    def text(self) -> str:
        """The clean copy so far."""
        return "".join(self._parts)

    def original(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands in the source; `start < end`."""
        return self._back(start), self._back(end - 1) + 1

    def _back(self, position: int) -> int:
        piece = bisect_right(self._starts, position) - 1
        return min(self._origins[piece] + position - self._starts[piece], len(self.source) - 1)


def has_endings(text: str, start: int, end: int) -> bool:
    """Whether a clean copy of `text[start:end]` leaves an ending out."""
    return _ENDING.search(text, start, end) is not None
