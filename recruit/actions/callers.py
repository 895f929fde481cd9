"""Whose key a program shows: a community's, or one of the staff's."""

from dataclasses import dataclass

from sqlalchemy import Engine

from recruit.core.clock import now
from recruit.core.db import reading
from recruit.people import account_keys
from recruit.people.accounts import Role
from recruit.people.communities import keys
from recruit.people.scopes import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, by their key `name`.

    A community's key names its `community`. One of the staff's names the `account` and has a
    `role`; `organisation` is the tenant whose trials they see, None for the operator's own staff.
    """

    name: str
    scopes: frozenset[Scope]
    community: str | None = None
    account: int | None = None
    role: Role | None = None
    organisation: int | None = None

    @property
    def actor(self) -> str:
        """Who acts, as the audit trail names them: of the staff the person, whatever the door."""
        return f"key {self.name}" if self.account is None else f"account {self.account}"


def recognise(engine: Engine, text: str) -> Caller | None:
    """Whose key holds now, or None for any other text."""
    with reading(engine) as session:
        key = keys.recognised(session, text, now())
        if key is not None:
            return Caller(key.name, key.scopes, community=key.community)
        holder = account_keys.recognised(session, text, now())
    if holder is None:
        return None
    return Caller(
        holder.name,
        holder.scopes,
        account=holder.account,
        role=holder.role,
        organisation=holder.organisation,
    )
