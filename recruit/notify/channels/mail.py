"""An e-mail as the internet knows it: RFC 5322, plain text and HTML side by side."""

from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from email_validator import validate_email

from recruit.core.clock import now
from recruit.notify.letter import Letter

NAME = "Recruit"


def mail(letter: Letter, sender: str) -> EmailMessage:
    """The letter as a message from `sender`.

    Raises:
        ValueError: no e-mail can go to this address, or something would break out of its header.
    """
    headers = {
        "From": Mailbox(NAME, addr_spec=_one_line(sender)),
        "To": Mailbox(addr_spec=reachable(letter.to)),
        "Subject": _one_line(letter.subject),
        "Date": format_datetime(now()),
        # The same at every try: a receiving server may know a repeat by it.
        "Message-ID": f"<{_one_line(letter.reference)}@{sender.rpartition('@')[2]}>",
        # RFC 3834: no robot should answer, an absence notice least of all.
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        message[name] = value
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def reachable(address: str) -> str:
    """The address as servers know it: a domain in other letters as its ASCII form (RFC 5891).

    Raises:
        ValueError: it is none.
    """
    checked = validate_email(address, check_deliverability=False)
    return checked.ascii_email or checked.normalized


def _one_line(text: str) -> str:
    if not text or not text.isprintable():  # CR and LF among them
        raise ValueError
    return text
