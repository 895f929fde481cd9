"""Whether one colour can be read on another (WCAG 2.2, "contrast ratio", "relative luminance")."""

import re
from typing import Final

COLOUR: Final = re.compile("#[0-9a-f]{6}")
READABLE: Final = 4.5  # WCAG 2.2, success criterion 1.4.3, level AA


def is_colour(text: str) -> bool:
    """Whether this is a colour as "#0f5c6e"."""
    return COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """From 1, for the same colour twice, to 21, for black and white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own
