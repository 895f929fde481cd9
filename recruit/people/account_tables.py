"""Accounts as they are kept, in which roles, their passkeys, and their keys to the API."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, Column, Enum, ForeignKey, Index, Integer, String, Table
from sqlmodel import Field, SQLModel

import recruit.people.organisations  # noqa: F401 - accounts point to that table
from recruit.core.columns import UTCDateTime

LONGEST_EMAIL: Final = 254  # RFC 5321


class Role(StrEnum):
    """What an account may do."""

    SPONSOR = "sponsor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    PROFESSIONAL = "professional"
    COMMUNITY = "community"
    PARTICIPANT = "participant"
    REPRESENTATIVE = "representative"


STAFF: Final = (
    Role.SPONSOR,
    Role.COORDINATOR,
    Role.ADMINISTRATOR,
    Role.PROFESSIONAL,
    Role.COMMUNITY,
)
"""They work here, with an address and a password; everybody else speaks for a person."""

# Kept as its word, not as a type of the database that each new role would have to alter.
ROLE: Final = Enum(
    Role, native_enum=False, length=16, values_callable=lambda roles: [role.value for role in roles]
)


class Account(SQLModel, table=True):
    """Somebody who can sign in. A session holds while it carries the account's present `stamp`.

    Staff have `email` and `password_hash`, and no `pseudonym`; participants and representatives the
    reverse. `organisation` is the tenant that somebody of the staff works for; None stands for the
    operator's own, who work for all of them. `subject` is what an identity provider calls them.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index("account_by_pseudonym", "pseudonym", unique=True),
        Index("account_by_subject", "subject", unique=True),
        # The audit trail names accounts by number: a number never comes back.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    email: str | None = Field(default=None, max_length=LONGEST_EMAIL, unique=True)
    pseudonym: str | None = Field(default=None, max_length=16)
    role: Role = Field(sa_column=Column(ROLE, nullable=False))
    organisation: int | None = Field(default=None, foreign_key="organisation.id")
    password_hash: str | None = None
    password_once: bool = False  # given by an administrator, to be changed at the first sign-in
    subject: str | None = Field(default=None, max_length=255)  # the most that OpenID Connect allows
    totp_secret: str | None = None  # encrypted
    totp_counter: int | None = None  # the interval of the last code taken; none is taken twice
    passkey_handle: str | None = None  # what devices file its passkeys under
    recovery_codes: list[str] = Field(
        default=[], sa_column=Column(JSON, nullable=False)
    )  # encrypted
    disabled: bool = False
    created_at: datetime = Field(sa_type=UTCDateTime)
    stamp: str


class Passkey(SQLModel, table=True):
    """A key pair in somebody's device; we keep the public half (WebAuthn Level 2, 4)."""

    __tablename__ = "passkey"

    id: int | None = Field(default=None, primary_key=True)
    account: int = Field(foreign_key="account.id", index=True)
    credential_id: bytes = Field(max_length=1023, unique=True)  # the most that WebAuthn allows
    public_key: bytes
    sign_count: int
    name: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


# Keys to the API. The key itself is shown once; its SHA-256 stays.
ACCOUNT_KEY: Final = Table(
    "account_key",
    SQLModel.metadata,
    Column("name", String(16), primary_key=True),  # the part of the key that may be told
    Column("account", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("title", String(64), nullable=False),  # what its owner calls it
    Column("digest", String(64), nullable=False, unique=True),
    Column("scope", String(255), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("revoked_at", UTCDateTime),
)
