"""Numbers of professionals: the right length and the right check digit, or a word about why not."""

import pytest

from recruit.core.errors import Refusal
from recruit.people.professionals.numbers import Register, checked

# Invented, with check digits worked out by hand; 1234567893 is the example of the NPI standard.
RIGHT = [
    (Register.RPPS, "10101234567", False),
    (Register.NPI, "1234567893", True),
    (Register.NPI, "123 456 7893", True),
    (Register.NPI, "1234567894", False),
    (Register.NPI, "123456789", False),
    (Register.NPI, "12345678９3", False),
    (Register.RPPS, "79927398713", True),
    (Register.RPPS, "79927398710", False),
    (Register.RPPS, "00000000000", False),
    (Register.ADELI, "799273982", True),
    (Register.ADELI, "799273983", False),
    (Register.ADELI, "", False),
    (Register.ADELI, "2A9273982", True),
    (Register.ADELI, "2C9273982", False),
    (Register.ADELI, "2B92739820", False),
    (Register.RPPS, "2A927398713", False),
]


@pytest.mark.parametrize(("register", "number", "fits"), RIGHT)
def test_a_number_is_taken_when_its_check_digit_fits(
    register: Register, number: str, *, fits: bool
) -> None:
    if fits:
        assert checked(register, number) == "".join(number.split())
    else:
        with pytest.raises(Refusal) as refused:
            checked(register, number)
        assert refused.value.field == "number"
