"""Staff come in and go out: the password, then what is still to be shown or set up."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import sign_in as proofs
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people import second_factors
from recruit.people.accounts import Account, Role, plain_email
from recruit.web import sessions
from recruit.web.access import anyone
from recruit.web.language import say
from recruit.web.service import service
from recruit.web.sessions import WANTED

pages = Blueprint("sign_in", __name__)

# One sentence for a wrong address, a wrong password and a disabled account.
REFUSED: Final = N_("This address and this password do not belong together.")


@pages.get("/login")
@anyone
def login() -> ResponseReturnValue:
    """The form, or the way on for those who are in already."""
    if sessions.visitor():
        return redirect(url_for("public.home"))
    return form()


@pages.post("/login")
@anyone
def enter() -> ResponseReturnValue:
    """Go on when address and password are right."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    problems = _missing(email, password)
    if problems:
        return form(email, problems)
    throttle, tried, address = service().throttle, plain_email(email), request.remote_addr or ""
    throttle.hold(tried, address)
    cost = service().strictness.password
    account = proofs.prove_password(service().engine, email=email, password=password, cost=cost)
    if account is None:
        throttle.failed(tried, address)
        return form(email, {"email": say(REFUSED)})
    throttle.succeeded(tried, address)
    return proceed(account, proved=False)


@pages.post("/logout")
@anyone
def logout() -> ResponseReturnValue:
    """End all sessions of the account, on every device, and say so by the first page."""
    who = sessions.visitor()
    if who:
        proofs.sign_out(service().engine, account=who.id)
    sessions.end()
    return redirect(url_for("public.home"))


def form(email: str = "", problems: dict[str, str] | None = None) -> ResponseReturnValue:
    """The sign-in form; a refusal names no reason that would tell who has an account."""
    page = render_template(
        "login.html",
        email=email,
        problems=problems or {},
        provider=bool(service().settings.oidc_issuer),
    )
    return page, 422 if problems else 200


def proceed(account: Account, *, proved: bool) -> ResponseReturnValue:
    """To what is still to be shown or set up, and when nothing is, in.

    `proved` says that a second factor has been shown. An account without one has to set one up
    before anything else is open to it, where the settings require it.
    """
    with reading(service().engine) as database:
        factors = second_factors.of(database, account)
    if factors.any and not proved:
        return _wait(account, "steps.code", proved=False)
    if account.password_once:
        return _wait(account, "steps.password", proved=proved)
    if not factors.any and not proved and service().settings.second_factor == "required":
        return _wait(account, "steps.authenticator", proved=False)
    return complete(account)


def complete(account: Account) -> ResponseReturnValue:
    """Let somebody in who has shown everything, to the page they wanted."""
    return redirect(let_in(account))


def let_in(account: Account) -> str:
    """Begin the session; gives the page that was wanted, or where the role begins."""
    wanted: str | None = session.get(WANTED)
    sessions.begin(account)
    proofs.sign_in(service().engine, account=account.id or 0)
    who = sessions.visitor()
    if who and who.pseudonym:
        return wanted or "/me"
    if who and who.role == Role.SPONSOR:
        return wanted or url_for("sponsor.trials")
    if who and who.role == Role.COMMUNITY:
        return wanted or url_for("communities.everything")
    if who and who.role == Role.PROFESSIONAL:
        return wanted or url_for("professional.start")
    return wanted or url_for("review.matches" if who and who.may_review else "public.home")


def _wait(account: Account, step: str, *, proved: bool) -> ResponseReturnValue:
    sessions.wait(account, proved=proved)
    return redirect(url_for(step))


def _missing(email: str, password: str) -> dict[str, str]:
    problems = {}
    if not email.strip():
        problems["email"] = say(N_("Please write your email address."))
    if not password:
        problems["password"] = say(N_("Please write your password."))
    return problems
