"""One's own account: `/account` for staff, `/me/passkeys` for those who speak for a person."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import own_account
from recruit.core.db import reading
from recruit.core.errors import NotAllowed, WrongUsage
from recruit.core.i18n import N_
from recruit.people import second_factors
from recruit.people.account_tables import Account
from recruit.people.accounts import STAFF
from recruit.people.scopes import of_role
from recruit.web import sessions
from recruit.web.access import participant, staff
from recruit.web.account import authenticators, passkeys
from recruit.web.freshness import sign_in_again
from recruit.web.language import language, say
from recruit.web.service import service

pages = Blueprint("account", __name__)


@pages.get("/account")
@staff(*STAFF)
def overview() -> str:
    """What the account is signed in with."""
    account = _own()
    with reading(service().engine) as database:
        factors = second_factors.of(database, account)
        keys = second_factors.passkeys(database, account)
    return render_template(
        "account/overview.html",
        account=account,
        factors=factors,
        keys=keys,
        may_have_programs=bool(of_role(account.role)),
    )


@pages.get("/account/password")
@staff(*STAFF)
def password() -> ResponseReturnValue:
    """Asks for the present password and the new one."""
    return _ask_password({})


@pages.post("/account/password")
@staff(*STAFF)
def change_password() -> ResponseReturnValue:
    """Set the new one; every other session is over."""
    account, cost = _own(), service().strictness.password
    engine, number = service().engine, account.id or 0
    throttle, key = service().throttle, f"password of account {account.id}"
    throttle.hold(key, key)
    present = request.form.get("present", "")
    if not own_account.password_is(engine, account=number, password=present, cost=cost):
        throttle.failed(key, key)
        return _ask_password({"present": say(N_("This is not your present password."))})
    try:
        new = request.form.get("password", "")
        changed = own_account.choose_password(engine, account=number, password=new, cost=cost)
    except WrongUsage as error:
        return _ask_password({"password": error.say(language())})
    sessions.begin(changed)
    return redirect(url_for("account.overview"))


@pages.get("/account/authenticator")
@staff(*STAFF)
def authenticator() -> ResponseReturnValue:
    """Shows a new secret, to take the place of the present one."""
    return _again() or authenticators.show(_own(), {})


@pages.post("/account/authenticator")
@staff(*STAFF)
def set_authenticator() -> ResponseReturnValue:
    """Take it into use; the recovery codes are shown this once."""
    again = _again()
    if again:
        return again
    account = _own()
    taken = authenticators.take(account.id or 0)
    if taken is None:
        return authenticators.refuse(account)
    changed, codes = taken
    sessions.begin(changed)
    return authenticators.done(codes, url_for("account.overview"))


@pages.post("/account/recovery-codes")
@staff(*STAFF)
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes in place of all old ones."""
    again = _again()
    if again:
        return again
    number = _own().id or 0
    codes = own_account.renew_recovery_codes(
        service().engine, service().secrets.vault, account=number
    )
    return authenticators.done(codes, url_for("account.overview"))


@pages.get("/account/passkeys")
@staff(*STAFF)
def staff_passkeys() -> ResponseReturnValue:
    """The keys of somebody of the staff, and a way to add one."""
    return _again() or _show_passkeys({})


@pages.post("/account/passkeys")
@staff(*STAFF)
def add_staff_passkey() -> ResponseReturnValue:
    """Keep a new one."""
    return _again() or _add_passkey()


@pages.post("/account/passkeys/<row:passkey>/remove")
@staff(*STAFF)
def remove_staff_passkey(passkey: int) -> ResponseReturnValue:
    """Forget one."""
    return _again() or _remove_passkey(passkey)


@pages.get("/me/passkeys")
@participant
def passkeys_of_mine() -> ResponseReturnValue:
    """The keys of somebody who speaks for a person, and a way to add one."""
    return _again() or _show_passkeys({})


@pages.post("/me/passkeys")
@participant
def add_passkey_of_mine() -> ResponseReturnValue:
    """Keep a new one."""
    return _again() or _add_passkey()


@pages.post("/me/passkeys/<row:passkey>/remove")
@participant
def remove_passkey_of_mine(passkey: int) -> ResponseReturnValue:
    """Forget one."""
    return _again() or _remove_passkey(passkey)


def _show_passkeys(problems: dict[str, str]) -> ResponseReturnValue:
    account = _own()
    with reading(service().engine) as database:
        keys = second_factors.passkeys(database, account)
    page = render_template(
        "account/passkeys.html",
        keys=keys,
        offer=passkeys.offer(account) if passkeys.available() else None,
        back=url_for("account.overview") if account.email else "/me",
        problems=problems,
    )
    return page, 422 if problems else 200


def _add_passkey() -> ResponseReturnValue:
    try:
        changed = passkeys.register(_own())
    except WrongUsage as error:
        return _show_passkeys({"name": error.say(language())})
    sessions.begin(changed)
    return redirect(request.path)


def _remove_passkey(passkey: int) -> ResponseReturnValue:
    account = _own()
    changed = own_account.remove_passkey(service().engine, account=account.id or 0, passkey=passkey)
    sessions.begin(changed)
    return redirect(url_for(".staff_passkeys" if account.email else ".passkeys_of_mine"))


def _again() -> ResponseReturnValue | None:
    """To the sign-in and back here, where it was too long ago to change what one signs in with."""
    speaks = _own().pseudonym is not None
    return sign_in_again(url_for(".passkeys_of_mine" if speaks else ".overview"))


def _ask_password(problems: dict[str, str]) -> ResponseReturnValue:
    page = render_template("account/password.html", problems=problems)
    return page, 422 if problems else 200


def _own() -> Account:
    who = sessions.visitor()
    with reading(service().engine) as database:
        account = database.get(Account, who.id) if who else None
    if account is None:
        raise NotAllowed
    return account
