"""The words of a page, line by line, for measuring how easily they are read."""

from html.parser import HTMLParser
from typing import Final

# What stands on lines of its own.
LINES: Final = frozenset(
    {"p", "li", "h1", "h2", "h3", "label", "legend", "small", "dt", "dd", "button", "summary", "td"}
)


class _Main(HTMLParser):
    """Collects the text of the page's main part."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.inside = self.inside or tag == "main"
        self._line(tag)

    def handle_endtag(self, tag: str) -> None:
        self._line(tag)
        self.inside = self.inside and tag != "main"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.said.append(" ".join(data.split()) + " ")

    def _line(self, tag: str) -> None:
        if self.inside and tag in LINES:
            self.said.append("\n")


def words_of(page: str) -> str:
    """What the main part of a page says, each paragraph, item and label on a line."""
    reader = _Main()
    reader.feed(page)
    return "".join(reader.said)
