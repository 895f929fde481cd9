"""How easily a text is read, by the formula that was made for its language.

English: grade = 0.39 × words/sentences + 11.8 × syllables/words − 15.59 (Kincaid, Fishburne,
Rogers, Chissom: Derivation of new readability formulas, Research Branch Report 8-75, 1975). It is a
school year: lower is easier.
French: ease = 207 − 1.015 × words/sentences − 73.6 × syllables/words (Kandel, Moles: Application de
l'indice de Flesch à la langue française, Cahiers d'études de radio-télévision 19, 1958). Higher is
easier; 60 to 70 is plain.

Syllables are counted by spelling, which is right for most words and a little high for some: the
measure errs towards calling a text hard.
"""

import re
from dataclasses import dataclass
from typing import Final

WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
# A sentence ends with its sign or with its line: items of a list are sentences of their own.
END: Final = re.compile(r"[.!?…](?=[\s»”\"*)]|$)|\n")
MARKUP: Final = re.compile(r"^[ \t]*(?:#+ .*|[-*] +)|\*\*", re.MULTILINE)
ENGLISH_GROUP: Final = re.compile(r"[aeiouy]+")
ENGLISH_MUTE: Final = re.compile(r"(?<![aeiouy])e$|(?<=[^aeioutdy])ed$|(?<=[^aeiouyszxcg])es$")
ENGLISH_LE: Final = re.compile(r"[^aeiouy][lr]e[sd]?$")  # table, centre: spoken
# An accent sets a vowel apart: ré-alité, ma-ïs.
FRENCH_GROUP: Final = re.compile(r"[éëïöü]|[aàâäeèêiîoôuùûœæy]+")
FRENCH_MUTE: Final = re.compile(r"es?$")
FRENCH_CONSONANT: Final = (
    (re.compile(r"(?<=q)u|(?<=g)u(?=[eéèêi])"), ""),
    (re.compile(r"(?<=[aeoué])y(?=[aeéèiou])"), "j"),  # en-voy-er
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was counted, and the two figures that follow from it."""

    words: int
    sentences: int
    syllables: int
    longest: int
    """Words in the longest sentence."""

    @property
    def grade(self) -> float:
        """The school year of Flesch and Kincaid, for English."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59

    @property
    def ease(self) -> float:
        """The ease of Kandel and Moles, for French."""
        return 207 - 1.015 * self.words / self.sentences - 73.6 * self.syllables / self.words


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where one sentence stands in its text, [start, end), and what was counted in it."""

    start: int
    end: int
    words: int
    syllables: int


def sentences(text: str, language: str) -> list[Sentence]:
    """The sentences of a text in plain words or Markdown, in order; headings are left out."""
    # As many spaces as signs: what was marked up stands where it stood.
    plain = MARKUP.sub(lambda found: " " * len(found[0]), text)
    found, start = [], 0
    for end in [*(sign.end() for sign in END.finditer(plain)), len(plain)]:
        words = list(WORD.finditer(plain, start, end))
        if words:
            spoken = sum(syllables(word[0], language) for word in words)
            last = start + len(plain[start:end].rstrip())
            found.append(Sentence(words[0].start(), last, len(words), spoken))
        start = end
    return found


def read(text: str, language: str) -> Reading:
    """Measure a text in plain words or Markdown; headings are left out.

    Raises:
        ValueError: there is no word in it.
    """
    found = sentences(text, language)
    if not found:
        raise ValueError
    return Reading(
        words=sum(each.words for each in found),
        sentences=len(found),
        syllables=sum(each.syllables for each in found),
        longest=max(each.words for each in found),
    )


def syllables(word: str, language: str) -> int:
    """How many syllables a word of "en" or "fr" has by its spelling; at least one."""
    spoken = {"en": _english, "fr": _french}[language]
    return max(1, sum(spoken(part) for part in re.split(r"['’-]", word.casefold())))


def _english(part: str) -> int:
    groups = len(ENGLISH_GROUP.findall(part))
    mute = ENGLISH_MUTE.search(part) and not ENGLISH_LE.search(part)
    return groups - 1 if mute and groups > 1 else groups


def _french(part: str) -> int:
    """With an elided word (l’, d’, qu’) there is none: it belongs to the next."""
    for pattern, instead in FRENCH_CONSONANT:
        part = pattern.sub(instead, part)
    spoken = len(FRENCH_GROUP.findall(FRENCH_MUTE.sub("", part)))
    return spoken or len(FRENCH_GROUP.findall(part))
