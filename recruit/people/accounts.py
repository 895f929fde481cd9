"""Staff accounts: who may sign in, in which role, and the check of a password.

Participants have none of these; they come by link and code.
"""

import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Column, Enum
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, select

from recruit.core.clock import now
from recruit.core.columns import UTCDateTime
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.core.tokens import token

# OWASP ASVS 5.0, 6.2: length instead of rules about letters; a bound against hashing megabytes.
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
LONGEST_EMAIL: Final = 254  # RFC 5321
EMAIL: Final = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f.]+")

TAKEN: Final = N_("There is an account with this e-mail address already.")

_HASHER: Final = PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory


class Role(StrEnum):
    """What an account may do."""

    SPONSOR = "sponsor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    PROFESSIONAL = "professional"


# Kept as its word, not as a type of the database that each new role would have to alter.
ROLE: Final = Enum(
    Role, native_enum=False, length=16, values_callable=lambda roles: [role.value for role in roles]
)


class Account(SQLModel, table=True):
    """A person of the staff. A session holds while it carries the account's present `stamp`."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=LONGEST_EMAIL, unique=True)
    role: Role = Field(sa_column=Column(ROLE, nullable=False))
    password_hash: str
    disabled: bool = False
    created_at: datetime = Field(sa_type=UTCDateTime)
    stamp: str


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
    if account is None:
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
