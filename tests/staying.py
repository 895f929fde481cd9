"""Somebody who permits nothing any more, and the link of the message before their erasure."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import time_machine
from sqlalchemy import Engine

from recruit.actions.retention.announcing import Herald, announce
from recruit.actions.retention.silent import BEFORE, KEPT
from recruit.consent import ledger
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify.letter import Letter, Outcome
from recruit.notify.post import deliver
from tests.outreach import OWN, RING

HERALD = Herald(RING, "https://recruit.example.org", ZoneInfo("Europe/Paris"))
NEAR = KEPT - BEFORE + timedelta(days=1)
"""So long after the last no people are told."""


def leaves(engine: Engine, outcome: Outcome = Outcome.SENT) -> list[Letter]:
    """What waits is handed over, and the carrier says so; what it was handed."""
    carrier = Mock(send=Mock(return_value=outcome))
    deliver(engine, RING, dict.fromkeys(Channel, carrier), now())
    return [call.args[0] for call in carrier.send.call_args_list]


def link_in(letters: list[Letter]) -> str:
    """Where the last message leads to by which somebody can stay."""
    told = [word for letter in letters for word in letter.text.split() if "/stay/" in word]
    return told[-1].removeprefix(HERALD.base_url)


@contextmanager
def time_to_stay(engine: Engine, person: str) -> Iterator[str]:
    """The days in which a message leads there, once they have said no to everything."""
    with unit_of_work(engine) as session:
        ledger.withdraw(session, person, None, OWN, "link")
    with time_machine.travel(now() + NEAR):
        assert announce(engine, HERALD, now()) == 1
        yield link_in(leaves(engine))
