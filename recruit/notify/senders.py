"""Whom messages come from, as the settings say."""

from functools import cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, urlsplit

from recruit.core.config import Settings
from recruit.core.signing_key import read_signing_key
from recruit.notify.channels.dkim_signature import Signer
from recruit.notify.channels.mail import Sender

IPV4: Final = 4


def sender(settings: Settings) -> Sender:
    """Whom e-mail comes from: one identity, whichever server takes it."""
    address = _address(settings)
    domain = address.rpartition("@")[2]
    signer = (
        _signer(domain, settings.dkim_selector, settings.dkim_key_file)
        if settings.dkim_key_file
        else None
    )
    return Sender(address, settings.mail_reply_to, settings.mail_bounces, signer)


def _address(settings: Settings) -> str:
    """`from` in RECRUIT_SMTP_URL, else one of the pages' host."""
    query = parse_qs(urlsplit(settings.smtp_url.get_secret_value()).query)
    if "from" in query:
        return query["from"][0]
    host = urlsplit(settings.base_url).hostname or "localhost"
    return f"no-reply@{_domain(host.removeprefix('www.'))}"


def _domain(host: str) -> str:
    """A host as it stands in an address; a bare number in brackets (RFC 5321, 4.1.3)."""
    try:
        number = ip_address(host)
    except ValueError:
        return host
    return f"[{number}]" if number.version == IPV4 else f"[IPv6:{number}]"


@cache
def _signer(domain: str, selector: str, file: str) -> Signer:
    return Signer(domain, selector, read_signing_key(file))
