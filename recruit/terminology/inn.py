"""One spelling for a substance's international name in English, French and Latin.

International non-proprietary names differ between languages by rules, not by root (WHO, INN
guidance on transliteration): metformin, metformine; amoxicillin, amoxicilline; cefalexin,
céfalexine; phenobarbital, phénobarbital; estradiol, oestradiol; ciclosporin, cyclosporine.
"""

from typing import Final

from recruit.terminology.words import plain

RULES: Final = (
    ("ph", "f"),
    ("th", "t"),
    ("y", "i"),
    ("rh", "r"),
    ("oe", "e"),
    ("ae", "e"),
    ("ks", "x"),
    ("ll", "l"),
    ("mm", "m"),
    ("nn", "n"),
)
ENDINGS: Final = ("um", "e", "a", "o")
SHORTEST: Final = 5


def root(name: str) -> str:
    """What is left of the spelling of `name` once languages no longer matter."""
    return " ".join(sorted(_word(word) for word in plain(name).replace("-", " ").split()))


def _word(word: str) -> str:
    for old, new in RULES:
        word = word.replace(old, new)
    for ending in ENDINGS:
        if len(word) > SHORTEST and word.endswith(ending):
            return word.removesuffix(ending)
    return word
