"""Whether this process can do what people come for, and if not, the one thing that is missing."""

from enum import StrEnum

from sqlalchemy import Engine

from recruit.core.db import is_current
from recruit.core.errors import RecruitError
from recruit.core.keys import Secrets
from recruit.people.key_proofs import is_proven


class Part(StrEnum):
    """What it takes, in the order in which each needs the one before."""

    DATABASE = "database"
    MIGRATIONS = "migrations"
    KEYS = "keys"


def missing(engine: Engine, secrets: Secrets) -> Part | None:
    """The first part that is missing; None where all are there."""
    try:
        if not is_current(engine):
            return Part.MIGRATIONS
        return None if is_proven(engine, secrets) else Part.KEYS
    except RecruitError:
        return Part.DATABASE
