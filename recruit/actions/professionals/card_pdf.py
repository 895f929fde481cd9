"""A referral card on paper: A5, tagged for screen readers, with the link as a QR code."""

from base64 import b64encode
from functools import cache
from io import BytesIO
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from recruit.actions.catalogue import Worded
from recruit.core.i18n import N_, translate
from recruit.core.paths import templates
from recruit.notify.channels.letter_pdf import printed

STYLE: Final = "letters/card.css"
QUIET: Final = 2  # modules around the code; the card's own white adds the rest
WORDS: Final = {
    "heading": N_("A study you can read about"),
    "what": N_("Somebody who cares for your health gave you this card. It leads to the study."),
    "scan": N_("Scan this code with a phone, or type this address:"),
    "free_heading": N_("You are free"),
    "free": N_("You can say no. You can stop at any time without giving a reason."),
    "nothing": N_("This card says nothing about your health. It does not say who you are."),
}


def card(address: str, title: Worded, language: str, identifier: str) -> bytes:
    """The card as a PDF; `address` is the link with its code.

    Raises:
        OSError: the typeface is not there.
    """
    page = _environment().get_template("card.html")
    words = {name: translate(message, language) for name, message in WORDS.items()}
    html = page.render(
        language=language,
        words=words,
        title=title.text,
        title_language=title.language,
        address=address,
        picture=_qr(address),
    )
    return printed(html, identifier, STYLE).content


def _qr(link: str) -> str:
    import segno  # noqa: PLC0415 - only paper needs it

    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=QUIET, xmldecl=False)
    return f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(templates() / "letters")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
