"""What every page needs from outside: the settings, the database and the lexicon."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, cast

from flask import current_app
from sqlalchemy import Engine

from recruit.actions.finding.shelf import Shelf
from recruit.actions.funnel.lately import Lately
from recruit.actions.population import Crowd
from recruit.core.config import Settings
from recruit.core.keys import Secrets
from recruit.core.rates import Limit, Rates
from recruit.disclosure.sketch import marking_key
from recruit.people.passwords import STRONG, Cost
from recruit.people.vault import Vault
from recruit.terminology.lexicon import Lexicon
from recruit.web.throttle import Throttle

EXTENSION: Final = "recruit"
FORMS: Final = Limit(120, timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Strictness:
    """How dear guessing is made. Tests that ask thousands of times make it cheaper."""

    password: Cost = STRONG
    posts: Limit = FORMS
    """What one network may send to pages that anybody may send to."""
    loopback: bool = False
    """Whether communities' servers are on this machine, and nowhere else."""


STRICT: Final = Strictness()


@dataclass(frozen=True, slots=True)
class Service:
    """Handed in when the application is made; pages reach it through `service()`."""

    settings: Settings
    engine: Engine
    open_lexicon: Callable[[], Lexicon]
    shelf: Shelf
    secrets: Secrets
    strictness: Strictness = STRICT
    lately: Lately = field(default_factory=Lately)
    crowd: Crowd = field(init=False)

    def __post_init__(self) -> None:
        crowd = Crowd(self.settings.data_folder, marking_key(self.secrets))
        object.__setattr__(self, "crowd", crowd)

    @property
    def rates(self) -> Rates:
        """How often who did what."""
        return Rates(self.engine, self.secrets.vault)

    @property
    def throttle(self) -> Throttle:
        """Who has failed too often."""
        return Throttle(self.rates)

    @property
    def vault(self) -> Vault:
        """Names and contact points."""
        return Vault(self.secrets.vault)

    @property
    def secure(self) -> bool:
        """Whether people reach the pages over TLS."""
        return self.settings.base_url.startswith("https://")


def service() -> Service:
    """The service of the application that answers the current request."""
    return cast("Service", current_app.extensions[EXTENSION])
