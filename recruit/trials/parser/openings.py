"""Lines that open a list, by their last words."""

import re
from typing import Final

_OPENERS: Final = (
    *("following", "as follows", "below", "suivant", "ci-dessous", "either", "any of", "one of"),
)
_OPENS_LIST: Final = re.compile(
    r"(?:the following|as follows|below|suivante?s?|ci-dessous|either|any of|one of)"
    # "Progression following hormonal therapy" opens none.
    r"(?:\s+\w+){0,3}\s*[:.]?$|following(?:\s+(?:criteri|condition|disease|item|factor)\w*)?"
    r"\s*[:.]?$|:$"
)
# "At least one of:", "Two or more criteria for …:", but not "All of the following:".
_CHOOSES: Final = re.compile(
    r"(?i)\b(?:(?:any|either|one|two|three|[1-9])(?:\s+(?:one|criteri\w+|or\s+more))?\s+of|one\s+or\s+both"
    r"|(?:one|two|three|[1-9])\s+or\s+more|either|soit|l['’]une?|quelconque|(?:un|une|deux|trois|[1-9])"
    r"\s+(?:ou\s+plusieurs\s+)?(?:des|de\s+ces|parmi)|(?:une?|deux|trois)\s+ou\s+plusieurs)\b"
    r"[^.;:]{0,60}:$"
)
_LINKED: Final = re.compile(r"(?i)(?:[;,]|\b(?:or|ou))\s*$")
_DEMANDS: Final = re.compile(
    r"(?i)(?:age[sd]?|ability|able|adequate|capable|consent|ECOG|eastern|female|informed|karnofsky"
    r"|life|male|man|men|must|no|non|not|participants?|patients?|signed|subjects?|the|they|willing\w*"
    r"|wom[ae]n|written|you|âge|aucune?|absence|accord|affili\w+|apte|capable|capacité|consentement"
    r"|espérance|femmes?|hommes?|les?|la|pas|personnes?|sign\w+|sujets?|volontaires?)\b"
)


def opens_list(words: str) -> bool:
    """Whether a list follows the last words of a line."""
    if words.endswith(":"):
        return True
    small = words.lower()
    # Most lines have none of these words, and looking for them costs next to nothing.
    return any(opener in small for opener in _OPENERS) and bool(_OPENS_LIST.search(small))


def chooses(words: str) -> bool:
    """Whether some of the list that follows are enough: "At least one of the following:"."""
    return words.endswith(":") and _CHOOSES.search(words) is not None


def goes_on(first: str, last: str, line: str) -> bool:
    """Whether `line` is one more of the plain lines of a choice, known by its first and last.

    What is linked ends where the link does; else a line that demands in so many words is none.
    """
    if _LINKED.search(first):
        return _LINKED.search(last) is not None
    return not _DEMANDS.match(line) or _DEMANDS.match(first) is not None
