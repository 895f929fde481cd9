"""How many text messages a text takes.

3GPP TS 23.038, 6.2.1 (the 7-bit alphabet) and 3GPP TS 23.040, 9.2.3.24.1 (messages in several
parts): 160 signs, or 153 in each of several; with any other sign 70 and 67 UTF-16 units.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

MOST_PARTS: Final = 2
BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE: Final = frozenset("^{}\\[~]|€")  # the extension table: an escape and a sign
SEVEN_BITS: Final = (160, 153)
UCS2: Final = (70, 67)


@dataclass(frozen=True, slots=True)
class Length:
    """`units` of `room` in one message, and how many `parts` that takes."""

    units: int
    parts: int
    room: int
    strange: tuple[str, ...]
    """The signs outside the 7-bit alphabet: each makes the whole text take twice the room."""


def length(text: str) -> Length:
    """The length of a text as a phone company counts it."""
    strange = tuple(sorted(set(text) - BASIC - TWICE))
    if strange:
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    else:
        units = len(text) + sum(sign in TWICE for sign in text)
    one, several = UCS2 if strange else SEVEN_BITS
    parts = 1 if units <= one else ceil(units / several)
    return Length(units, parts, one if parts == 1 else several, strange)
