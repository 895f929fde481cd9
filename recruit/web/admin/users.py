"""`/admin/users`: who of the staff may sign in, as what, and for whom."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import accounts
from recruit.actions.accounts import Member, Place
from recruit.core.db import reading
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.people import organisations
from recruit.people.accounts import STAFF, Role
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor

pages = Blueprint("users", __name__, url_prefix="/admin/users")

ROLES: Final = {
    Role.SPONSOR: N_("Sponsor"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.PROFESSIONAL: N_("Referring professional"),
    Role.COMMUNITY: N_("Community’s staff"),
}
NUMBER: Final = "<row:number>"


@pages.get("")
@staff(Role.ADMINISTRATOR)
def everybody() -> ResponseReturnValue:
    """Everybody of the staff, and a form for one more."""
    return _list({})


@pages.post("")
@staff(Role.ADMINISTRATOR)
def add() -> ResponseReturnValue:
    """Make an account; its first password is in this answer alone."""
    email = request.form.get("email", "")
    try:
        password = accounts.invite(
            service().engine,
            email=email,
            place=_place(),
            actor=actor(),
            cost=service().strictness.password,
        )
    except WrongUsage as error:
        return _list({"email": error.say(language())})
    return render_template("admin/users_password.html", email=email.strip(), password=password)


@pages.get(f"/{NUMBER}")
@staff(Role.ADMINISTRATOR)
def one(number: int) -> ResponseReturnValue:
    """One account, and what can be changed about it."""
    return _show(_member(number), {})


@pages.post(f"/{NUMBER}/role")
@staff(Role.ADMINISTRATOR)
def change_role(number: int) -> ResponseReturnValue:
    """Give it another role or organisation."""
    place = _place()
    return _change(
        number,
        "role",
        lambda email: accounts.change_role(
            service().engine, email=email, place=place, actor=actor()
        ),
    )


@pages.post(f"/{NUMBER}/link")
@staff(Role.ADMINISTRATOR)
def link(number: int) -> ResponseReturnValue:
    """Link it to what the identity provider calls its owner, or end that."""
    subject = request.form.get("subject", "").strip()
    return _change(
        number,
        "subject",
        lambda email: accounts.link_account(
            service().engine, email=email, subject=subject, actor=actor()
        ),
    )


@pages.post(f"/{NUMBER}/disable")
@staff(Role.ADMINISTRATOR)
def disable(number: int) -> ResponseReturnValue:
    """Let it in no more."""
    return _change(
        number,
        "disable",
        lambda email: accounts.disable_account(service().engine, email=email, actor=actor()),
    )


@pages.post(f"/{NUMBER}/enable")
@staff(Role.ADMINISTRATOR)
def enable(number: int) -> ResponseReturnValue:
    """Let it in again."""
    return _change(
        number,
        "enable",
        lambda email: accounts.enable_account(service().engine, email=email, actor=actor()),
    )


@pages.post(f"/{NUMBER}/reset")
@staff(Role.ADMINISTRATOR)
def reset(number: int) -> ResponseReturnValue:
    """Take away password and second factor; the new first password is in this answer alone."""
    email, cost = _member(number).email, service().strictness.password
    password = accounts.reset_account(service().engine, email=email, actor=actor(), cost=cost)
    return render_template("admin/users_password.html", email=email, password=password)


def _change(number: int, field: str, deed: Callable[[str], object]) -> ResponseReturnValue:
    member = _member(number)
    try:
        deed(member.email)
    except WrongUsage as error:
        return _show(member, {field: error.say(language())})
    return redirect(url_for("users.one", number=number))


def _place() -> Place:
    """The role and organisation that were chosen; other roles were not sent by our form."""
    chosen = request.form.get("role", "")
    if chosen not in {role.value for role in STAFF}:
        raise WrongUsage(N_("There is no such role."))
    return Place(Role(chosen), request.form.get("organisation", ""))


def _member(number: int) -> Member:
    with reading(service().engine) as session:
        found = accounts.member(session, number)
    if found is None:
        raise NotFound(what="account", identifier=number)
    return found


def _list(problems: dict[str, str]) -> ResponseReturnValue:
    with reading(service().engine) as session:
        members = accounts.members(session)
    page = render_template("admin/users.html", members=members, problems=problems, **_choices())
    return page, 422 if problems else 200


def _show(member: Member, problems: dict[str, str]) -> ResponseReturnValue:
    page = render_template("admin/users_one.html", member=member, problems=problems, **_choices())
    return page, 422 if problems else 200


def _choices() -> dict[str, object]:
    with reading(service().engine) as session:
        tenants = organisations.everyone(session)
    return {
        "roles": [(role.value, say(ROLES[role])) for role in STAFF],
        "words": {role: say(ROLES[role]) for role in STAFF},
        "tenants": [("", say(N_("The operator’s own"))), *((t.name, t.name) for t in tenants)],
        "typed": request.form,
        "provider": bool(service().settings.oidc_issuer),
    }
