"""Proving that an address is one's own: a link and a code, and neither alone is enough.

The link's token has 192 random bits and is kept as SHA-256. The code has six digits and is kept as
a digest under the master keys: whoever reads the table cannot try a million codes. A code lives for
ten minutes and survives five wrong answers, a link is used once: OWASP ASVS 5.0, 6.5.1, 6.5.4,
6.5.5 and 6.6.3.

Every function works in the caller's unit of work, which has to be committed whatever is answered:
a wrong try that is rolled back was never counted.
"""

import json
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from secrets import randbelow
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from recruit.core import rates
from recruit.core.crypto import Keyring
from recruit.core.errors import SealBroken
from recruit.core.rates import Limit
from recruit.core.resealing import Sealed
from recruit.core.tokens import token as new_token
from recruit.people.code_tables import CODE

SEALED: Final = Sealed(CODE.c.sealed, lambda row: _binding(row.purpose, row.token_digest))
"""What an older key has digested stays: the codes of links are over in ten minutes."""


class Purpose(StrEnum):
    """What a link proves; one made for another purpose is as good as none."""

    JOIN = "join"
    SIGN_IN = "sign-in"
    REPRESENT = "represent"
    CHANGE_CONTACT = "change-contact"
    ERASE = "erase"
    STAY = "stay"


class Problem(StrEnum):
    """Why a link or a code does not do."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED = "used"
    WRONG = "wrong"
    TOO_MANY = "too-many"


DIGITS: Final = 6
CODE_LIFE: Final = timedelta(minutes=10)
LINK_LIFE: Final = {
    Purpose.JOIN: timedelta(days=1),
    Purpose.SIGN_IN: timedelta(hours=1),
    Purpose.REPRESENT: timedelta(days=7),
    Purpose.CHANGE_CONTACT: timedelta(days=1),
    Purpose.ERASE: timedelta(hours=1),
    Purpose.STAY: timedelta(days=35),  # a letter leaves on another day than it is printed
}
WRONG_TRIES: Final = 5
"""So many wrong answers kill a code."""
RENEWALS: Final = 4
"""So many new codes come after the first: a link stands 25 guesses among a million at most."""
KIND: Final = "code"
CODES: Final = Limit(5, timedelta(hours=1))
"""So many codes go to one address, whoever asks."""
REMEMBERED: Final = timedelta(days=1)
"""So long after its end a link is still told from one that never was."""
SKEW: Final = timedelta(minutes=1)
"""So far the clocks of two machines may differ; a clock set back further revives no code."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new link and code; they are known here and in the message that carries them."""

    token: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """What a link stands for that waits for its code; `expires_at` is the code's end."""

    payload: dict[str, str] = field(repr=False)
    expires_at: datetime


def issue(  # noqa: PLR0913 - as redeem
    session: Session,
    keyring: Keyring,
    purpose: Purpose,
    payload: Mapping[str, str],
    at: datetime,
    *,
    decoy: bool = False,
) -> Issued:
    """Make a link and its first code; `payload` comes back when both are shown.

    A `decoy` looks the same from outside, and no code ever opens it: for whoever must not learn
    that an address is not known, is known already, or has had its codes. Nothing can be guessed.
    """
    issued = Issued(new_token(), _new_code())
    digest = _digest(issued.token)
    row = {
        "token_digest": digest,
        "purpose": purpose.value,
        "sealed": keyring.seal(json.dumps(dict(payload)).encode(), _binding(purpose, digest)),
        "code_digest": _code_digests(keyring, digest, issued.code)[0],
        "code_made_at": at,
        "wrong_tries": 0,
        "renewals": 0,
        "decoy": decoy,
        "expires_at": at + LINK_LIFE[purpose],
        "used_at": None,
    }
    session.execute(insert(CODE), [row])
    return issued


def look(
    session: Session, keyring: Keyring, purpose: Purpose, token: str, at: datetime
) -> Pending | Problem:
    """What the link stands for, without its code: enough for a page that asks for the code.

    UNKNOWN, EXPIRED (the link, not the code) or USED where it stands for nothing.
    """
    row = _row(session, purpose, token, at)
    if isinstance(row, Problem):
        return row
    return Pending(_payload(keyring, row), row.code_made_at + CODE_LIFE)


def redeem(  # noqa: PLR0913, PLR0917 - the interface of links and codes, by position
    session: Session, keyring: Keyring, purpose: Purpose, token: str, code: str, at: datetime
) -> dict[str, str] | Problem:
    """The payload, once, for the link and its code together; of two at once one gets it.

    EXPIRED says that the link's or the code's time is over, TOO_MANY that the code has had five
    wrong answers: after both a new code may be asked for (`renew`) while the link lives.
    """
    row = _row(session, purpose, token, at, writes=True)
    if isinstance(row, Problem):
        return row
    if row.wrong_tries >= WRONG_TRIES:
        return Problem.TOO_MANY
    if not row.code_made_at - SKEW <= at < row.code_made_at + CODE_LIFE:
        return Problem.EXPIRED
    this = CODE.c.token_digest == row.token_digest
    if not _is_code(keyring, row, code):
        session.execute(update(CODE).where(this).values(wrong_tries=row.wrong_tries + 1))
        return Problem.WRONG
    session.execute(update(CODE).where(this).values(used_at=at, sealed=""))
    return _payload(keyring, row)


def spend(session: Session, token: str, at: datetime) -> None:
    """Use a link up that does what it is for without a code."""
    this = CODE.c.token_digest == _digest(token)
    session.execute(update(CODE).where(this).values(used_at=at, sealed=""))


def renew(  # noqa: PLR0913 - as redeem
    session: Session, keyring: Keyring, purpose: Purpose, token: str, at: datetime, *, decoy: bool
) -> Issued | Problem:
    """A new code for the same link in place of the old one; TOO_MANY after the fourth.

    A `decoy` as of `issue`: who may be sent a code can have changed since.
    """
    row = _row(session, purpose, token, at, writes=True)
    if isinstance(row, Problem):
        return row
    if row.renewals >= RENEWALS:
        return Problem.TOO_MANY
    issued = Issued(token, _new_code())
    session.execute(
        update(CODE)
        .where(CODE.c.token_digest == row.token_digest)
        .values(
            code_digest=_code_digests(keyring, row.token_digest, issued.code)[0],
            code_made_at=at,
            wrong_tries=0,
            renewals=row.renewals + 1,
            decoy=decoy,
        )
    )
    return issued


def may_ask(session: Session, keyring: Keyring, address: str, at: datetime) -> bool:
    """Count one more code for `address`; False when it has had its five of an hour.

    To be asked before each `issue` and `renew`; whoever asked is told the same either way.
    """
    return not rates.count(session, keyring, KIND, address, CODES, at).is_over(CODES)


def waiting(
    session: Session, keyring: Keyring, purpose: Purpose, at: datetime
) -> list[dict[str, str]]:
    """What every living link of the purpose stands for; all of them are opened for it."""
    query = select(CODE).where(
        CODE.c.purpose == purpose.value, CODE.c.sealed != "", CODE.c.expires_at > at
    )
    return [_payload(keyring, row) for row in session.execute(query).all()]


def purge(session: Session, at: datetime) -> int:
    """Delete links a day after their end; how many.

    What a link stood for goes at its end: for one more day it is only known that there was one.
    """
    session.execute(update(CODE).where(CODE.c.expires_at < at).values(sealed=""))
    ended = select(CODE.c.token_digest).where(CODE.c.expires_at < at - REMEMBERED)
    digests = list(session.execute(ended).scalars())
    session.execute(delete(CODE).where(CODE.c.expires_at < at - REMEMBERED))
    return len(digests)


def forget(session: Session, keyring: Keyring, words: Collection[str]) -> None:
    """Delete every link that stands for one of `words`: a pseudonym, an address, a number.

    All that are not over yet are opened for it; what does not open, nobody else reads either. Links
    to stay are not: tens of thousands live for weeks, and withdrawals would wait while each is
    opened. They hold a pseudonym and a day, and lead nowhere once there is nobody to erase.
    """
    sought = {word.casefold() for word in words}
    living = select(CODE).where(CODE.c.sealed != "", CODE.c.purpose != Purpose.STAY.value)
    for row in session.execute(living).all():
        try:
            payload = _payload(keyring, row)
        except SealBroken:
            continue
        if not sought.isdisjoint(value.casefold() for value in payload.values()):
            session.execute(delete(CODE).where(CODE.c.token_digest == row.token_digest))


def plain_code(code: str) -> str:
    """The digits of what was typed: "123 456" and "１２３４５６" are the code 123456."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code) if sign.isalnum())


def _row(
    session: Session, purpose: Purpose, token: str, at: datetime, *, writes: bool = False
) -> Row[Any] | Problem:
    """The living row of a link. Who `writes` holds it until the unit of work ends."""
    query = select(CODE).where(CODE.c.token_digest == _digest(token))
    row = session.execute(query.with_for_update() if writes else query).one_or_none()
    if row is None or row.purpose != purpose.value:
        return Problem.UNKNOWN
    if row.used_at is not None:
        return Problem.USED
    if at >= row.expires_at or not row.sealed:
        return Problem.EXPIRED
    return row


def _payload(keyring: Keyring, row: Row[Any]) -> dict[str, str]:
    binding = _binding(row.purpose, row.token_digest)
    payload: dict[str, str] = json.loads(keyring.unseal(row.sealed, binding))
    return payload


def _is_code(keyring: Keyring, row: Row[Any], code: str) -> bool:
    """Whether this is the row's code; how long that takes tells nothing about it."""
    tried = _code_digests(keyring, row.token_digest, plain_code(code))
    kept = "" if row.decoy else str(row.code_digest)
    return any([compare_digest(kept, digest) for digest in tried])  # noqa: C419 - all, always


def _digest(token: str) -> str:
    """192 random bits need no key: nobody can try them all (contrast with the code)."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _code_digests(keyring: Keyring, token_digest: str, code: str) -> tuple[str, ...]:
    """Of the code and its link together: equal codes do not look equal in the table."""
    return keyring.digests("code", f"{token_digest}\n{code}")


def _new_code() -> str:
    return f"{randbelow(10**DIGITS):0{DIGITS}d}"


def _binding(purpose: str, token_digest: str) -> str:
    return f"code/{purpose}/{token_digest}"
