"""Participants come in: an address, then the link and the code that were sent to it."""

import re
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import sign_in_by_code as by_code
from recruit.actions.sign_in_by_code import Links
from recruit.core import clock
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.codes import CODE_LIFE, Problem, Purpose
from recruit.people.contact_points import LONGEST, ContactPoint, read_contact_point
from recruit.people.vault import Item
from recruit.web import sessions
from recruit.web.access import SIGN_IN, anyone
from recruit.web.code_page import CodePage
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import WANTED, visitor
from recruit.web.typed import again, typed

pages = Blueprint("me_sign_in", __name__, url_prefix=SIGN_IN)

START: Final = "/me"
PROVED: Final = "proved"
LONGEST_WANTED: Final = 200
# What might be an address for all we can tell; that no mail goes there, the mail finds out.
PLAUSIBLE: Final = re.compile(r"[^@\s]+@[^@\s]+")
NO_CODE: Final = N_("Please write the code of 6 digits from our message.")
NO_MORE: Final = N_("We cannot send more codes for this link. Please ask for a new link.")
PAGE: Final = CodePage(
    Purpose.SIGN_IN,
    "me_sign_in.code",
    "me/sign_in_code.html",
    "me/sign_in_over.html",
    tells_why=True,
    no_more=NO_MORE,
)


@pages.get("")
@anyone
def ask() -> ResponseReturnValue:
    """Ask for the address; who is in already goes on."""
    who = visitor()
    if who and who.pseudonym:
        return redirect(START)
    return _ask_page("", {})


@pages.post("")
@anyone
def send() -> ResponseReturnValue:
    """Send a link and a code; the answer is the same whether the address is known or not."""
    written = typed("contact")
    try:
        contact = _contact(written)
    except Refusal as refusal:
        return _ask_page(again(written), {"contact": say(refusal.problem)}), 422
    by_code.ask(
        service().engine,
        service().secrets.vault,
        contact,
        language(),
        links(),
        wanted=str(session.get(WANTED, ""))[:LONGEST_WANTED],
    )
    return redirect(url_for("me_sign_in.sent"))


@pages.get("/sent")
@anyone
def sent() -> str:
    """Say what happens now; this page knows nothing about anybody."""
    return render_template("me/sign_in_sent.html")


@pages.get("/choose")
@anyone
def choose() -> ResponseReturnValue:
    """Where an address belongs to several: as whom somebody comes in."""
    proved = _proved()
    if not proved:
        return redirect(url_for("me_sign_in.ask"))
    holders = by_code.named(service().engine, service().secrets.vault, proved)
    return render_template("me/sign_in_choose.html", holders=holders)


@pages.post("/choose")
@anyone
def chosen() -> ResponseReturnValue:
    """Come in as one of those who were proved."""
    holder = typed("holder")
    return _enter(holder) if holder in _proved() else redirect(url_for("me_sign_in.choose"))


@pages.get("/<token>")
@anyone
def code(token: str) -> ResponseReturnValue:
    """Ask for the code; the link alone tells nothing about anybody."""
    return PAGE.ask(token)


@pages.post("/<token>")
@anyone
def confirm(token: str) -> ResponseReturnValue:
    """Let in whoever has the code as well as the link."""
    found = PAGE.look(token)
    if isinstance(found, Problem):
        return PAGE.over(found)
    if not typed("code").strip():
        return PAGE.ask_again(token, "code", NO_CODE)
    keyring = service().secrets.vault
    proved = by_code.prove(service().engine, keyring, token, typed("code"))
    if isinstance(proved, Problem):
        return PAGE.refuse(token, proved)
    # The message may have been opened in another browser, which knows of no page that was wanted.
    if found.payload["wanted"]:
        session.setdefault(WANTED, found.payload["wanted"])
    if len(proved) == 1:
        return _enter(proved[0])
    session[PROVED] = [proved, clock.now().timestamp()]
    return redirect(url_for("me_sign_in.choose"))


@pages.post("/<token>/new")
@anyone
def new_code(token: str) -> ResponseReturnValue:
    """Send another code for the same link."""
    problem = by_code.ask_again(service().engine, service().secrets.vault, token, links())
    return PAGE.renewed(token, problem)


def links() -> Links:
    """The addresses that the messages about signing in lead to."""
    base = service().settings.base_url
    return Links(code=PAGE.link, join=base + url_for("joining.start"))


def _contact(written: str) -> ContactPoint:
    try:
        return read_contact_point(written)
    except Refusal:
        address = written.strip()
        plausible = PLAUSIBLE.fullmatch(address) and address.isprintable()
        if not plausible or len(address) > LONGEST:
            raise
        return ContactPoint(Item.EMAIL, address)


def _enter(holder: str) -> ResponseReturnValue:
    wanted = str(session.get(WANTED, START))
    account = by_code.enter(service().engine, holder)
    if account is None:
        session.pop(PROVED, None)
        return PAGE.over()
    sessions.begin(account)
    # What staff pages somebody looked for before is not theirs to see.
    return redirect(wanted if wanted.startswith(START) else START)


def _proved() -> list[str]:
    """Those whom this browser has shown link and code for, a short while ago."""
    if PROVED not in session:
        return []
    proved, since = session[PROVED]
    if clock.now() - datetime.fromtimestamp(since, UTC) > CODE_LIFE:
        session.pop(PROVED)
        return []
    return [str(holder) for holder in proved]


def _ask_page(contact: str, problems: dict[str, str]) -> str:
    return render_template("me/sign_in.html", contact=contact, problems=problems)
