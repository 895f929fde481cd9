"""Words for people in French and English: one catalogue, read once, no build step.

English sentences are the keys; `translations/fr.po` holds the French. House tests fail when a key
has no French sentence or when the two use different fields.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES: Final = ("en", "fr")
CATALOGUES: Final = Path(__file__).parent / "translations"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "marked, translated later"
    """Mark `message` as one of the catalogue's without translating it yet."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The gettext catalogue of `language`; English is the keys themselves."""
    source = CATALOGUES / f"{language}.po"
    if not source.exists():
        return NullTranslations()
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def translate(message: str, language: str, **fields: object) -> str:
    """`message` in `language`, its `{fields}` filled."""
    said = translations(language).gettext(message) if message else ""
    return said.format(**fields) if fields else said
