"""Erasures for tests: under keys of their own, by somebody of the staff."""

from pathlib import Path

from sqlalchemy import Engine

from recruit.actions.erasure import erase_person
from recruit.consent.ledger import Actor, Role
from recruit.core.crypto import Keyring
from recruit.core.keys import Secrets

SECRETS = Secrets(("s" * 32,), Keyring.of(["v" * 32]), "k")
NOWHERE = Path("/nonexistent/outbox")


def erase(engine: Engine, person: str, reason: str = "") -> bool:
    """Erase the person with this pseudonym; their identifier leaves its trace under "k"."""
    actor = Actor("test", Role.STAFF, reason)
    return erase_person(engine, SECRETS, NOWHERE, person=person, actor=actor)
