"""Accounts: who may sign in and in which role, and the check of a password.

Staff have an e-mail address, a password and a second factor. Participants and representatives come
by link and code: their accounts know nothing but the pseudonym of whoever's contact points the
vault holds.
"""

import re
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.core.clock import now
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.core.tokens import token
from recruit.people.account_tables import LONGEST_EMAIL, STAFF, Account, Passkey, Role

__all__ = ["STAFF", "Account", "Role"]  # others know them by this room's name

# OWASP ASVS 5.0, 6.2: length instead of rules about letters; a bound against hashing megabytes.
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
EMAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f.]+")

TAKEN: Final = N_("There is an account with this e-mail address already.")

_HASHER: Final = PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory


def add(session: Session, email: str, role: Role, password_hash: str) -> Account:
    """Make a new account; `password_hash` comes from `hashed`.

    Raises:
        WrongUsage: no e-mail address, or one that has an account.
    """
    address = plain_email(email)
    if not EMAIL.fullmatch(address) or len(address) > LONGEST_EMAIL:
        raise WrongUsage(N_("This is not an e-mail address."))
    if _by_email(session, address):
        raise WrongUsage(TAKEN)
    account = Account(
        email=address,
        role=role,
        password_hash=password_hash,
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
    account = known(session, email)
    if account is None:
        raise NotFound(what="account", identifier=email)
    return account


def disable(session: Session, email: str) -> Account:
    """Let the account in no more; its sessions are over."""
    account = find(session, email)
    account.disabled = True
    end_sessions(account)
    return account


def change_password(account: Account, password_hash: str) -> None:
    """Set a new password, from `hashed`; all sessions of the account are over."""
    account.password_hash = password_hash
    end_sessions(account)


def end_sessions(account: Account) -> None:
    """End every session of the account, wherever its cookie may have been copied to."""
    account.stamp = token()


def known(session: Session, email: str) -> Account | None:
    """The account with this e-mail address, whatever its state, or None."""
    return _by_email(session, plain_email(email))


def verified(account: Account | None, password: str) -> Account | None:
    """The account when the password is right and it may sign in, else None.

    No account costs the same time as a wrong password, and like `hashed` that is long.
    """
    if len(password) > LONGEST_PASSWORD:
        password = ""
    if account is None or account.password_hash is None:
        _HASHER.hash(password)
        return None
    try:
        _HASHER.verify(account.password_hash, password)
    except VerificationError:
        return None
    return None if account.disabled else account


def plain_email(email: str) -> str:
    """One spelling for every way to type the same address."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def hashed(password: str) -> str:
    """The Argon2id hash of a new password. It takes long on purpose: never while others wait.

    Raises:
        WrongUsage: the password is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WrongUsage(
            N_("A password has {shortest} to {longest} characters."),
            shortest=SHORTEST_PASSWORD,
            longest=LONGEST_PASSWORD,
        )
    return _HASHER.hash(password)


def _by_email(session: Session, address: str) -> Account | None:
    if not address.isprintable():  # PostgreSQL refuses even to look for a text with NUL
        return None
    return session.scalars(select(Account).where(Account.email == address)).one_or_none()


def _by_pseudonym(session: Session, pseudonym: str) -> Account | None:
    return session.scalars(select(Account).where(Account.pseudonym == pseudonym)).one_or_none()
