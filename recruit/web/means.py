"""What carries out here what those who judge matches decide."""

from zoneinfo import ZoneInfo

from recruit.actions.deciding_means import means_of
from recruit.actions.outreach.writing import Writer
from recruit.actions.reviewing.deciding import Means
from recruit.web.service import service


def means() -> Means:
    """Who invites, asks, and takes that back."""
    return means_of(writer, service().open_lexicon)


def writer() -> Writer:
    """Who writes the messages of this service.

    Raises:
        WrongUsage: their links would cross a network in the clear.
    """
    settings = service().settings
    return Writer(service().secrets.vault, settings.base_url, ZoneInfo(settings.timezone))
