"""Keys to the API: 192 random bits, shown once, kept as SHA-256, each for one community.

A key opens the scopes that it was made for, and nothing else.

A key reads `recruit_<name>_<secret>`. The name may be told: it stands in lists and in the audit
trail. A digest without a salt is enough for a secret that nobody can guess (RFC 6819, 5.1.4.1.3
asks for salts where people choose).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from recruit.core.clock import now
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.core.tokens import pseudonym, token
from recruit.people.communities.tables import KEY

LIFE: Final = timedelta(days=400)  # a year, and time to put the next one in place
KEY_FORM: Final = re.compile(r"recruit_K-[0-9A-Z]{8}_[\w-]{32}")


class Scope(StrEnum):
    """What a key may do."""

    PEOPLE_WRITE = "people:write"
    WITHDRAWALS_WRITE = "withdrawals:write"
    STATISTICS_READ = "statistics:read"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be told: nothing in it opens anything."""

    name: str
    community: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key; `text` is shown once and kept nowhere."""

    name: str
    expires_at: datetime
    text: str = field(repr=False)


def issue(session: Session, community: str, scopes: Collection[Scope]) -> Issued:
    """A new key of a known community, which opens `scopes`.

    Raises:
        WrongUsage: it would open nothing.
    """
    if not scopes:
        raise WrongUsage(N_("A key is for one thing at least."))
    name = pseudonym("K")
    text = f"recruit_{name}_{token()}"
    moment = now()
    row = {
        "name": name,
        "community": community,
        "digest": _digest(text),
        "scope": " ".join(sorted(scope.value for scope in scopes)),
        "created_at": moment,
        "expires_at": moment + LIFE,
    }
    session.execute(insert(KEY), row)
    return Issued(name, moment + LIFE, text)


def recognised(session: Session, text: str, at: datetime) -> Key | None:
    """The key, when it holds at the moment `at`; None for any other text."""
    if not KEY_FORM.fullmatch(text):
        return None
    # The digest is looked up: how long that takes says nothing about the secret.
    row = session.execute(select(KEY).where(KEY.c.digest == _digest(text))).one_or_none()
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
    scopes = frozenset(map(Scope, row.scope.split()))
    return Key(row.name, row.community, scopes, row.created_at, row.expires_at, row.revoked_at)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
