"""The code on a letter and its reply slip: short enough to be typed, no key to anything.

It is made from the letter's reference and says nothing else. Twelve signs: eleven hold the first
53 bits of the reference, the last one checks them. There are 29 signs, a prime, and each place has
a weight of its own: one wrong sign, or two that changed places, never go unnoticed. Signs that look
alike are one: O is 0, I and L are 1, S is 5, B is 8, Z is 2, U is V.
"""

import unicodedata
from typing import Final

SIGNS: Final = "0123456789ACDEFGHJKMNPQRTVWXY"
ALIKE: Final = str.maketrans("OILSBZU", "011582V")
BITS: Final = 53
REST: Final = 128 - BITS
LENGTH: Final = 12
GROUP: Final = 4
HEXADECIMAL: Final = 32


def code_of(reference: str) -> str:
    """The code of a letter by its reference (32 hexadecimal digits): "K7M2 Q9XD 4T6W"."""
    left, signs = int(reference, 16) >> REST, []
    for _ in range(LENGTH - 1):
        left, digit = divmod(left, len(SIGNS))
        signs.append(SIGNS[digit])
    whole = "".join(reversed(signs))
    whole += _check(whole)
    return " ".join(whole[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def references(typed: str) -> tuple[str, str] | None:
    """The first and the last reference that a typed code can stand for; None where it is none.

    Spaces, dashes and capitals make no difference.
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    signs = "".join(sign for sign in plain if sign.isalnum()).translate(ALIKE)
    if len(signs) != LENGTH or not set(signs) <= set(SIGNS) or _check(signs[:-1]) != signs[-1]:
        return None
    value = 0
    for sign in signs[:-1]:
        value = value * len(SIGNS) + SIGNS.index(sign)
    if value >> BITS:
        return None
    return _hexadecimal(value << REST), _hexadecimal(((value + 1) << REST) - 1)


def _check(signs: str) -> str:
    """What makes the sum of all signs by their weights a multiple of 29; the last one weighs 1."""
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(reversed(signs), 2))
    return SIGNS[-total % len(SIGNS)]


def _hexadecimal(value: int) -> str:
    return f"{value:0{HEXADECIMAL}x}"
