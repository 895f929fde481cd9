"""Whether the keys of this process are those that the database was written with.

For each kind of key one sealed text is kept, a proof: who has the right keys opens it. Whoever
starts with a newer key before the old one seals it anew, so that the old one can be taken away.
A process with other keys would seal what nobody else can read, and it does not start.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Column, Engine, String, Table, Text, delete, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import SealBroken
from recruit.core.keys import Secrets
from recruit.core.upsert import insert_or
from recruit.people.vault_tables import KEY

PROOF: Final = Table(
    "key_proof",
    SQLModel.metadata,
    Column("kind", String(16), primary_key=True),
    Column("sealed", Text, nullable=False),
)
SAID: Final = b"these are the keys"


def prove(engine: Engine, secrets: Secrets) -> None:
    """Show that the keys are right, and leave proof under the newest ones.

    Raises:
        SealBroken: they are others than those that the database was written with.
    """
    if is_proven(engine, secrets, by_newest=True):
        return
    with unit_of_work(engine) as session:
        proofs = _proofs(session)
        for kind, ring in _rings(secrets):
            binding = _binding(kind)
            sealed = ring.seal(SAID, binding)
            if kind not in proofs:
                _check_vault(session, secrets)
                new = insert_or(session, PROOF).values(kind=kind, sealed=sealed)
                session.execute(new.on_conflict_do_nothing())
            elif ring.unseal(proofs[kind], binding) and not ring.is_newest(proofs[kind]):
                this = PROOF.c.kind == kind
                session.execute(update(PROOF).where(this).values(sealed=sealed))


def is_proven(engine: Engine, secrets: Secrets, *, by_newest: bool = False) -> bool:
    """Whether the keys open every proof; there is one of each kind once somebody has started."""
    with reading(engine) as session:
        proofs = _proofs(session)
    for kind, ring in _rings(secrets):
        try:
            ring.unseal(proofs.get(kind, ""), _binding(kind))
        except SealBroken:
            return False
        if by_newest and not ring.is_newest(proofs[kind]):
            return False
    return True


def accept(session: Session, secrets: Secrets) -> None:
    """Take these keys as the right ones, after others were lost or had to be thrown away."""
    session.execute(delete(PROOF))
    rows = [{"kind": k, "sealed": ring.seal(SAID, _binding(k))} for k, ring in _rings(secrets)]
    session.execute(insert(PROOF), rows)


def _check_vault(session: Session, secrets: Secrets) -> None:
    """A database that is older than its proofs has somebody's key, sealed by the right one."""
    wrapped = session.scalar(select(KEY.c.wrapped).limit(1))
    known = {master.name for master in secrets.vault.masters}
    if wrapped is not None and wrapped.partition(".")[0] not in known:
        raise SealBroken


def _proofs(session: Session) -> dict[str, str]:
    return {row.kind: row.sealed for row in session.execute(select(PROOF))}


def _rings(secrets: Secrets) -> Iterator[tuple[str, Keyring]]:
    yield "sessions", Keyring.of(secrets.sessions)
    yield "vault", secrets.vault
    yield "erasures", Keyring.of((secrets.erasures,))


def _binding(kind: str) -> str:
    return f"key_proof/{kind}"
