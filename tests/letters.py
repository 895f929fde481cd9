"""Letters as tests write them, and a PDF as somebody sees it who has nothing but the file."""

from dataclasses import dataclass
from datetime import date

import pypdfium2

from recruit.notify.channels.letter_page import Sender, written
from recruit.notify.channels.letter_pdf import printed
from recruit.notify.letter import Letter

MM = 72 / 25.4
SENDER = Sender(
    "Association Exemple, 3 rue du Modèle, 75011 Paris, contact@example.org", "01 99 00 12 34"
)
LINK = "https://recruit.example.org/i/Qm7xK2pV0sLwEr9TzUaHdJfYcNbGiOk1"
ADDRESS = "Camille Exemple\nBâtiment B\n12 rue des Essais\n75012 Paris"
TEXT = (
    "Bonjour Camille,\n\nVous nous avez permis de vous écrire au sujet d’études sur le diabète.\n\n"
    f"Vous pouvez dire oui ou non, à cette adresse :\n{LINK}\n\nRien ne vous y oblige."
)
REFERENCE = "9f86d081884c7d659a2feaa0c55ad015"


def letter(  # noqa: PLR0913 - what a letter is made of
    *,
    to: str = ADDRESS,
    text: str = TEXT,
    subject: str = "Une étude dont vous voudrez peut-être entendre parler",
    language: str = "fr",
    link: str = LINK,
    reference: str = REFERENCE,
) -> Letter:
    """A letter, by default one that could be sent."""
    return Letter(reference, to, text, subject=subject, language=language, link=link)


def as_pdf(of: Letter, sender: Sender = SENDER) -> bytes:
    """The letter as it is printed."""
    content: bytes = printed(written(of, sender, date(2026, 11, 22)), of.reference).content
    return content


@dataclass(frozen=True)
class Sign:
    """One printed sign and its box: millimetres from the sheet's left and upper edges."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether any of it stands within."""
        return self.left < right and self.right > left and self.top < bottom and self.bottom > top

    def lies_in(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether all of it stands within."""
        return (
            self.left >= left and self.right <= right and self.top >= top and self.bottom <= bottom
        )


def texts(pdf: bytes) -> list[str]:
    """The text of each page, in the order of reading."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def signs(pdf: bytes, page: int = 0) -> list[Sign]:
    """Every visible sign of a page and where it stands."""
    sheet = pypdfium2.PdfDocument(pdf)[page]
    height, words = sheet.get_height(), sheet.get_textpage()
    found = []
    for number in range(words.count_chars()):
        text = words.get_text_range(number, 1)
        left, bottom, right, top = words.get_charbox(number)
        if text.strip():
            found.append(
                Sign(text, left / MM, (height - top) / MM, right / MM, (height - bottom) / MM)
            )
    return found
