"""Where somebody can be reached, as they write it: an e-mail address or a mobile number."""

from dataclasses import dataclass, field
from typing import Final

from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.vault import Item

LONGEST: Final = 254  # RFC 5321, 4.5.3.1.3: an address between its angle brackets
COUNTRY: Final = "FR"  # whose numbers may be written without the sign of the country
LONGEST_ADDRESS: Final = 300
LINES: Final = 7  # UPU S42: what fits above a stamp

NEITHER: Final = N_(
    "This is neither an e-mail address nor a mobile number. Please write it like "
    "name@example.org or 06 39 98 12 34."
)
NO_MOBILE: Final = N_(
    "We cannot send a text message to this number. Please write a mobile number, or an e-mail "
    "address."
)
NO_ADDRESS: Final = N_("An address has at most 7 lines and 300 letters. Please shorten it.")


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """An e-mail address in ASCII, or a mobile number as E.164 has it ("+33639981234")."""

    item: Item
    where: str = field(repr=False)


def read_contact_point(text: str) -> ContactPoint:
    """The e-mail address or mobile number that somebody wrote; whether it is theirs, a code shows.

    Raises:
        Refusal: it is neither; the error does not repeat what was written.
    """
    written = text.strip()
    if not written or len(written) > LONGEST or not written.isprintable():
        raise _refusal(NEITHER)
    if "@" in written:
        return ContactPoint(Item.EMAIL, _email(written))
    return ContactPoint(Item.PHONE, _mobile(written))


def masked(item: Item, where: str) -> str:
    """An address by which its owner knows it, and nobody else: "l…@example.org", "… 34"."""
    if item is Item.EMAIL:
        name, _, host = where.rpartition("@")
        return f"{name[:1]}…@{host}"
    return f"…\u00a0{where[-2:]}"


def read_address(text: str) -> str:
    """A postal address: its lines, trimmed, without empty ones; "" where nothing was written.

    Raises:
        Refusal: it is longer than any address, or has letters that do not print.
    """
    if len(text) > 2 * LONGEST_ADDRESS:
        raise _refusal(NO_ADDRESS)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    kept = [line for line in lines if line]
    whole = "\n".join(kept)
    if len(kept) > LINES or len(whole) > LONGEST_ADDRESS:
        raise _refusal(NO_ADDRESS)
    if not all(line.isprintable() for line in kept):
        raise _refusal(N_("This address has signs that cannot be printed. Please type it again."))
    return whole


def _email(written: str) -> str:
    from email_validator import (  # noqa: PLC0415 - slow to import
        EmailNotValidError,
        validate_email,
    )

    try:
        # Whether the domain has a mail server is not asked: nothing leaves this machine.
        found = validate_email(written, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise _refusal(NEITHER) from None  # its words would hold the address
    return str(found.ascii_email)


def _mobile(written: str) -> str:
    import phonenumbers  # noqa: PLC0415 - slow to import

    try:
        number = phonenumbers.parse(written, COUNTRY)
    except phonenumbers.NumberParseException:
        raise _refusal(NEITHER) from None
    if not phonenumbers.is_possible_number(number):
        raise _refusal(NEITHER)
    kind = phonenumbers.number_type(number)
    # UNKNOWN: numbers given out since the tables were made, and those kept free for examples.
    reached = {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.UNKNOWN,
    }
    if kind not in reached or number.extension:
        raise _refusal(NO_MOBILE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _refusal(problem: str) -> Refusal:
    return Refusal(record="", field="", problem=problem)
