"""How hard a text is to read, and which of its sentences makes it so.

English is measured in school grades, French in the ease of Kandel and Moles (core/readable.py).
The figures are the house's own: what we write ourselves is held to the first of each.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from recruit.core.readable import Reading, Sentence, sentences
from recruit.trials.draft import Tongue
from recruit.trials.materials.fields import KNOWN

PLAIN_GRADE, HARDEST_GRADE = 6.0, 8.0
PLAIN_EASE, HARDEST_EASE = 60.0, 50.0
# One sentence may be harder than the whole; what is hopeless by itself is pointed at in any text.
HOPELESS_GRADE, HOPELESS_EASE = 12.0, 40.0
MOST_WORDS: Final = 26
FEWEST_WORDS: Final = 8  # of fewer, no figure means anything
ADDRESS: Final = re.compile(r"https://\S+")


class Level(StrEnum):
    """What the figures mean."""

    PLAIN = "plain"
    HARD = "hard"
    """It may be submitted, and ought to be simpler."""
    TOO_HARD = "too-hard"
    """It may not be submitted."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A text as measured: the school grade (English) or the ease (French), and its words.

    `worst` is [start, end) of the sentence that hurts most; None where the text is plain.
    """

    level: Level
    figure: float
    words: int
    longest: int
    worst: tuple[int, int] | None


def gauge(text: str, language: Tongue) -> Gauge | None:
    """Measure a text; None of one with too few words."""
    found = sentences(_spoken(text), language)
    whole = _reading(found)
    if whole is None or whole.words < FEWEST_WORDS:
        return None
    level = _level(whole, language)
    hopeless = [each for each in found if _is_hopeless(each, language)]
    if level is Level.PLAIN and hopeless:
        level = Level.HARD
    worst = None if level is Level.PLAIN else _worst(hopeless or found, language)
    return Gauge(
        level,
        _figure(whole, language),
        whole.words,
        whole.longest,
        (worst.start, worst.end) if worst else None,
    )


def sentence_lengths(text: str, language: Tongue) -> list[int]:
    """How many words each sentence of a text has."""
    return [each.words for each in sentences(_spoken(text), language)]


def _spoken(text: str) -> str:
    """The text with each field as one short word and each address as none; all stays in place."""
    text = KNOWN.sub(lambda found: "Anna".ljust(len(found[0])), text)
    return ADDRESS.sub(lambda found: " " * len(found[0]), text)


def _reading(found: list[Sentence]) -> Reading | None:
    if not found:
        return None
    words = sum(each.words for each in found)
    spoken = sum(each.syllables for each in found)
    return Reading(words, len(found), spoken, max(each.words for each in found))


def _figure(reading: Reading, language: Tongue) -> float:
    return reading.grade if language == "en" else reading.ease


def _level(reading: Reading, language: Tongue) -> Level:
    """What is hardest decides; a rounded figure is judged as it is shown."""
    figure = round(_figure(reading, language), 1)
    too_hard = figure > HARDEST_GRADE if language == "en" else figure < HARDEST_EASE
    hard = figure > PLAIN_GRADE if language == "en" else figure < PLAIN_EASE
    if too_hard:
        return Level.TOO_HARD
    return Level.HARD if hard or reading.longest > MOST_WORDS else Level.PLAIN


def _is_hopeless(sentence: Sentence, language: Tongue) -> bool:
    if sentence.words < FEWEST_WORDS:
        return False
    figure = _figure(Reading(sentence.words, 1, sentence.syllables, sentence.words), language)
    return figure > HOPELESS_GRADE if language == "en" else figure < HOPELESS_EASE


def _worst(found: list[Sentence], language: Tongue) -> Sentence:
    """The longest one where it is too long, else the one without which the rest reads best."""
    longest = max(found, key=lambda each: each.words)
    if longest.words > MOST_WORDS or len(found) == 1:
        return longest
    words = sum(each.words for each in found)
    spoken = sum(each.syllables for each in found)

    def rest(left_out: Sentence) -> float:
        left = Reading(words - left_out.words, len(found) - 1, spoken - left_out.syllables, 0)
        return -_figure(left, language) if language == "en" else _figure(left, language)

    return max(found, key=rest)
