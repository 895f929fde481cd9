"""Numbers of health professionals and their check digits.

NPI: ten digits, Luhn over 80840 and the number (45 CFR 162.406; ISO/IEC 7812-1, annex B).

RPPS: eleven digits; ADELI: nine, of which the first two are the department (2A and 2B in Corsica).
Their lengths are stated by the Agence du numérique en santé; that the last digit is Luhn's is not,
in any text that we found. It is read off: it fits the two RPPS numbers and the ADELI number of the
agency's own guide (ansforge/IG-fhir-annuaire, input/fsh/exemples) and the ADELI number that its
directory answers with (ansforge/annuaire-sante-fhir-documentation, issue 164), which chance would
do once in 10,000. With a letter no number is known to us: of those the form alone is looked at, and
the directory tells the rest, as it does for everybody.
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


CORSICA: Final = ("2A", "2B")
LENGTHS: Final = {Register.RPPS: 11, Register.ADELI: 9, Register.NPI: 10}
PREFIX: Final = {Register.RPPS: "", Register.ADELI: "", Register.NPI: "80840"}


def checked(register: Register, typed: str) -> str:
    """The number without its spaces: digits, but for the department of a Corsican ADELI number.

    Raises:
        Refusal: too few or many signs, or a check digit that does not fit.
    """
    number = "".join(typed.split()).upper()
    is_corsican = register is Register.ADELI and number.startswith(CORSICA)
    digits = number[len(CORSICA[0]) :] if is_corsican else number
    if not (digits.isascii() and digits.isdigit()) or len(number) != LENGTHS[register]:
        raise Refusal(record="", field="number", problem=WRONG_LENGTH, n=LENGTHS[register])
    if not is_corsican and not (digits.strip("0") and fits(PREFIX[register] + digits)):
        raise Refusal(record="", field="number", problem=WRONG_SUM)
    return number


def fits(digits: str) -> bool:
    """Whether the last digit is the one that Luhn's formula gives."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its two digits
    return total % 10 == 0
