"""Somebody who permits nothing any more, and the link of the message before their erasure."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from recruit.actions.announced_table import ANNOUNCED
from recruit.actions.retention.announcing import announce
from recruit.actions.retention.silent import BEFORE, KEPT
from recruit.consent import ledger
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from tests.asking import Invited
from tests.outreach import OWN, RING


def link_to_stay(here: Invited) -> str:
    """Where the message leads to, once they have said no to everything and time has passed."""
    with unit_of_work(here.engine) as session:
        ledger.withdraw(session, here.person, None, OWN, "link")
        session.execute(delete(ANNOUNCED))
    tokens: list[str] = []

    def made(token: str) -> str:
        tokens.append(token)
        return token

    soon = now() + KEPT - BEFORE + timedelta(days=1)
    assert announce(here.engine, RING, ZoneInfo("Europe/Paris"), soon, made) == 1
    return f"/stay/{tokens[0]}"
