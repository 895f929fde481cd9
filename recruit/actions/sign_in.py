"""Coming in and going out: what somebody shows, and what is written down of it."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.people import accounts, passwords, second_factors
from recruit.people.account_tables import Account, Passkey
from recruit.people.authenticator import Authenticator
from recruit.people.passwords import Cost


def prove_password(engine: Engine, *, email: str, password: str, cost: Cost) -> Account | None:
    """The account when address and password are right, else None, after as long a time."""
    with reading(engine) as session:
        known = accounts.credentials(session, email)
    # Hashing takes long: no transaction waits for it.
    fits = passwords.fits(known.password_hash, password, cost) and not known.disabled
    with unit_of_work(engine) as session:
        found = session.get(Account, known.account) if fits else None
        if found is None or found.password_hash != known.password_hash:
            # Whose address was tried in vain is not kept: it may be anybody's.
            _record(session, Tag.SIGN_IN_REFUSED, "visitor")
            return None
        _record(session, Tag.PASSWORD_PROVED, _subject(found))
        return found


def prove_code(engine: Engine, keyring: Keyring, *, account: int, code: str) -> bool:
    """Take a code from the account's authenticator; False where it is wrong or was taken before."""
    with reading(engine) as session:
        known = session.get(Account, account)
    # Opening the secret takes long: no transaction waits for it.
    secret, last = (known.totp_secret, known.totp_counter) if known else (None, None)
    fitting = Authenticator(keyring).fitting(code, secret, last) if secret else None
    with unit_of_work(engine) as session:
        if fitting is None or not second_factors.take_counter(session, account, fitting):
            return _refused(session, account)
        _record(session, Tag.SECOND_FACTOR_PROVED, f"account {account}", reason="authenticator")
        return True


def prove_recovery_code(engine: Engine, keyring: Keyring, *, account: int, code: str) -> bool:
    """Use up one of the account's recovery codes; False where it is none of them."""
    with unit_of_work(engine) as session:
        if not second_factors.take_recovery_code(session, keyring, account, code):
            return _refused(session, account)
        _record(session, Tag.SECOND_FACTOR_PROVED, f"account {account}", reason="recovery code")
        return True


def prove_passkey(engine: Engine, *, passkey: int, sign_count: int) -> Account | None:
    """The account whose passkey has signed a challenge; None where it may not come in.

    `sign_count` is the device's own count, kept so that a copied key is noticed.
    """
    with unit_of_work(engine) as session:
        key = session.get(Passkey, passkey)
        found = session.get(Account, key.account) if key else None
        if key is None or found is None or found.disabled:
            _record(session, Tag.SIGN_IN_REFUSED, "visitor")
            return None
        key.sign_count, key.used_at = sign_count, now()
        _record(session, Tag.SECOND_FACTOR_PROVED, _subject(found), reason="passkey")
        return found


def prove_identity(engine: Engine, *, subject: str) -> Account | None:
    """The account that is linked to whom the identity provider calls `subject`, or None."""
    with unit_of_work(engine) as session:
        found = accounts.linked(session, subject)
        if found is None or found.disabled:
            _record(session, Tag.SIGN_IN_REFUSED, "visitor", reason="identity provider")
            return None
        _record(session, Tag.IDENTITY_PROVED, _subject(found))
        return found


def sign_in(engine: Engine, *, account: int) -> None:
    """Write down that somebody is in, having shown all there is to show."""
    with unit_of_work(engine) as session:
        _record(session, Tag.SIGNED_IN, f"account {account}")


def sign_out(engine: Engine, *, account: int) -> None:
    """End all sessions of the account with this number."""
    with unit_of_work(engine) as session:
        known = session.get(Account, account)
        if known:
            accounts.end_sessions(known)
            _record(session, Tag.SIGNED_OUT, _subject(known))


def _refused(session: Session, account: int) -> bool:
    _record(session, Tag.SECOND_FACTOR_REFUSED, f"account {account}")
    return False


def _record(session: Session, tag: Tag, who: str, *, reason: str = "") -> None:
    trail.record(session, tag, actor=who, subject=who, reason=reason)


def _subject(account: Account) -> str:
    return f"account {account.id}"
