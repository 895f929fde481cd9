"""Keys of the staff to the API: each opens what it was made for, while its owner's role does.

A key dies with what it was made under: another role, organisation or password, or an account that
is disabled, ends it, and nothing brings it back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.core.clock import now
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.people import key_text, scopes
from recruit.people.account_tables import ACCOUNT_KEY, Account, Role
from recruit.people.key_text import Issued
from recruit.people.scopes import Scope

LIFE: Final = timedelta(days=90)
MOST: Final = 20
"""Keys in use of one account."""
LONGEST_TITLE: Final = 64
UNTITLED: Final = N_("Please say in 1 to {most} letters what the key is for.")
TOO_MANY: Final = N_("You have {most} keys in use. Please revoke one first.")


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A key as its owner sees it: nothing in it opens anything."""

    name: str
    title: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it opens anything at the moment `at`."""
        return self.revoked_at is None and at < self.expires_at


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose key was shown, and what it opens. `organisation` None sees all tenants' trials."""

    name: str
    account: int
    role: Role
    organisation: int | None
    scopes: frozenset[Scope]


def issue(session: Session, account: Account, title: str, wanted: Collection[Scope]) -> Issued:
    """A new key of the account, which opens what is `wanted`.

    Raises:
        WrongUsage: no title, too many keys, nothing wanted, or more than the role opens.
    """
    title = title.strip()
    if not title.isprintable() or not 0 < len(title) <= LONGEST_TITLE:
        raise WrongUsage(UNTITLED, most=LONGEST_TITLE)
    scopes.check(wanted, scopes.of_role(account.role))
    moment = now()
    if sum(each.holds(moment) for each in keys_of(session, account)) >= MOST:
        raise WrongUsage(TOO_MANY, most=MOST)
    issued = key_text.new(key_text.ACCOUNT, moment + LIFE)
    row = {
        "name": issued.name,
        "account": account.id,
        "title": title,
        "digest": key_text.digest(issued.text),
        "scope": " ".join(sorted(scope.value for scope in wanted)),
        "created_at": moment,
        "expires_at": issued.expires_at,
    }
    session.execute(insert(ACCOUNT_KEY), row)
    return issued


def recognised(session: Session, text: str, at: datetime) -> Holder | None:
    """Whose key it is, when it holds at the moment `at`; None for any other text."""
    if key_text.whose(text) != key_text.ACCOUNT:
        return None
    query = (
        select(ACCOUNT_KEY, col(Account.role), col(Account.organisation))
        .join(Account, col(Account.id) == ACCOUNT_KEY.c.account)
        .where(
            ACCOUNT_KEY.c.digest == key_text.digest(text),
            ACCOUNT_KEY.c.revoked_at.is_(None),
            ACCOUNT_KEY.c.expires_at > at,
            col(Account.disabled).is_(False),
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    # What a role opens may have shrunk since the key was made.
    opens = frozenset(map(Scope, row.scope.split())) & scopes.of_role(row.role)
    return Holder(row.name, row.account, row.role, row.organisation, opens)


def keys_of(session: Session, account: Account) -> list[AccountKey]:
    """The account's keys, the newest first."""
    query = select(ACCOUNT_KEY).where(ACCOUNT_KEY.c.account == account.id)
    return [
        AccountKey(
            row.name,
            row.title,
            frozenset(map(Scope, row.scope.split())),
            row.created_at,
            row.expires_at,
            row.revoked_at,
        )
        for row in session.execute(query.order_by(ACCOUNT_KEY.c.created_at.desc()))
    ]


def revoke(session: Session, account: Account, name: str) -> None:
    """Let the key open nothing any more; NotFound when the account has no such key in use."""
    if not name.isprintable() or not _revoke(session, account, ACCOUNT_KEY.c.name == name):
        raise NotFound(what="key", identifier=name)


def end(session: Session, account: Account) -> None:
    """Let no key of the account open anything any more."""
    _revoke(session, account)


def _revoke(session: Session, account: Account, *which: ColumnElement[bool]) -> bool:
    """Whether there was one in use."""
    own = (ACCOUNT_KEY.c.account == account.id, ACCOUNT_KEY.c.revoked_at.is_(None))
    query = update(ACCOUNT_KEY).where(*own, *which).values(revoked_at=now())
    return session.execute(query.returning(ACCOUNT_KEY.c.name)).first() is not None
