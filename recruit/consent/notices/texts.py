"""The information notice that people agree to (GDPR article 13), in versions that never change.

Each text is a file `<version>.<language>.md` in this folder. Its SHA-256 stands in every consent,
so that a text which was shown once stays as it is: what is to be said otherwise is a new version.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from recruit.core.errors import NotFound
from recruit.core.i18n import N_

FOLDER: Final = Path(__file__).parent
VERSION: Final = re.compile(r"[1-9][0-9]{0,5}")
NOTICE: Final = N_("notice")


@dataclass(frozen=True, slots=True)
class Notice:
    """One version in one language; `digest` is the SHA-256 of the bytes of `text` in UTF-8.

    The text is Markdown with headings, paragraphs, lists and bold words, and nothing else.
    """

    version: str
    language: str
    text: str
    digest: str


def current(language: str) -> Notice:
    """The newest version in `language` ("en" or "fr")."""
    return notice(_newest(), language)


@cache
def notice(version: str, language: str) -> Notice:
    """One version, as it was shown at its time.

    Raises:
        NotFound: there is no such version, or not in this language.
    """
    file = FOLDER / f"{version}.{language}.md"
    if not VERSION.fullmatch(version) or file not in set(FOLDER.glob("*.md")):
        raise NotFound(what=NOTICE, identifier=version)
    written = file.read_bytes()
    return Notice(version, language, written.decode(), sha256(written).hexdigest())


@cache
def _newest() -> str:
    return max((file.name.partition(".")[0] for file in FOLDER.glob("*.md")), key=int)
