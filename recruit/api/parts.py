"""What the API needs from outside: the database, the lexicon, the keys and the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Engine

from recruit.actions.deciding_means import means_of
from recruit.actions.finding.shelf import Shelf
from recruit.actions.outreach.writing import Writer
from recruit.actions.reviewing.deciding import Means
from recruit.actions.suggesting.stock import Stocked
from recruit.actions.visits.ending import Voice
from recruit.core.config import Settings
from recruit.core.keys import Secrets
from recruit.core.rates import Rates
from recruit.terminology.lexicon import Lexicon

EXTENSION: Final = "recruit-api"


@dataclass(frozen=True, slots=True)
class Parts:
    """Handed in when the API is attached; views reach it through `parts()`."""

    engine: Engine
    open_lexicon: Callable[[], Lexicon]
    secrets: Secrets
    settings: Settings
    shelf: Shelf
    stocked: Stocked

    @property
    def rates(self) -> Rates:
        """How often who called."""
        return Rates(self.engine, self.secrets.vault)

    @property
    def base_url(self) -> str:
        """What the addresses of the pages begin with."""
        return self.settings.base_url

    @property
    def zone(self) -> ZoneInfo:
        """Where the service is: whose days are meant."""
        return ZoneInfo(self.settings.timezone)

    @property
    def voice(self) -> Voice:
        """How somebody is told that a visit is off."""
        return Voice.of(self.secrets.vault, self.base_url)

    @property
    def means(self) -> Means:
        """What carries out what those who judge matches decide."""
        return means_of(self.writer, self.open_lexicon)

    def writer(self) -> Writer:
        """Who writes the messages of this service.

        Raises:
            WrongUsage: their links would cross a network in the clear.
        """
        return Writer(self.secrets.vault, self.base_url, self.zone)


def parts() -> Parts:
    """The parts of the application that answers the current request."""
    return cast("Parts", current_app.extensions[EXTENSION])
