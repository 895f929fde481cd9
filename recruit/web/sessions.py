"""Who is signed in, and who has shown a password but not yet the rest.

Each account has a stamp that changes with its password, role, state and second factor, and when its
owner signs out: a session that carries an old stamp is over, wherever its cookie may have been
copied to. The signed cookie says which account and stamp; the account says if it still holds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import compare_digest
from typing import Final

from flask import g, session
from flask_security import current_user, login_user, logout_user

from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import NotAllowed, NotFound
from recruit.people.accounts import Account, Role
from recruit.web.members import Member
from recruit.web.service import service

ABSENT: Final = timedelta(hours=1)
"""A session ends when nothing is asked for so long; the cookie's own age says it."""
LONGEST: Final = timedelta(hours=12)
"""A session ends after a working day in any case."""
FRESH: Final = timedelta(minutes=15)
"""So long after signing in, keys and second factors can be changed without signing in again."""
HALFWAY: Final = timedelta(minutes=10)
"""So long is a password good for without the second factor."""
REVIEWERS: Final = (Role.COORDINATOR, Role.ADMINISTRATOR)
SINCE: Final = "fs_paa"  # where Flask-Security notes when somebody signed in
WANTED: Final = "wanted"


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
    login_user(Member(account), remember=False)
    session[SINCE] = clock.now().timestamp()
    g.visitor = _visitor(account)


def end() -> None:
    """Forget the session in this browser."""
    logout_user()
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


def tenant() -> int | None:
    """The organisation whose trials the visitor sees; None is for all.

    Raises:
        NotAllowed: nobody is signed in.
    """
    who = visitor()
    if who is None:
        raise NotAllowed
    return who.organisation


def check_ours(what: str = "page") -> None:
    """Let nobody on but the operator's own staff: to others there is nothing here.

    Raises:
        NotFound: they work for an organisation.
        NotAllowed: nobody is signed in.
    """
    if tenant() is not None:
        raise NotFound(what=what, identifier="")


def is_fresh() -> bool:
    """Whether somebody signed in so shortly ago that they may change what they sign in with."""
    return visitor() is not None and _age() <= FRESH


def wait(account: Account, *, proved: bool) -> None:
    """Remember who has shown a password; `proved` when the second factor as well."""
    wanted = session.get(WANTED)
    session.clear()
    session.permanent = True
    session["halfway"] = [account.id, account.stamp, clock.now().timestamp(), proved]
    if wanted:
        session[WANTED] = wanted


def halfway() -> tuple[Account, bool] | None:
    """Who has shown a password a short while ago, and whether the second factor; or None."""
    if "halfway" not in session:
        return None
    number, stamp, since, proved = session["halfway"]
    if clock.now() - datetime.fromtimestamp(since, UTC) > HALFWAY:
        return None
    with reading(service().engine) as database:
        account = database.get(Account, number)
    if account is None or account.disabled or not compare_digest(account.stamp, stamp):
        return None
    return account, bool(proved)


def _recognised() -> Visitor | None:
    if not current_user.is_authenticated:
        return None
    if _age() > LONGEST:
        session.clear()
        return None
    return _visitor(current_user.account)


def _age() -> timedelta:
    return clock.now() - datetime.fromtimestamp(session[SINCE], UTC)


def _visitor(account: Account) -> Visitor:
    if account.id is None:
        raise ValueError
    return Visitor(account.id, account.role, account.email, account.pseudonym, account.organisation)
