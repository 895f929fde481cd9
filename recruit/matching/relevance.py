"""How well a trial's text answers a person's words: what rules leave open.

BM25 (S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework, 2009) over the words of
title, conditions, keywords, summary and criteria. Text alone ranks excluded trials above eligible
ones, so it only orders what the rules could not tell apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

# Title and conditions say what a trial is about; they count as if written twice.
TITLE_COUNTS: Final = 2

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrialText:
    """The words of a trial."""

    title: str
    conditions: tuple[str, ...]
    keywords: tuple[str, ...]
    summary: str
    criteria: str


class TextIndex:
    """The words of many trials, in the order they were given."""

    def __init__(self, texts: Iterable[TrialText], norms: Callable[[str], Sequence[str]]) -> None:
        """`norms` gives the normal forms of a text's words."""
        from bm25s import BM25  # noqa: PLC0415 - slow to import, and few verbs rank by text

        self._norms = norms
        self._index = BM25(k1=1.2, b=0.75)
        self._index.index([self._document(text) for text in texts], show_progress=False)

    def scores(self, words: str) -> Numbers:
        """BM25 of each trial for `words`, each word counted once, scaled to [0, 1]."""
        asked = sorted(set(self._words(words)))
        if not asked:
            return np.zeros(int(self._index.scores["num_docs"]))
        found = np.asarray(self._index.get_scores(asked), np.float64)
        best = float(found.max(initial=0.0))
        return found / best if best > 0 else found

    def _document(self, text: TrialText) -> list[str]:
        about = " . ".join((text.title, *text.conditions))
        rest = " . ".join((*text.keywords, text.summary, text.criteria))
        return self._words(about) * TITLE_COUNTS + self._words(rest)

    def _words(self, text: str) -> list[str]:
        return [norm for norm in self._norms(text) if norm.isalnum()]
