"""The typeface of letters: DejaVu, so that a line is as long on every machine.

Debian's package fonts-dejavu-core brings it; NOTICE.md has its licence.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path("/usr/share/fonts/truetype/dejavu")
REGULAR: Final = "regular"
FACES: Final = {
    REGULAR: FOLDER / "DejaVuSans.ttf",
    "bold": FOLDER / "DejaVuSans-Bold.ttf",
    "mono": FOLDER / "DejaVuSansMono.ttf",
}
MARKS: Final = 2  # upon one letter; more would climb over the lines above
READ: Final = frozenset("LN")  # categories of what a word is made of: letters and digits


def settable(text: str) -> str:
    """The text as it can be set: without signs that cannot be seen, or are not in the typeface.

    Signs that turn the direction of writing are left out, and what is stacked upon a letter.

    Raises:
        ValueError: a letter or a digit is not in the typeface: a word would not be whole.
    """
    return "".join(_kept(unicodedata.normalize("NFC", text)))


def lines(text: str, size: float, width: float) -> list[str]:
    """One line of text in as many as it takes, each at most `width` long; both in points.

    It is broken between words, and within a word that is too long by itself.
    """
    broken = [""]
    for word in text.split():
        longer = f"{broken[-1]} {word}".strip()
        if _length(longer, size) <= width:
            broken[-1] = longer
            continue
        if broken[-1]:
            broken.append("")
        for sign in word:
            if _length(broken[-1] + sign, size) > width:
                broken.append("")
            broken[-1] += sign
    return broken


def _kept(text: str) -> Iterator[str]:
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        marks = marks + 1 if category[0] == "M" else 0
        if sign == "\n":
            yield sign
        elif category[0] == "C" or marks > MARKS:
            continue
        elif ord(sign) in _widths() or category == "Zs":
            yield sign
        elif category[0] in READ:
            raise ValueError


def _length(text: str, size: float) -> float:
    widths = _widths()
    return sum(widths.get(ord(sign), 1.0) for sign in text) * size


@cache
def _widths() -> dict[int, float]:
    """How wide each sign of the typeface is, as a share of the size."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - heavy, and only letters need it

    with TTFont(FACES[REGULAR], lazy=True) as font:
        em, metrics = font["head"].unitsPerEm, font["hmtx"]
        return {code: metrics[name][0] / em for code, name in font.getBestCmap().items()}
