"""Who carries messages about studies, as the settings say: a tuple is tried from its beginning."""

from collections.abc import Mapping

from recruit.consent.choices import Channel
from recruit.core.config import Settings
from recruit.notify.channels.email import Smtp
from recruit.notify.channels.folder import Folder
from recruit.notify.channels.letter import tray
from recruit.notify.channels.sms import Gateway
from recruit.notify.channels.sms_gateways import gateways
from recruit.notify.channels.smtp_line import Server
from recruit.notify.senders import sender
from recruit.notify.worker import Transport

FIRST = "smtp"
SECOND = "smtp fallback"


def transports(settings: Settings) -> Mapping[Channel, tuple[Transport, ...]]:
    """The providers of each channel that a worker hands over to; calls are made by people."""
    return {
        Channel.EMAIL: by_email(settings),
        Channel.SMS: by_sms(settings),
        # Without a sender no letter is printed: it waits until somebody has set one.
        Channel.LETTER: (tray(settings),) if settings.operator else (),
    }


def by_email(settings: Settings) -> tuple[Smtp | Folder, ...]:
    """The servers that take e-mail, at least one; without any, files."""
    urls = (settings.smtp_url.get_secret_value(), settings.smtp_fallback_url.get_secret_value())
    servers = (
        Smtp(name, Server.of(url), sender(settings))
        for name, url in zip((FIRST, SECOND), urls, strict=True)
        if url
    )
    return tuple(servers) or (Folder(settings.outbox, sender(settings)),)


def by_sms(settings: Settings) -> tuple[Gateway | Folder, ...]:
    """The gateways that take text messages, at least one; without any, files."""
    return gateways(settings) or (Folder(settings.outbox, sender(settings)),)
