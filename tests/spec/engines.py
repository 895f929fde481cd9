"""Every engine that recruit.matching holds, found by its function `evaluate`."""

import pkgutil
from collections.abc import Iterable
from datetime import date
from importlib import import_module
from typing import Final, Protocol

import recruit.matching
from recruit.criteria.eligibility import Eligibility
from recruit.matching.outcome import Hierarchy, Judgement
from recruit.people.facts import Profile


class Engine(Protocol):
    """Judges profiles, in their order, on a day."""

    def __call__(
        self, eligibility: Eligibility, profiles: Iterable[Profile], hierarchy: Hierarchy, on: date
    ) -> list[Judgement]: ...


def _found() -> dict[str, Engine]:
    names = [module.name for module in pkgutil.iter_modules(recruit.matching.__path__)]
    modules = {name: import_module(f"recruit.matching.{name}") for name in names}
    return {name: m.evaluate for name, m in modules.items() if hasattr(m, "evaluate")}


ENGINES: Final = _found()
"""By the name of their module."""
