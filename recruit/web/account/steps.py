"""What staff show or set up between their password and the first page: `/login/…`.

Nothing else is open to them yet. Wrong codes count against the account wherever they come from:
whoever is here knows the password, so nobody else can keep the owner out by failing.
"""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import own_account
from recruit.actions import sign_in as proofs
from recruit.core.db import reading
from recruit.core.errors import NotAllowed, WrongUsage
from recruit.core.i18n import N_
from recruit.people import second_factors
from recruit.people.accounts import Account
from recruit.web import sessions, sign_in
from recruit.web.access import step
from recruit.web.account import authenticators, passkeys
from recruit.web.language import language, say
from recruit.web.service import service

pages = Blueprint("steps", __name__, url_prefix="/login")


@pages.get("/code")
@step
def code() -> ResponseReturnValue:
    """Asks for a code, or for a passkey where there is one."""
    return _ask_code({})


@pages.post("/code")
@step
def try_code() -> ResponseReturnValue:
    """Go on when the code is right: six digits from an app, anything else is a recovery code."""
    account, _ = _halfway()
    tried = "".join(request.form.get("code", "").split())
    if not tried:
        return _ask_code({"code": say(N_("Please write the code."))})
    # Not the sender's address: eight failures are all there are, from anywhere.
    throttle, key = service().throttle, f"second factor {account.id}"
    throttle.hold(key, key)
    if not _proves(account, tried):
        throttle.failed(key, key)
        return _ask_code({"code": say(N_("This code is wrong, too old, or was used before."))})
    throttle.succeeded(key, key)
    return sign_in.proceed(account, proved=True)


@pages.get("/new-password")
@step
def password() -> ResponseReturnValue:
    """Asks for a password of one's own in place of the one that was given."""
    _check_may_choose()
    return _ask_password({})


@pages.post("/new-password")
@step
def choose_password() -> ResponseReturnValue:
    """Set it and go on."""
    account, proved = _check_may_choose()
    try:
        changed = own_account.choose_password(
            service().engine,
            account=account.id or 0,
            password=request.form.get("password", ""),
            cost=service().strictness.password,
        )
    except WrongUsage as error:
        return _ask_password({"password": error.say(language())})
    return sign_in.proceed(changed, proved=proved)


@pages.get("/authenticator")
@step
def authenticator() -> ResponseReturnValue:
    """Shows a new secret, as a picture and as text."""
    account, _ = _halfway()
    _check_none(account)
    return authenticators.show(account, {})


@pages.post("/authenticator")
@step
def set_authenticator() -> ResponseReturnValue:
    """Take it into use with its first right code; the recovery codes are shown this once."""
    account, _ = _halfway()
    _check_none(account)
    taken = authenticators.take(account.id or 0)
    if taken is None:
        return authenticators.refuse(account)
    return _let_in(*taken)


@pages.post("/passkey/new")
@step
def set_passkey() -> ResponseReturnValue:
    """Take a passkey into use as the second factor; the recovery codes are shown this once."""
    account, _ = _halfway()
    _check_none(account)
    try:
        changed = passkeys.register(account)
    except WrongUsage as error:
        return authenticators.show(account, {"passkey": error.say(language())})
    codes = own_account.renew_recovery_codes(
        service().engine, service().secrets.vault, account=account.id or 0
    )
    return _let_in(changed, codes)


def _let_in(account: Account, codes: list[str]) -> ResponseReturnValue:
    if account.password_once:
        sessions.wait(account, proved=True)
        return authenticators.done(codes, url_for("steps.password"))
    return authenticators.done(codes, sign_in.let_in(account))


def _halfway() -> tuple[Account, bool]:
    found = sessions.halfway()
    if found is None:
        raise NotAllowed
    return found


def _check_may_choose() -> tuple[Account, bool]:
    """Only a given password is changed here, and only once the second factor has been shown."""
    account, proved = _halfway()
    with reading(service().engine) as database:
        missing = second_factors.of(database, account).any and not proved
    if missing or not account.password_once:
        raise NotAllowed
    return account, proved


def _check_none(account: Account) -> None:
    """A password alone never replaces a second factor that is there."""
    with reading(service().engine) as database:
        if second_factors.of(database, account).any:
            raise NotAllowed


def _proves(account: Account, tried: str) -> bool:
    prove = proofs.prove_code if tried.isdigit() else proofs.prove_recovery_code
    secrets = service().secrets.vault
    return prove(service().engine, secrets, account=account.id or 0, code=tried)


def _ask_code(problems: dict[str, str]) -> ResponseReturnValue:
    with reading(service().engine) as database:
        factors = second_factors.of(database, _halfway()[0])
    page = render_template("account/code.html", factors=factors, problems=problems)
    return page, 422 if problems else 200


def _ask_password(problems: dict[str, str]) -> ResponseReturnValue:
    page = render_template("account/new_password.html", problems=problems)
    return page, 422 if problems else 200
