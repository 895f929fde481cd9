"""A message that told of an erasure came back: staff write a letter."""

from datetime import datetime

from sqlalchemy import Engine, select, update

from recruit.actions.announced_table import ANNOUNCED
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.notify.suppression import Cause, suppress
from recruit.people.vault import Item, Vault


def announcement_came_back(
    engine: Engine, keyring: Keyring, reference: str, at: datetime, *, ends_address: bool
) -> bool:
    """Take it that the person was not told, and write to an address that is over no more.

    False where the reference is of no such message.

    Raises:
        SealBroken: their address does not open under any key.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        this = ANNOUNCED.c.reference == reference
        person = session.scalar(select(ANNOUNCED.c.person).where(this))
        if person is None:
            return False
        session.execute(update(ANNOUNCED).where(this).values(reference=None))
        where = Vault(keyring).read(session, person).get(Item.EMAIL)
        if where and ends_address:
            suppress(session, keyring, Channel.EMAIL, where, Cause.BOUNCE, at)
        return True
