"""Accounts: who may sign in and in which role, and the check of a password.

Staff have an e-mail address, a password and a second factor. Participants and representatives come
by link and code: their accounts know nothing but the pseudonym of whoever's contact points the
vault holds.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, delete, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.core.clock import now
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.core.tokens import token
from recruit.people import account_keys
from recruit.people.account_tables import LONGEST_EMAIL, STAFF, Account, Passkey, Role

__all__ = ["STAFF", "Account", "Role"]  # others know them by this room's name

EMAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f.]+")

LONGEST_SUBJECT: Final = 255  # OpenID Connect Core 1.0, 2

TAKEN: Final = N_("There is an account with this e-mail address already.")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody of the staff who gets an account; `password_hash` comes from `passwords.hashed`.

    `once` says that the password was given by somebody else, and has to be changed at first.
    """

    email: str
    role: Role
    password_hash: str
    organisation: int | None = None
    once: bool = False


def add(session: Session, newcomer: Newcomer) -> Account:
    """Make a new account.

    Raises:
        WrongUsage: no e-mail address, one that has an account, or a role that is not for an
            organisation's staff.
    """
    address = check_newcomer(session, newcomer.email, newcomer.role, newcomer.organisation)
    account = Account(
        email=address,
        role=newcomer.role,
        organisation=newcomer.organisation,
        password_hash=newcomer.password_hash,
        password_once=newcomer.once,
        created_at=now(),
        stamp=token(),
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        # Somebody else was quicker. The database's own words would hold the address.
        raise WrongUsage(TAKEN) from None
    return account


def check_newcomer(session: Session, email: str, role: Role, organisation: int | None) -> str:
    """The address of a new account in its one spelling.

    Raises:
        WrongUsage: as `add` does.
    """
    address = plain_email(email)
    if not EMAIL.fullmatch(address) or len(address) > LONGEST_EMAIL:
        raise WrongUsage(N_("This is not an e-mail address."))
    if _by_email(session, address):
        raise WrongUsage(TAKEN)
    _check_tenant(role, organisation)
    return address


def of_holder(session: Session, pseudonym: str, role: Role) -> Account:
    """The account of a participant or representative, made when there is none yet.

    `pseudonym` is the vault's holder: "P-…" or "R-…".
    """
    found = _by_pseudonym(session, pseudonym)
    if found is None:
        found = Account(pseudonym=pseudonym, role=role, created_at=now(), stamp=token())
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:  # made by another request since we looked
            return session.scalars(select(Account).where(Account.pseudonym == pseudonym)).one()
    if found.role is not role or role in STAFF:
        raise ValueError(role)
    return found


def forget(session: Session, pseudonym: str) -> None:
    """Delete the account of a participant or representative with its passkeys, if there is one."""
    found = _by_pseudonym(session, pseudonym)
    if found:
        session.execute(delete(Passkey).where(col(Passkey.account) == found.id))
        session.delete(found)


def find(session: Session, email: str) -> Account:
    """The account with this e-mail address.

    Raises:
        NotFound: there is none.
    """
    account = _by_email(session, plain_email(email))
    if account is None:
        raise NotFound(what="account", identifier=email)
    return account


def numbered(session: Session, email: str) -> int | None:
    """The number of the account with this e-mail address; None where there is none."""
    account = _by_email(session, plain_email(email))
    return account.id if account else None


def disable(session: Session, account: Account) -> None:
    """Let the account in no more; its sessions and keys are over.

    Raises:
        WrongUsage: it is the last administrator's.
    """
    _check_not_last(session, account)
    account.disabled = True
    end_sessions(account)
    account_keys.end(session, account)


def must_be_open(account: Account) -> None:
    """Raise WrongUsage where the account lets nobody in."""
    if account.disabled:
        raise WrongUsage(N_("This account is disabled."))


def enable(account: Account) -> None:
    """Let the account in again."""
    account.disabled = False
    end_sessions(account)


def change_role(session: Session, account: Account, role: Role, organisation: int | None) -> None:
    """Give the account another role, or other tenant's trials to see; sessions and keys are over.

    Raises:
        WrongUsage: it is the last administrator's, or the role is not for an organisation's staff.
    """
    if role is not Role.ADMINISTRATOR:
        _check_not_last(session, account)
    _check_tenant(role, organisation)
    account.role, account.organisation = role, organisation
    end_sessions(account)
    account_keys.end(session, account)


def change_password(
    session: Session, account: Account, password_hash: str, *, once: bool = False
) -> None:
    """Set a new password; all sessions and keys of the account are over.

    `once`: somebody else has chosen it, so it is changed when it is first used.
    """
    account.password_hash = password_hash
    account.password_once = once
    end_sessions(account)
    account_keys.end(session, account)


def link(session: Session, account: Account, subject: str) -> None:
    """Let whom the identity provider calls `subject` sign in as this account; "" ends it.

    Raises:
        WrongUsage: the name will not do, or is another account's.
    """
    plain = subject.strip()
    if not plain.isprintable() or len(plain) > LONGEST_SUBJECT:
        raise WrongUsage(N_("This identifier will not do."))
    account.subject = plain or None
    end_sessions(account)
    try:
        session.flush()
    except IntegrityError:
        raise WrongUsage(N_("Another account is linked to this identifier already.")) from None


def linked(session: Session, subject: str) -> Account | None:
    """The account of whom the identity provider calls `subject`, whatever its state."""
    if not subject or not subject.isprintable():
        return None
    return session.scalars(select(Account).where(Account.subject == subject)).one_or_none()


def staff(session: Session) -> list[Account]:
    """Every account of the staff, by address."""
    return list(
        session.scalars(
            select(Account).where(col(Account.email).is_not(None)).order_by(col(Account.email))
        )
    )


def end_sessions(account: Account) -> None:
    """End every session of the account, wherever its cookie may have been copied to."""
    account.stamp = token()


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is compared with; nothing where no account has the address."""

    account: int | None
    password_hash: str | None
    disabled: bool


def credentials(session: Session, email: str) -> Credentials:
    """What is known of an address: one row in any case, so that none takes less time than some."""
    address = plain_email(email)
    if not address.isprintable():  # PostgreSQL refuses even to look for a text with NUL
        address = ""
    row = session.execute(
        select(
            func.max(col(Account.id)),
            func.max(col(Account.password_hash)),
            func.max(case((col(Account.disabled), 1), else_=0)),
        ).where(col(Account.email) == address)
    ).one()
    return Credentials(row[0], row[1], bool(row[2]))


def plain_email(email: str) -> str:
    """One spelling for every way to type the same address."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _by_email(session: Session, address: str) -> Account | None:
    if not address.isprintable():  # PostgreSQL refuses even to look for a text with NUL
        return None
    return session.scalars(select(Account).where(Account.email == address)).one_or_none()


def _check_tenant(role: Role, organisation: int | None) -> None:
    if organisation is not None and role is Role.ADMINISTRATOR:
        raise WrongUsage(N_("Administrators belong to the operator, not to an organisation."))


def _check_not_last(session: Session, account: Account) -> None:
    """Somebody must be able to let the others in again.

    The rows are locked: of two administrators who disable each other at once, one is refused.
    """
    standing = select(Account.id).where(
        col(Account.role) == Role.ADMINISTRATOR, col(Account.disabled).is_(False)
    )
    if list(session.scalars(standing.with_for_update())) == [account.id]:
        raise WrongUsage(N_("This is the last administrator; make another one first."))


def _by_pseudonym(session: Session, pseudonym: str) -> Account | None:
    return session.scalars(select(Account).where(Account.pseudonym == pseudonym)).one_or_none()
