"""A rule as one plain sentence, in English or in French."""

from recruit.criteria.phrase.names import Lexicon
from recruit.criteria.phrase.sentence import capitalised, phrase, thing

__all__ = ["Lexicon", "capitalised", "phrase", "thing"]
