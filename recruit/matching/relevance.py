"""How well a trial's text answers a person's words: what rules leave open.

BM25 (S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework, 2009) over two parts of
a text: what it is about (title, conditions), and all that it says but whom it keeps out. The words
of exclusions are those of the people whom it does not want: with them, excluded trials rank above
eligible ones. Text only orders what the rules could not tell apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from bm25s import BM25

# Title and conditions count as if written twice among all words.
ABOUT_COUNTS: Final = 2
# For a trial that says nothing: an index wants a word in every document.
NOTHING: Final = ["—"]

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrialText:
    """The words of a trial; `wanted` are its inclusion criteria."""

    title: str
    conditions: tuple[str, ...]
    keywords: tuple[str, ...]
    summary: str
    wanted: str


class TextIndex:
    """The words of many trials, in the order they were given."""

    def __init__(self, texts: Iterable[TrialText], norms: Callable[[str], Sequence[str]]) -> None:
        """`norms` gives the normal forms of a text's words."""
        self._norms = norms
        about: list[list[str]] = []
        whole: list[list[str]] = []
        for text in texts:
            topic = self._words(" . ".join((text.title, *text.conditions)))
            rest = self._words(" . ".join((*text.keywords, text.summary, text.wanted)))
            about.append(topic or NOTHING)
            whole.append([*topic * ABOUT_COUNTS, *rest] or NOTHING)
        self._indices = (_index(about), _index(whole))

    def scores(self, words: str) -> Numbers:
        """How each trial answers `words`, each word counted once, in [0, 1]: both parts' mean."""
        asked = sorted(set(self._words(words)))
        about, whole = (_scores(index, asked) for index in self._indices)
        return (about + whole) / 2

    def _words(self, text: str) -> list[str]:
        return [norm for norm in self._norms(text) if norm.isalnum()]


def _index(documents: list[list[str]]) -> "BM25":
    from bm25s import BM25  # noqa: PLC0415 - slow to import, and few verbs rank by text

    index = BM25(k1=1.2, b=0.75)
    index.index(documents, show_progress=False)
    return index


def _scores(index: "BM25", asked: list[str]) -> Numbers:
    """BM25 of each document, scaled to [0, 1]."""
    if not asked:
        return np.zeros(int(index.scores["num_docs"]))
    found = np.asarray(index.get_scores(asked), np.float64)
    best = float(found.max(initial=0.0))
    return found / best if best > 0 else found
