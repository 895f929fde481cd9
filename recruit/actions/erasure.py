"""Erasing a person: what was kept about them goes, from the tables and from the files under these.

What stays is named in erased.py: proof under a pseudonym that leads nowhere any more.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from recruit.actions.erased import LEAVES
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.ledger import Actor
from recruit.core.db import unit_of_work
from recruit.core.errors import SealBroken, WrongUsage
from recruit.core.i18n import N_
from recruit.core.keys import Secrets
from recruit.people import accounts, representatives, store
from recruit.people.communities import hooks
from recruit.people.vault import FOUND_BY, Vault

LONGEST_REASON: Final = 200  # what ledger and trail hold


def erase_person(
    engine: Engine, secrets: Secrets, outbox: Path, *, person: str, actor: Actor
) -> None:
    """Forget a person; what is proof stays, by pseudonym, and a trace of their identifier.

    So are representatives who act for nobody else, and the messages to all of them in the folder
    `outbox`. What shows that `actor` may ask for it stands in the ledger and in the audit trail.

    Raises:
        NotFound: there is no such person.
        WrongUsage: the actor's authority does not fit into the ledger.
    """
    reason = actor.authority
    if len(reason) > LONGEST_REASON or (reason and not reason.isprintable()):
        raise WrongUsage(N_("A reason has at most 200 letters, all of them printable."))
    vault = Vault(secrets.vault)
    with unit_of_work(engine) as session:
        # The ledger first: it waits for an import or a match run that is writing about them.
        trace = store.trace_of(session, person, secrets.erasures)
        ledger.erase(session, person, actor)
        holders = [person, *representatives.forget(session, vault, person)]
        points = {point for holder in holders for point in _contact_points(session, vault, holder)}
        for holder in holders:
            forget(session, holder)
        hooks.tell(session, person, hooks.Event.ERASED)
        store.erase(session, person, trace)
        trail.record(session, Tag.PERSON_ERASED, actor=actor.name, subject=person, reason=reason)
    _remove_messages(outbox, points)


def forget(session: Session, holder: str) -> None:
    """Delete whatever is kept under the pseudonym of a participant or a representative."""
    accounts.forget(session, holder)
    for column in LEAVES:
        session.execute(delete(column.table).where(column == holder))


def _contact_points(session: Session, vault: Vault, holder: str) -> list[str]:
    """Their e-mail address and telephone number; none where the vault does not open any more."""
    try:
        kept = vault.read(session, holder)
    except SealBroken:
        return []
    return [text for item, text in kept.items() if item in FOUND_BY]


def _remove_messages(outbox: Path, points: Iterable[str]) -> None:
    """Remove the files of `outbox` that speak of one of these contact points."""
    sought = [point.encode() for point in points]
    for file in outbox.glob("*") if sought else ():
        if file.is_file() and any(point in file.read_bytes() for point in sought):
            file.unlink(missing_ok=True)
