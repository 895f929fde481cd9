"""Who carries what, as the settings say; without a provider, messages land as files."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from recruit.consent.choices import Channel
from recruit.core.config import Settings
from recruit.notify.channels.email import Smtp
from recruit.notify.channels.folder import Folder
from recruit.notify.channels.sms_gateways import gateways
from recruit.notify.post import Carrier

IPV4: Final = 4
SUBMISSION: Final = 587  # RFC 6409
SUBMISSIONS: Final = 465  # RFC 8314


def carriers(settings: Settings) -> Mapping[Channel, Carrier]:
    """One carrier for each channel that messages go by."""
    smtp, sms = settings.smtp_url.get_secret_value(), gateways(settings)
    folder = Folder(settings.outbox, sender(settings))
    return {
        Channel.EMAIL: _smtp(smtp, sender(settings)) if smtp else folder,
        Channel.SMS: sms[0] if sms else folder,
    }


def sender(settings: Settings) -> str:
    """The address e-mail comes from: `from` in RECRUIT_SMTP_URL, else one of the pages' host."""
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


def _smtp(url: str, sender: str) -> Smtp:
    parts = urlsplit(url)
    tls_first = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname or "",
        port=parts.port or (SUBMISSIONS if tls_first else SUBMISSION),
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_first=tls_first,
    )
