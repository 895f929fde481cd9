"""What can be done with staff accounts; each deed leaves its row in the audit trail."""

from sqlalchemy import Engine

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.db import reading, unit_of_work
from recruit.people import accounts
from recruit.people.accounts import Account, Role


def add_account(engine: Engine, *, email: str, role: Role, password: str, actor: str) -> Account:
    """Make an account; WrongUsage where the address or the password will not do."""
    password_hash = accounts.hashed(password)
    with unit_of_work(engine) as session:
        account = accounts.add(session, email, role, password_hash)
        trail.record(
            session, Tag.ACCOUNT_ADDED, actor=actor, subject=_subject(account), new=role.value
        )
        return account


def disable_account(engine: Engine, *, email: str, actor: str) -> None:
    """Let an account in no more, and end its sessions; NotFound when there is none."""
    with unit_of_work(engine) as session:
        account = accounts.disable(session, email)
        trail.record(session, Tag.ACCOUNT_DISABLED, actor=actor, subject=_subject(account))


def change_password(engine: Engine, *, email: str, password: str, actor: str) -> None:
    """Set a new password, and end the account's sessions; NotFound when there is none."""
    password_hash = accounts.hashed(password)
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        accounts.change_password(account, password_hash)
        trail.record(session, Tag.PASSWORD_CHANGED, actor=actor, subject=_subject(account))


def sign_in(engine: Engine, *, email: str, password: str) -> Account | None:
    """The account when address and password are right, else None; both are recorded."""
    with reading(engine) as session:
        known = accounts.known(session, email)
    # Hashing takes long: no transaction waits for it.
    account = accounts.verified(known, password)
    # Whose address was tried in vain is not kept: it may be anybody's.
    tag = Tag.SIGNED_IN if account else Tag.SIGN_IN_REFUSED
    who = _subject(account) if account else "visitor"
    with unit_of_work(engine) as session:
        trail.record(session, tag, actor=who, subject=who)
    return account


def sign_out(engine: Engine, *, account: int) -> None:
    """End all sessions of the account with this number."""
    with unit_of_work(engine) as session:
        known = session.get(Account, account)
        if known:
            accounts.end_sessions(known)
            trail.record(session, Tag.SIGNED_OUT, actor=_subject(known), subject=_subject(known))


def _subject(account: Account) -> str:
    return f"account {account.id}"
