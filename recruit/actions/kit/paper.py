"""Approved texts on paper: poster, flyer and referral card, tagged for screen readers.

Nothing stands on the sheet but the approved words, the address as a QR code and in letters, and
whose decision it is: there are no words of ours that a committee has not seen.
"""

from enum import StrEnum
from functools import lru_cache
from typing import Final

from recruit.core.i18n import N_, translate
from recruit.core.written import day
from recruit.notify.channels.letter_page import blocks, environment, qr
from recruit.notify.channels.letter_pdf import printed
from recruit.notify.channels.letter_type import settable
from recruit.trials.materials.content import Material, Part
from recruit.trials.materials.fields import Field, fill

STYLE: Final = "letters/kit.css"
KEPT: Final = 64  # sheets that were asked for lately; each takes a second to set
APPROVED: Final = N_("Text approved by {committee}, reference {reference}, until {day}.")


class Size(StrEnum):
    """A sheet of paper (ISO 216)."""

    A4 = "a4"
    A5 = "a5"


def sheet(material: Material, address: str, size: Size) -> bytes:
    """A text as a PDF; `address` is where its QR code leads.

    Raises:
        ValueError: a letter of it is not in our typeface.
        OSError: the typeface is not there.
    """
    place, decision = material.place, material.decision
    approved = ""
    if decision:
        approved = translate(
            APPROVED,
            place.language,
            committee=decision.committee,
            reference=decision.reference,
            day=day(decision.expires_on, place.language),
        )
    html = (
        environment()
        .get_template("kit.html")
        .render(
            channel=place.channel.value,
            size=size.value,
            language=place.language,
            title=settable(material.texts[Part.TITLE]),
            blocks=blocks(
                settable(fill(material.texts[Part.BODY], {Field.LINK: address})), address
            ),
            address=address,
            picture=qr(address),
            approved=settable(approved),
        )
    )
    return _set(html, f"{place}/{material.version}/{size}")


@lru_cache(maxsize=KEPT)
def _set(html: str, identifier: str) -> bytes:
    return printed(html, identifier, STYLE).content
