"""What somebody does with their own account: password, authenticator, recovery codes, passkeys."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.core.tokens import token
from recruit.people import accounts, passwords, second_factors
from recruit.people.account_tables import Account, Passkey
from recruit.people.authenticator import Authenticator
from recruit.people.passwords import Cost

MOST_PASSKEYS = 10
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What a device gave us of a key pair that it has made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str


def password_is(engine: Engine, *, account: int, password: str, cost: Cost) -> bool:
    """Whether this is the account's present password."""
    with reading(engine) as session:
        known = _account(session, account).password_hash
    return passwords.fits(known, password, cost)


def choose_password(engine: Engine, *, account: int, password: str, cost: Cost) -> Account:
    """Set one's own new password; every other session is over.

    Raises:
        WrongUsage: it is too short, too long or too common, or the one that is to be changed.
    """
    with reading(engine) as session:
        found = _account(session, account)
        known, email = found.password_hash, found.email or ""
    if passwords.fits(known, password, cost):
        raise WrongUsage(N_("This is the password you have. Please choose another one."))
    password_hash = passwords.chosen(password, email, cost)
    with unit_of_work(engine) as session:
        found = _account(session, account)
        accounts.change_password(session, found, password_hash)
        _record(session, Tag.PASSWORD_CHANGED, found)
        return found


def set_authenticator(
    engine: Engine, keyring: Keyring, *, account: int, secret: str, code: str
) -> tuple[Account, list[str]] | None:
    """Take an authenticator into use that gives the right code; sessions from before are over.

    Gives the account and its new recovery codes, to be shown this once; None for a wrong code.
    """
    authenticator = Authenticator(keyring)
    fitting = authenticator.fitting(code, secret, None)
    if fitting is None:
        return None
    codes, sealed = second_factors.new_recovery_codes(authenticator, keyring, account)
    with unit_of_work(engine) as session:
        found = _account(session, account)
        found.totp_secret, found.totp_counter, found.recovery_codes = secret, fitting, sealed
        accounts.end_sessions(found)
        _record(session, Tag.SECOND_FACTOR_SET, found, new="authenticator")
        return found, codes


def renew_recovery_codes(engine: Engine, keyring: Keyring, *, account: int) -> list[str]:
    """New recovery codes in place of all old ones, to be shown this once."""
    codes, sealed = second_factors.new_recovery_codes(Authenticator(keyring), keyring, account)
    with unit_of_work(engine) as session:
        found = _account(session, account)
        found.recovery_codes = sealed
        _record(session, Tag.RECOVERY_CODES_RENEWED, found)
    return codes


def passkey_handle(engine: Engine, *, account: int) -> str:
    """What devices file the account's passkeys under: random, and nobody's name."""
    with unit_of_work(engine) as session:
        found = _account(session, account)
        found.passkey_handle = found.passkey_handle or token()
        return found.passkey_handle


def add_passkey(engine: Engine, *, account: int, new: NewPasskey) -> Account:
    """Keep a passkey; sessions from before are over.

    Raises:
        WrongUsage: the name will not do, there are too many, or the key is known already.
    """
    name = " ".join(new.name.split())
    if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME:
        raise WrongUsage(N_("A name has at most {most} letters."), most=LONGEST_NAME)
    with unit_of_work(engine) as session:
        found = _account(session, account)
        if len(second_factors.passkeys(session, found)) >= MOST_PASSKEYS:
            raise WrongUsage(N_("There are {most} passkeys at most."), most=MOST_PASSKEYS)
        key = Passkey(
            account=account,
            credential_id=new.credential_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            name=name,
            created_at=now(),
        )
        session.add(key)
        accounts.end_sessions(found)
        try:
            session.flush()
        except IntegrityError:
            raise WrongUsage(N_("This passkey is known already.")) from None
        _record(session, Tag.PASSKEY_ADDED, found)
        return found


def remove_passkey(engine: Engine, *, account: int, passkey: int) -> Account:
    """Forget one of one's own passkeys; sessions from before are over.

    Raises:
        NotFound: there is no such passkey, or it is somebody else's.
    """
    with unit_of_work(engine) as session:
        found = _account(session, account)
        key = session.get(Passkey, passkey)
        if key is None or key.account != account:
            raise NotFound(what="passkey", identifier=passkey)
        session.delete(key)
        accounts.end_sessions(found)
        _record(session, Tag.PASSKEY_REMOVED, found)
        return found


def passkey_by(session: Session, credential_id: bytes) -> Passkey | None:
    """The passkey that a device calls so."""
    return session.scalars(
        select(Passkey).where(col(Passkey.credential_id) == credential_id)
    ).one_or_none()


def _account(session: Session, number: int) -> Account:
    found = session.get(Account, number)
    if found is None:
        raise NotFound(what="account", identifier=number)
    return found


def _record(session: Session, tag: Tag, account: Account, *, new: str | None = None) -> None:
    who = f"account {account.id}"
    trail.record(session, tag, actor=who, subject=who, new=new)
