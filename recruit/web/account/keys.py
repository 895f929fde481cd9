"""`/account/keys`: the keys with which somebody's own programs use the API."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.account_keys import issue_key, revoke_key
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import NotAllowed, WrongUsage
from recruit.people import account_keys
from recruit.people.account_tables import Account
from recruit.people.scopes import OF_ROLE, in_order, of_role
from recruit.web import sessions
from recruit.web.access import staff
from recruit.web.freshness import sign_in_again
from recruit.web.language import language, say
from recruit.web.scope_words import SCOPE_WORDS
from recruit.web.service import service
from recruit.web.sessions import actor

pages = Blueprint("account_keys", __name__, url_prefix="/account/keys")

SCOPES: Final = "scopes"


@pages.get("")
@staff(*OF_ROLE)
def everything() -> ResponseReturnValue:
    """The keys there are, and a form for one more."""
    return _again() or _show({})


@pages.post("")
@staff(*OF_ROLE)
def add() -> ResponseReturnValue:
    """Make a key; it stands in this answer alone."""
    again = _again()
    if again:
        return again
    own, chosen = _own(), request.form.getlist("scope")
    scopes = [scope for scope in in_order(of_role(own.role)) if scope.value in chosen]
    title = request.form.get("title", "")
    try:
        issued = issue_key(
            service().engine, email=own.email or "", title=title, scopes=scopes, actor=actor()
        )
    except WrongUsage as error:
        return _show({SCOPES if title.strip() and not scopes else "title": error.say(language())})
    return render_template("account/key_secret.html", key=issued)


@pages.post("/revoke")
@staff(*OF_ROLE)
def revoke() -> ResponseReturnValue:
    """Let a key open nothing any more: at once, however long ago somebody signed in."""
    email, name = _own().email or "", request.form.get("key", "")
    revoke_key(service().engine, email=email, name=name, actor=actor())
    return redirect(url_for("account_keys.everything"))


def _show(problems: dict[str, str]) -> ResponseReturnValue:
    own, moment = _own(), now()
    with reading(service().engine) as database:
        kept = account_keys.keys_of(database, own)
    page = render_template(
        "account/keys.html",
        keys=[(each, each.holds(moment), in_order(each.scopes)) for each in kept],
        scopes=[(scope.value, say(SCOPE_WORDS[scope])) for scope in in_order(of_role(own.role))],
        chosen=request.form.getlist("scope"),
        title=request.form.get("title", ""),
        days=account_keys.LIFE.days,
        problems=problems,
    )
    return page, 422 if problems else 200


def _again() -> ResponseReturnValue | None:
    """To the sign-in and back here, where it was too long ago to make keys."""
    return sign_in_again(url_for("account_keys.everything"))


def _own() -> Account:
    who = sessions.visitor()
    with reading(service().engine) as database:
        account = database.get(Account, who.id) if who else None
    if account is None:
        raise NotAllowed
    return account
