"""Keys of a community to the API: each opens the scopes that it was made for, and nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from recruit.core.clock import now
from recruit.core.errors import NotFound
from recruit.people import key_text, scopes
from recruit.people.communities.tables import KEY
from recruit.people.key_text import Issued
from recruit.people.scopes import Scope

LIFE: Final = timedelta(days=400)  # a year, and time to put the next one in place


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be told: nothing in it opens anything."""

    name: str
    community: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def issue(session: Session, community: str, wanted: Collection[Scope]) -> Issued:
    """A new key of a known community, which opens what is `wanted`.

    Raises:
        WrongUsage: it would open nothing, or what is no community's.
    """
    scopes.check(wanted, scopes.COMMUNITY)
    moment = now()
    issued = key_text.new(key_text.COMMUNITY, moment + LIFE)
    row = {
        "name": issued.name,
        "community": community,
        "digest": key_text.digest(issued.text),
        "scope": " ".join(sorted(scope.value for scope in wanted)),
        "created_at": moment,
        "expires_at": issued.expires_at,
    }
    session.execute(insert(KEY), row)
    return issued


def recognised(session: Session, text: str, at: datetime) -> Key | None:
    """The key, when it holds at the moment `at`; None for any other text."""
    if key_text.whose(text) != key_text.COMMUNITY:
        return None
    # The digest is looked up: how long that takes says nothing about the secret.
    row = session.execute(select(KEY).where(KEY.c.digest == key_text.digest(text))).one_or_none()
    if row is None or row.revoked_at is not None or at >= row.expires_at:
        return None
    return _key(row)


def revoke(session: Session, community: str, name: str) -> None:
    """Let the key open nothing any more; NotFound when the community has no such key in use."""
    query = (
        update(KEY)
        .where(KEY.c.name == name, KEY.c.community == community, KEY.c.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(KEY.c.name)
    )
    if not name.isprintable() or session.execute(query).first() is None:
        raise NotFound(what="key", identifier=name)


def keys_of(session: Session, community: str) -> list[Key]:
    """The community's keys, the newest first."""
    query = select(KEY).where(KEY.c.community == community).order_by(KEY.c.created_at.desc())
    return [_key(row) for row in session.execute(query)]


def _key(row: Row[Any]) -> Key:
    opens = frozenset(map(Scope, row.scope.split()))
    return Key(row.name, row.community, opens, row.created_at, row.expires_at, row.revoked_at)
