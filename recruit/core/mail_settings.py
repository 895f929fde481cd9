"""What can be set about e-mail: servers, addresses, and the key that it is signed with."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr, ValidationInfo

from recruit.core.signing_key import read_signing_key

MAILBOX: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@([A-Za-z0-9.-]+|\[[A-Za-z0-9.:]+\])")
"""RFC 5321, 4.1.2, without quoted names: it stands in headers and commands as it is."""


def smtp_address(given: SecretStr) -> SecretStr:
    """Host and port can be read, and what e-mail comes from breaks no header."""
    url = given.get_secret_value()
    if url:
        parts = urlsplit(url)
        known = parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0
        if not known or not url.isprintable():
            raise ValueError
        for sender in parse_qs(parts.query).get("from", ()):
            mailbox(sender)
    return given


def smtp_fallback(given: SecretStr, others: ValidationInfo) -> SecretStr:
    """There is something to fall back from, and one address that e-mail comes from."""
    url = smtp_address(given).get_secret_value()
    first: SecretStr | None = others.data.get("smtp_url")
    if url and (urlsplit(url).query or not first or not first.get_secret_value()):
        raise ValueError
    return given


def mailbox(address: str) -> str:
    """An address in ASCII, or none at all."""
    if address and not MAILBOX.fullmatch(address):
        raise ValueError
    return address


def signing_key_file(file: str, others: ValidationInfo) -> str:
    """A key that signs, where there is a name to find its other half by; or neither."""
    if bool(file) != bool(others.data.get("dkim_selector")):
        raise ValueError
    if file:
        read_signing_key(file)
    return file
