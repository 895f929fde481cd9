"""Flask-Security over our accounts: it keeps who is signed in, by the account's stamp.

Its own pages stay away: they answer a known address otherwise than an unknown one, and write
without an audit row. Our pages call what it is made of. ADR 21 says what we use of it and what not.
"""

from secrets import compare_digest

from flask import Flask, g
from flask_security import RoleMixin, Security, UserDatastore, UserMixin

from recruit.core.db import glancing
from recruit.core.tokens import token
from recruit.people.accounts import Account
from recruit.web.service import service


class Member(UserMixin):
    """An account as the library knows it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id or 0
        self.active = not account.disabled
        self.roles = []

    @property
    def fs_uniquifier(self) -> str:  # type: ignore[override]  # the library's is a column
        """What a session carries: the account's number and its present stamp."""
        return f"{self.id}.{self.account.stamp}"


class Accounts(UserDatastore):
    """The library's view of the table. It only reads: actions write, with an audit row."""

    def __init__(self) -> None:
        super().__init__(Member, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **named: object) -> Member | None:  # noqa: FBT001, FBT002, ARG002 - the library's signature
        """Whose session it is, None where the stamp is an old one or the account is disabled."""
        number, _, stamp = str(named["fs_uniquifier"]).partition(".")
        with glancing(service().engine) as session:
            account = session.get(Account, int(number))
        g.account_is_gone = account is None  # only an erasure takes accounts away
        if account is None or account.disabled or not compare_digest(account.stamp, stamp):
            return None
        return Member(account)


def init_app(app: Flask) -> None:
    """Let the library recognise who is signed in, by the signed session alone."""
    app.config.update(
        # It insists on one; passwords are hashed by people/passwords.py.
        SECURITY_PASSWORD_SALT=token(),
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    security = Security(app, Accounts(), register_blueprint=False)
    # It would also take tokens from addresses and bodies; there are none.
    security.login_manager.request_loader(lambda _request: None)
    # A telephone changes its network address on its way; that is no other session.
    security.login_manager.session_protection = None
