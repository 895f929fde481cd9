"""Joining, step by step: what it is, birth date, address, choices. Adults only.

Each step is a form that posts and leads on; what was answered stays sealed in the visitor's own
browser until the code is sent (joining_code.py).
"""

from dataclasses import replace
from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import joining
from recruit.actions.application import (
    LETTER,
    MATCHING,
    Application,
    check,
    offered,
)
from recruit.actions.joining import find_community
from recruit.actions.kit import visits
from recruit.actions.tenants import terms_of
from recruit.consent import notices
from recruit.consent.choices import Choice
from recruit.core.clock import today
from recruit.core.dates import PartialDate
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.adults import is_adult
from recruit.people.communities.register import DIRECT
from recruit.people.contact_points import read_address, read_contact_point
from recruit.people.intake.born import birth_month
from recruit.web import community_sign_in, draft, look, share
from recruit.web.access import anyone
from recruit.web.choice_boxes import box_id, boxes, ticked
from recruit.web.draft import Draft
from recruit.web.helping import HELPERS
from recruit.web.joining_code import links
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.typed import again, read_day, typed, typed_day

pages = Blueprint("joining", __name__)

OTHER_TAB: Final = N_(
    "This page was no longer up to date. Please look at it once more, then send it again."
)


@pages.get("/join")
@pages.get("/join/<name>")
@anyone
def start(name: str | None = None) -> str:
    """What taking part is, in short; under a community's name where there is one."""
    community = _community(name)
    settings = service().settings
    return render_template(
        "join/start.html",
        community=community,
        on_paper=bool(settings.operator),
        phone=settings.phone,
    )


@pages.post("/join")
@pages.post("/join/<name>")
@anyone
def begin(name: str | None = None) -> ResponseReturnValue:
    """Begin anew with nothing answered."""
    community = _community(name)
    look.remember(community)
    via = visits.began(service().engine, share.via())
    draft.keep(Draft(community or DIRECT, member=community_sign_in.vouched(community), via=via))
    return redirect(url_for("joining.birth_date"))


@pages.get("/join/step/birth-date")
@anyone
def birth_date() -> ResponseReturnValue:
    """Ask when the visitor was born."""
    said = draft.kept()
    if said is None:
        return _anew()
    parts = (str(said.born.day), str(said.born.month), str(said.born.year)) if said.born else None
    return _birth_date_page(parts or ("", "", ""), {})


@pages.post("/join/step/birth-date")
@anyone
def keep_birth_date() -> ResponseReturnValue:
    """Go on with an adult; of a minor nothing is kept."""
    said = draft.kept()
    if said is None:
        return _anew()
    parts = typed_day("born")
    try:
        born = read_day(parts)
        birth_month(PartialDate(born, born), "", "born", today())
    except Refusal as refusal:
        return _birth_date_page(parts, {"born": say(refusal.problem)}), 422
    if not is_adult(born, today()):
        draft.drop()
        return redirect(url_for("joining.too_young"))
    draft.keep(replace(said, born=born))
    return redirect(url_for("joining.contact"))


@pages.get("/join/step/not-yet")
@anyone
def too_young() -> str:
    """For who is not 18 yet: kindly no, and what they can do instead."""
    return render_template("join/too_young.html")


@pages.get("/join/step/contact")
@anyone
def contact() -> ResponseReturnValue:
    """Ask where the visitor can be reached."""
    said = draft.kept()
    if said is None or said.born is None:
        return _anew()
    return _contact_page(said.contact.where if said.contact else "", {})


@pages.post("/join/step/contact")
@anyone
def keep_contact() -> ResponseReturnValue:
    """Go on with an e-mail address or a mobile number."""
    said = draft.kept()
    if said is None or said.born is None:
        return _anew()
    try:
        point = read_contact_point(typed("contact"))
    except Refusal as refusal:
        return _contact_page(again(typed("contact")), {"contact": say(refusal.problem)}), 422
    draft.keep(replace(said, contact=point))
    return redirect(url_for("joining.choices"))


@pages.get("/join/step/choices")
@anyone
def choices() -> ResponseReturnValue:
    """Ask for each choice on its own; every box is empty, whatever the address says."""
    said = draft.kept()
    if said is None or said.born is None or said.contact is None:
        return _anew()
    return _choices_page(said, (), "", {})


@pages.post("/join/step/choices")
@anyone
def keep_choices() -> ResponseReturnValue:
    """Send the code, and forget the answers in this browser."""
    said = draft.kept()
    if said is None or said.born is None or said.contact is None:
        return _anew()
    notice = notices.current(language())
    terms = terms_of(service().engine, said.community)
    yes = ticked(offered(said.contact.item, terms))
    try:
        address = read_address(typed("address")) if LETTER in yes else ""
        wish = Application(
            said.born,
            said.contact,
            address,
            yes,
            said.community,
            notice.digest,
            notice.version,
            language(),
            said.member,
            said.via,
            typed("helper"),
        )
        check(wish, terms)
    except Refusal as refusal:
        places = {"choices": box_id(MATCHING), "helper": "helper"}
        named = places.get(refusal.field, "address")
        problems = {named: say(refusal.problem)}
        return _choices_page(said, yes, again(typed("address")), problems), 422
    if (typed("mark"), typed("notice")) != (said.mark, notice.digest):
        problems = {box_id(MATCHING): say(OTHER_TAB)}
        return _choices_page(said, yes, again(typed("address")), problems), 422
    token = joining.ask(service().engine, service().secrets.vault, wish, links())
    draft.drop()
    return redirect(url_for("joining_code.code", token=token))


@pages.get("/join/step/again")
@anyone
def lost() -> str:
    """The answers are gone: nothing was kept, and it starts anew."""
    return render_template("join/lost.html")


def _community(name: str | None) -> str | None:
    """The community of the address; one that is not known is no page."""
    if name is None:
        return None
    with reading(service().engine) as database:
        return find_community(database, name)


def _anew() -> ResponseReturnValue:
    return redirect(url_for("joining.lost"))


def _birth_date_page(parts: tuple[str, str, str], problems: dict[str, str]) -> str:
    return render_template("join/birth_date.html", parts=parts, problems=problems)


def _contact_page(typed_in: str, problems: dict[str, str]) -> str:
    return render_template("join/contact.html", contact=typed_in, problems=problems)


def _choices_page(
    said: Draft, yes: tuple[Choice, ...], address: str, problems: dict[str, str]
) -> str:
    contact = said.contact
    if contact is None:
        raise ValueError
    terms = terms_of(service().engine, said.community)
    needed, *free = boxes(offered(contact.item, terms), yes)
    return render_template(
        "join/choices.html",
        contact=contact.where,
        needed=needed,
        ways=[box for box in free if box.value.startswith("contact/")],
        others=[box for box in free if not box.value.startswith("contact/")],
        address=address,
        helpers=[(value, say(words)) for value, words in HELPERS.items()],
        helper=typed("helper"),
        mark=said.mark,
        notice=notices.current(language()),
        problems=problems,
    )
