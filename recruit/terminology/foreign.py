"""Which of the two languages a text is surely not written in, by its function words."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

# Function words that only one of the languages has, and how many more of them decide.
ENGLISH_WORDS: Final = ("and", "with", "for", "in", "to", "is", "are", "by", "at", "who", "any")
FRENCH_WORDS: Final = (
    "et",
    "avec",
    "pour",
    "dan",
    "est",
    "sont",
    "par",
    "un",
    "une",
    "ou",
    "sur",
    "au",
)
FIRST_WORDS: Final = 2_000
SURELY: Final = 2


def other_language(norms: Sequence[str]) -> str:
    """The language that a text is surely not written in ("en" or "fr"), "" where that is open.

    "PE" is an embolism in English and a pre-eclampsia in French, "IC" means nothing in English.
    """
    seen = Counter(norms[:FIRST_WORDS])
    english = sum(seen[word] for word in ENGLISH_WORDS)
    french = sum(seen[word] for word in FRENCH_WORDS)
    if abs(english - french) < SURELY:
        return ""
    return "fr" if english > french else "en"
