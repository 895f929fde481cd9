"""How well each study answers what is meant."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.actions.finding.index import Index, Numbers
from recruit.actions.finding.meaning import Understanding
from recruit.actions.finding.parts import Meant, Part

Scores = NDArray[np.float64]

# What a part is worth that a study is about, that is a kind of it, that it is called, that it says.
ABOUT: Final = 1.0
WITHIN: Final = 0.9
CALLED: Final = 0.8
SAID: Final = 0.35
BOTH: Final = 0.1  # more, where it is about it and is called so too
HALF: Final = 0.5


def scored(index: Index, understanding: Understanding, typed: str) -> tuple[Meant, Scores]:
    """What the words mean, and how well each entry answers them; 0 where it does not.

    A number of a registry finds its study alone; no words find everything.
    """
    if not typed:
        return Meant(()), np.ones(index.size)
    if named := index.numbered(typed):
        return Meant(()), _marked(index, np.array(named, np.int32), 1.0)
    meant = understanding.meant(typed)
    return meant, _summed(index, understanding, meant)


def about(index: Index, understanding: Understanding, concept: str) -> NDArray[np.bool_]:
    """The entries that are about the concept or a kind of it."""
    kinds = index.about.among(understanding.below(concept))
    return _marked(index, index.about.of_any(kinds), 1.0) > 0


def _summed(index: Index, understanding: Understanding, meant: Meant) -> Scores:
    """Those that answer every part; where none does, those that answer most of what counts."""
    levels = [_level(index, understanding, part) for part in meant.parts]
    if not levels:
        return np.ones(index.size)
    weights = [index.weight(int(np.count_nonzero(level))) for level in levels]
    summed = np.average(levels, axis=0, weights=weights)
    every = np.logical_and.reduce([level > 0 for level in levels])
    kept = (
        every if every.any() else summed >= max(HALF * summed.max(initial=0.0), np.finfo(float).eps)
    )
    return np.where(kept, summed, 0.0)


def _level(index: Index, understanding: Understanding, part: Part) -> Scores:
    level = np.zeros(index.size)
    for words in {part.words, *understanding.names(part.concepts)}:
        called = [index.called.of_any(index.begun(word)) for word in words]
        said = [index.said.of_any(index.begun(word)) for word in words]
        either = [np.union1d(*pair) for pair in zip(called, said, strict=True)]
        level = np.maximum(level, SAID * _held_all(index, either))
        level = np.maximum(level, CALLED * _held_all(index, called))
    called_so = level == CALLED
    for concept in part.concepts:
        level[index.about.of_any(index.about.among(understanding.below(concept)))] = WITHIN
    level[index.about.of_any(part.concepts)] = ABOUT
    level[called_so & (level >= WITHIN)] += BOTH
    return level


def _held_all(index: Index, held: list[Numbers]) -> NDArray[np.bool_]:
    """The entries that are in every one of `held`."""
    within = np.ones(index.size, bool)
    for numbers in held:
        within &= _marked(index, numbers, 1.0) > 0
    return within


def _marked(index: Index, numbers: Numbers, worth: float) -> Scores:
    level = np.zeros(index.size)
    level[numbers] = worth
    return level
