"""A letter to one person, for the post: what they asked for, or have to know about their data."""

from collections.abc import Mapping
from uuid import uuid4

from recruit.actions.outreach.writing import address
from recruit.consent.choices import Channel
from recruit.core.clock import today
from recruit.notify.channels.letter_page import Sender, written
from recruit.notify.channels.letter_pdf import printed
from recruit.notify.letter import Letter
from recruit.people.vault import Item


def service_letter(  # noqa: PLR0913 - to whom, from whom, and what it says
    known: Mapping[Item, str],
    sender: Sender,
    *,
    subject: str,
    text: str,
    language: str,
    link: str = "",
) -> bytes:
    """The letter as a PDF, to the postal address of whoever is `known`.

    Raises:
        ValueError: the name or the address does not fit, or has signs that cannot be printed.
    """
    to = address(Channel.LETTER, known)
    letter = Letter(
        uuid4().hex, to, text, subject=subject, language=language, link=link, slip=False
    )
    return printed(written(letter, sender, today()), letter.reference).content
