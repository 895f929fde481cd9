"""Lists of criteria, as some registries keep them, as one eligibility text."""

from collections.abc import Iterable
from typing import Final

from recruit.trials.draft import Tongue

_HEADINGS: Final[dict[Tongue, tuple[str, str]]] = {
    "en": ("Inclusion Criteria:", "Exclusion Criteria:"),
    "fr": ("Critères d'inclusion :", "Critères d'exclusion :"),
}


def numbered(texts: Iterable[str]) -> str:
    """A numbered list; the further lines of an item are indented, so that they stay with it."""
    items = enumerate((text.strip() for text in texts), start=1)
    return "\n".join(f"{number}. {text}".replace("\n", "\n   ") for number, text in items)


def eligibility_text(inclusion: str, exclusion: str, language: Tongue) -> str:
    """Both lists under their headings; a list without a word has no heading."""
    both = zip(_HEADINGS[language], (inclusion, exclusion), strict=True)
    return "\n\n".join(f"{heading}\n\n{text}" for heading, text in both if text.strip())
