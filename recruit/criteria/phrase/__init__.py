"""A rule as one plain sentence, in English or in French."""

from recruit.criteria.phrase.names import Lexicon
from recruit.criteria.phrase.sentence import phrase

__all__ = ["Lexicon", "phrase"]
