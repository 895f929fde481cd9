"""How one is reached: seen and changed by oneself; a new address is proved by a code."""

from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import contact
from recruit.actions.contact import Links
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.codes import Problem, Purpose
from recruit.people.contact_points import read_address, read_contact_point
from recruit.people.vault import Item
from recruit.web import sessions
from recruit.web.access import participant
from recruit.web.code_page import CodePage
from recruit.web.freshness import sign_in_again
from recruit.web.language import language, say
from recruit.web.me.words import ITEMS
from recruit.web.service import service
from recruit.web.typed import again, typed
from recruit.web.whom import acting, audit_actor, by_oneself, in_person

pages = Blueprint("my_contact", __name__)

DONE: Final = "contact_done"
PAGE: Final = CodePage(
    Purpose.CHANGE_CONTACT, "my_contact.code", "me/contact_code.html", "me/contact_over.html"
)
REMOVABLE: Final = {item.value: item for item in (Item.EMAIL, Item.PHONE)}
CHANGED: Final = N_("Done. From now on we use the new address or number.")
ADDRESS_KEPT: Final = N_("Done. We keep this postal address.")
ADDRESS_GONE: Final = N_("Done. We keep no postal address of yours any more.")
REMOVED: Final = N_("Done. It is removed.")


@pages.get("/me/contact")
@participant
def known() -> ResponseReturnValue:
    """What we have, and forms to change it."""
    person = in_person()
    return _page(person) if acting() else _again() or _page(person)


@pages.post("/me/contact")
@participant
def change() -> ResponseReturnValue:
    """Send a code to a new address or number."""
    person, again_first = by_oneself(), _again()
    if again_first:
        return again_first
    try:
        token = contact.ask_change(
            service().engine,
            service().secrets.vault,
            person=person,
            contact=read_contact_point(typed("contact")),
            language=language(),
            links=_links(),
        )
    except Refusal as refusal:
        problems = {"contact": say(refusal.problem)}
        return _page(person, problems, written=again(typed("contact"))), 422
    return redirect(url_for("my_contact.code", token=token))


@pages.get("/me/contact/code/<token>")
@participant
def code(token: str) -> ResponseReturnValue:
    """Ask for the code that was sent to the new address."""
    return PAGE.ask(token, by_oneself())


@pages.post("/me/contact/code/<token>")
@participant
def confirm(token: str) -> ResponseReturnValue:
    """Use the new address once it is proved."""
    done = contact.confirm_change(
        service().engine,
        service().secrets.vault,
        person=by_oneself(),
        token=token,
        code=typed("code"),
        links=_links(),
        actor=audit_actor(),
    )
    if isinstance(done, Problem):
        return PAGE.refuse(token, done)
    sessions.begin(done)  # every other session of the person has ended, this one goes on
    return _after(CHANGED)


@pages.post("/me/contact/code/<token>/new")
@participant
def new_code(token: str) -> ResponseReturnValue:
    """Send another code."""
    problem = contact.ask_again(
        service().engine, service().secrets.vault, person=by_oneself(), token=token, links=_links()
    )
    return PAGE.renewed(token, problem)


@pages.post("/me/contact/address")
@participant
def address() -> ResponseReturnValue:
    """Keep a postal address, or none."""
    person = in_person()
    try:
        written = read_address(typed("address"))
    except Refusal as refusal:
        problems = {"address": say(refusal.problem)}
        return _page(person, problems, address=again(typed("address"))), 422
    contact.keep_address(
        service().engine,
        service().secrets.vault,
        person=person,
        address=written,
        actor=audit_actor(),
    )
    return _after(ADDRESS_KEPT if written else ADDRESS_GONE)


@pages.post("/me/contact/remove")
@participant
def remove() -> ResponseReturnValue:
    """Forget the e-mail address or the number while the other one stays."""
    person, item = by_oneself(), REMOVABLE.get(typed("item"))
    if item is None:
        return redirect(url_for("my_contact.known"))
    again_first = _again()
    if again_first:
        return again_first
    try:
        account = contact.remove(
            service().engine,
            service().secrets.vault,
            person=person,
            item=item,
            language=language(),
            links=_links(),
            actor=audit_actor(),
        )
    except Refusal as refusal:
        return _page(person, {"contact": say(refusal.problem)}), 422
    sessions.begin(account)
    return _after(REMOVED)


def _again() -> ResponseReturnValue | None:
    return sign_in_again(url_for("my_contact.known"))


def _links() -> Links:
    base = service().settings.base_url
    return Links(
        code=PAGE.link,
        sign_in=base + url_for("me_sign_in.ask"),
        help=base + url_for("public.privacy"),
    )


def _page(
    person: str,
    problems: dict[str, str] | None = None,
    *,
    written: str = "",
    address: str | None = None,
) -> str:
    with reading(service().engine) as database:
        kept = service().vault.read(database, person)
    points = [(item, ITEMS[item], kept[item]) for item in REMOVABLE.values() if item in kept]
    return render_template(
        "me/contact.html",
        points=points,
        by_oneself=acting() is None,
        address=kept.get(Item.ADDRESS, "") if address is None else address,
        written=written,
        problems=problems or {},
        done=session.pop(DONE, None),
    )


def _after(what: str) -> ResponseReturnValue:
    session[DONE] = what
    return redirect(url_for("my_contact.known"))
