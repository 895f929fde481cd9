"""Staff come in and go out."""

from math import ceil
from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from recruit.actions import accounts
from recruit.core import clock
from recruit.core.i18n import N_
from recruit.people.accounts import plain_email
from recruit.web import sessions
from recruit.web.access import WANTED, anyone
from recruit.web.language import say
from recruit.web.service import service

pages = Blueprint("sign_in", __name__)

# One sentence for a wrong address, a wrong password and a disabled account.
REFUSED: Final = N_("This address and this password do not belong together.")


@pages.get("/login")
@anyone
def login() -> ResponseReturnValue:
    """The form, or the way on for those who are in already."""
    if sessions.visitor():
        return redirect(url_for("public.home"))
    return render_template("login.html", email="", problems={})


@pages.post("/login")
@anyone
def enter() -> ResponseReturnValue:
    """Begin a session when address and password are right."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    problems = _missing(email, password)
    if problems:
        return render_template("login.html", email=email, problems=problems), 422
    throttle, tried, address = service().throttle, plain_email(email), request.remote_addr or ""
    wait = throttle.wait(tried, address, clock.now())
    if wait:
        raise TooManyRequests(retry_after=ceil(wait.total_seconds()))
    account = accounts.sign_in(service().engine, email=email, password=password)
    if account is None:
        throttle.failed(tried, address, clock.now())
        return render_template("login.html", email=email, problems={"email": say(REFUSED)}), 422
    throttle.succeeded(tried, address)
    wanted = session.get(WANTED)
    sessions.begin(account)
    who = sessions.visitor()
    start = "review.matches" if who and who.may_review else "public.home"
    return redirect(wanted or url_for(start))


@pages.post("/logout")
@anyone
def logout() -> ResponseReturnValue:
    """End all sessions of the account, on every device, and say so by the first page."""
    who = sessions.visitor()
    if who:
        accounts.sign_out(service().engine, account=who.id)
    sessions.end()
    return redirect(url_for("public.home"))


def _missing(email: str, password: str) -> dict[str, str]:
    problems = {}
    if not email.strip():
        problems["email"] = say(N_("Please write your email address."))
    if not password:
        problems["password"] = say(N_("Please write your password."))
    return problems
