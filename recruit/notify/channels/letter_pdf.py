"""A page of HTML as a PDF that a screen reader can read: PDF/UA-1 (ISO 14289-1), tagged.

Nothing is fetched: images stand in the page itself, and the typeface is the one of letter_type.
"""

import logging
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from recruit.core.paths import templates
from recruit.notify.channels.letter_type import FACES

VARIANT: Final = "pdf/ua-1"
FONT: Final = "font:"  # what letter.css names a face of the typeface by
DATA: Final = "data:"
STYLE: Final = "letters/letter.css"


@dataclass(frozen=True, slots=True)
class Pdf:
    """A letter as it is printed, on A4."""

    content: bytes = field(repr=False)
    pages: int


def printed(page: str, identifier: str, style: str = STYLE) -> Pdf:
    """A page as a PDF; `identifier` makes it the same file each time.

    `style` is a file of the folder of templates, by default that of letters.

    Raises:
        OSError: the typeface is not there.
    """
    from weasyprint import CSS, HTML  # noqa: PLC0415 - slow to import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - as above

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it would quote letters
    for face in FACES.values():
        face.stat()
    fonts, fetcher = FontConfiguration(), _fetcher()()
    sheet = CSS(string=_style(style), font_config=fonts, url_fetcher=fetcher)
    document = HTML(string=page, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=[sheet], pdf_variant=VARIANT
    )
    content = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier.encode())
    return Pdf(content, len(document.pages))


@cache
def _style(name: str) -> str:
    return (templates() / name).read_text("utf-8")


@cache
def _fetcher() -> type:
    """Who fetches for WeasyPrint: what stands in the page, and our own typeface."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - slow to import

    class Shut(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
        """Refuses whatever lies elsewhere, on this machine or another."""

        def fetch(self, url: str, headers: object = None) -> object:
            """What is at `url`.

            Raises:
                ValueError: it is neither in the page nor a face of the typeface.
            """
            if url.startswith(DATA):
                return super().fetch(url, headers)
            face = FACES.get(url.removeprefix(FONT)) if url.startswith(FONT) else None
            if face is None:
                raise ValueError(url)
            return URLFetcherResponse(url, face.read_bytes(), {"Content-Type": "font/ttf"})

    return Shut
