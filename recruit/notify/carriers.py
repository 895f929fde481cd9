"""Who carries codes, receipts and confirmations; without a provider, they land as files."""

from collections.abc import Mapping

from recruit.consent.choices import Channel
from recruit.core.config import Settings
from recruit.notify.post import Carrier
from recruit.notify.transports import by_email, by_sms


def carriers(settings: Settings) -> Mapping[Channel, Carrier]:
    """One carrier for each channel that messages go by."""
    return {Channel.EMAIL: by_email(settings)[0], Channel.SMS: by_sms(settings)[0]}
