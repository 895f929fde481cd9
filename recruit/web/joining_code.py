"""The last step of joining: the code that shows that the address is one's own."""

from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import joining
from recruit.actions.joining import Links
from recruit.people.codes import Problem, Purpose
from recruit.web import sessions
from recruit.web.access import anyone, participant
from recruit.web.code_page import CodePage
from recruit.web.service import service
from recruit.web.typed import typed

pages = Blueprint("joining_code", __name__)

RECEIPT: Final = "receipt"
PAGE: Final = CodePage(
    Purpose.JOIN, "joining_code.code", "join/code.html", "join/link_over.html", tells_why=True
)


@pages.get("/join/code/<token>")
@anyone
def code(token: str) -> ResponseReturnValue:
    """Ask for the code; the link alone tells nothing about anybody."""
    return PAGE.ask(token)


@pages.post("/join/code/<token>")
@anyone
def confirm(token: str) -> ResponseReturnValue:
    """Make a participant of whoever has the code, and sign them in."""
    found = PAGE.look(token)
    if isinstance(found, Problem):
        return PAGE.over(found)
    keyring = service().secrets.vault
    made = joining.confirm(service().engine, keyring, token, typed("code"), links())
    if isinstance(made, Problem):
        return PAGE.refuse(token, made)
    sessions.begin(made.account)
    session[RECEIPT] = made.receipt
    return redirect(url_for("joining_code.done"))


@pages.post("/join/code/<token>/new")
@anyone
def new_code(token: str) -> ResponseReturnValue:
    """Send another code."""
    problem = joining.ask_again(service().engine, service().secrets.vault, token, links())
    return PAGE.renewed(token, problem)


@pages.get("/join/step/done")
@participant
def done() -> str:
    """Welcome, with the receipt and the way on."""
    return render_template("join/done.html", receipt=session.get(RECEIPT, ""))


def links() -> Links:
    """The addresses that the messages about joining lead to."""
    base = service().settings.base_url
    return Links(
        code=PAGE.link,
        sign_in=base + url_for("me_sign_in.ask"),
        choices=base + url_for("my_consents.choices"),
    )
