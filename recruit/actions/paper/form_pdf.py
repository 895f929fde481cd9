"""The form of joining on paper: tagged PDF, in two sizes of print, with the whole notice behind it.

Large print is 18 points (RNIB, Clear print guidelines: 16 points and more).
"""

from enum import StrEnum
from functools import lru_cache
from typing import Final

from recruit.actions.choice_words import meaning, title
from recruit.consent import notices
from recruit.consent.choices import Choice
from recruit.consent.notices.parts import blocks
from recruit.core.i18n import translate
from recruit.notify.channels.letter_page import environment
from recruit.notify.channels.letter_pdf import Pdf, printed

STYLE: Final = "letters/join.css"
KEPT: Final = 16  # forms that were asked for lately: few communities, two languages, two sizes


class Print(StrEnum):
    """How large the letters are."""

    NORMAL = "normal"
    LARGE = "large"


@lru_cache(maxsize=KEPT)
def form(
    community: str, choices: tuple[Choice, ...], language: str, size: Print, operator: str
) -> Pdf:
    """An empty form, with the name of a community ("" for none).

    `operator` is the address that it is sent back to.

    Raises:
        OSError: the typeface is not there.
    """
    notice = notices.current(language)
    html = (
        environment()
        .get_template("join.html")
        .render(
            language=language,
            size=size.value,
            community=community,
            choices=[
                (translate(title(each), language), translate(meaning(each), language))
                for each in choices
            ],
            operator=[part.strip() for part in operator.split(",")],
            notice=notice,
            blocks=blocks(notice.text),
            _=lambda message, **filled: translate(message, language, **filled),
        )
    )
    return printed(html, f"join {community} {language} {size} {notice.version}", STYLE)
