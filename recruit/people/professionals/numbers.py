"""Numbers of health professionals and their check digits.

RPPS: eleven digits, the last one by Luhn; ADELI: nine, the same (ANS, Annuaire Santé). NPI: ten
digits, Luhn over 80840 and the number (45 CFR 162.406; ISO/IEC 7812-1, annex B).
"""

from enum import StrEnum
from typing import Final

from recruit.core.errors import Refusal
from recruit.core.i18n import N_

WRONG_LENGTH: Final = N_("This number needs {n} digits. Please compare it with your card.")
WRONG_SUM: Final = N_("There is a slip in this number: its check digit does not fit.")


class Register(StrEnum):
    """Which register a number is of."""

    RPPS = "rpps"
    ADELI = "adeli"
    NPI = "npi"


LENGTHS: Final = {Register.RPPS: 11, Register.ADELI: 9, Register.NPI: 10}
PREFIX: Final = {Register.RPPS: "", Register.ADELI: "", Register.NPI: "80840"}


def checked(register: Register, typed: str) -> str:
    """The number's digits.

    Raises:
        Refusal: too few or many of them, or a check digit that does not fit.
    """
    digits = "".join(typed.split())
    if not (digits.isascii() and digits.isdigit()) or len(digits) != LENGTHS[register]:
        raise Refusal(record="", field="number", problem=WRONG_LENGTH, n=LENGTHS[register])
    if not digits.strip("0") or not fits(PREFIX[register] + digits):
        raise Refusal(record="", field="number", problem=WRONG_SUM)
    return digits


def fits(digits: str) -> bool:
    """Whether the last digit is the one that Luhn's formula gives."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its two digits
    return total % 10 == 0
