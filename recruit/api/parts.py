"""What the API needs from outside: the database, the lexicon and the keys."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

from flask import current_app
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Engine

from recruit.actions.finding.shelf import Shelf
from recruit.actions.suggesting.stock import Stocked
from recruit.actions.visits.ending import Voice
from recruit.core.keys import Secrets
from recruit.terminology.lexicon import Lexicon

EXTENSION: Final = "recruit-api"


@dataclass(frozen=True, slots=True)
class Parts:
    """Handed in when the API is attached; views reach it through `parts()`."""

    engine: Engine
    open_lexicon: Callable[[], Lexicon]
    secrets: Secrets
    base_url: str
    shelf: Shelf
    stocked: Stocked
    limiter: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )

    @property
    def voice(self) -> Voice:
        """How somebody is told that a visit is off."""
        return Voice.of(self.secrets.vault, self.base_url)


def parts() -> Parts:
    """The parts of the application that answers the current request."""
    return cast("Parts", current_app.extensions[EXTENSION])
