"""Taking keys as the right ones, after others were lost or had to be thrown away."""

from sqlalchemy import Engine

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.db import unit_of_work
from recruit.core.keys import Secrets
from recruit.people.key_proofs import accept


def accept_keys(engine: Engine, secrets: Secrets, *, actor: str) -> None:
    """From now on a process with these keys starts, and one with others does not."""
    with unit_of_work(engine) as session:
        accept(session, secrets)
        trail.record(session, Tag.KEYS_ACCEPTED, actor=actor, subject="vault")
