"""Who is signed in. The signed cookie says which account; the account says if it still holds.

Each account has a stamp that changes with its password, role and state, and when its owner signs
out: a session that carries an old stamp is over, wherever its cookie may have been copied to.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import compare_digest
from typing import Final

from flask import g, session

from recruit.core import clock
from recruit.core.db import reading
from recruit.people.accounts import Account, Role
from recruit.web.service import service

ABSENT: Final = timedelta(hours=1)
"""A session ends when nothing is asked for so long; the cookie's own age says it."""
LONGEST: Final = timedelta(hours=12)
"""A session ends after a working day in any case."""
REVIEWERS: Final = (Role.COORDINATOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The account that is signed in, as pages need it.

    `email` is None for participants and representatives, who have a `pseudonym` instead.
    `organisation` is the tenant whose trials somebody of the staff sees; None is for all.
    """

    id: int
    role: Role
    email: str | None = None
    pseudonym: str | None = None
    organisation: int | None = None

    @property
    def may_review(self) -> bool:
        """Whether matches are shown to them."""
        return self.role in REVIEWERS


def begin(account: Account) -> None:
    """Start a session of `account`; nothing of what the visitor had before stays in it."""
    session.clear()
    session.permanent = True
    session["account"] = account.id
    session["stamp"] = account.stamp
    session["since"] = clock.now().timestamp()
    g.visitor = _visitor(account)


def end() -> None:
    """Forget the session in this browser."""
    session.clear()
    g.visitor = None


def visitor() -> Visitor | None:
    """Who is signed in, looked up once per request, or None."""
    if "visitor" not in g:
        g.visitor = _recognised()
    who: Visitor | None = g.visitor
    return who


def actor() -> str:
    """Who acts, as the audit trail names them."""
    who = visitor()
    return f"account {who.id}" if who else "visitor"


def _recognised() -> Visitor | None:
    if "account" not in session:
        return None
    since = datetime.fromtimestamp(session["since"], UTC)
    if clock.now() - since > LONGEST:
        session.clear()
        return None
    with reading(service().engine) as database:
        account = database.get(Account, session["account"])
        if (
            account is None
            or account.disabled
            or not compare_digest(account.stamp, session["stamp"])
        ):
            session.clear()
            return None
        return _visitor(account)


def _visitor(account: Account) -> Visitor:
    if account.id is None:
        raise ValueError
    return Visitor(account.id, account.role, account.email, account.pseudonym, account.organisation)
