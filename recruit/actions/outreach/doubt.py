"""Why what came in is perhaps not the person's own word, and how whoever reads it learns so."""

from enum import StrEnum

from recruit.core.i18n import LANGUAGES, N_, translate


class Doubt(StrEnum):
    """What is doubted, as it is said to whoever reads the words."""

    MACHINE = N_("Perhaps written by a machine")
    STRANGER = N_("Not from this person’s own address: perhaps written by somebody else")


def marked(text: str, doubt: Doubt | None) -> str:
    """The words, and before them the doubt in every language: who will read them is not known."""
    if doubt is None:
        return text
    said = " / ".join(translate(doubt.value, language) for language in LANGUAGES)
    return f"[{said}]\n\n{text}"
