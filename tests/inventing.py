"""How many examples Hypothesis invents: enough for every day, and more in `make test-thorough`."""

import os
from typing import Final

from hypothesis import HealthCheck, settings

MORE: Final = int(os.environ.get("TIMES_AS_MANY_EXAMPLES", "1"))
"""So many times as many as in `make test`."""


def invent() -> None:
    """What holds for every property that says nothing else; a busy machine is no failure."""
    few = settings(
        max_examples=25 * MORE, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.register_profile("recruit", few)
    settings.load_profile("recruit")
