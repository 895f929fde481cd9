"""Keys of the staff to the API: made and revoked with an audit row each."""

from collections.abc import Collection

from sqlalchemy import Engine

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.db import unit_of_work
from recruit.people import account_keys, accounts
from recruit.people.key_text import Issued
from recruit.people.scopes import Scope


def issue_key(
    engine: Engine, *, email: str, title: str, scopes: Collection[Scope], actor: str
) -> Issued:
    """A new key of the account with this address, which opens `scopes`; it is shown once.

    Raises:
        NotFound: there is no such account.
        WrongUsage: as `people.account_keys.issue`, or the account is disabled.
    """
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        accounts.must_be_open(account)
        issued = account_keys.issue(session, account, title, scopes)
        said = f"account {account.id}"
        trail.record(session, Tag.ACCOUNT_KEY_ISSUED, actor=actor, subject=said, new=issued.name)
        return issued


def revoke_key(engine: Engine, *, email: str, name: str, actor: str) -> None:
    """Let a key open nothing any more, at once.

    Raises:
        NotFound: there is no such account, or it has no such key in use.
    """
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        account_keys.revoke(session, account, name)
        said = f"account {account.id}"
        trail.record(session, Tag.ACCOUNT_KEY_REVOKED, actor=actor, subject=said, old=name)
