"""The last step of joining: the code that shows that the address is one's own."""

from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import joining
from recruit.actions.joining import Links
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people import codes
from recruit.people.codes import Pending, Problem
from recruit.web import sessions
from recruit.web.access import anyone, participant
from recruit.web.language import say
from recruit.web.service import service
from recruit.web.typed import typed

pages = Blueprint("joining_code", __name__)

RECEIPT: Final = "receipt"
SENT: Final = "sent_again"
PROBLEMS: Final = {
    Problem.WRONG: N_("This code is not right. Please look at the newest message we sent you."),
    Problem.EXPIRED: N_("This code is older than 10 minutes. Please ask for a new one."),
    Problem.TOO_MANY: N_("There were too many wrong codes. Please ask for a new one."),
}
NO_MORE: Final = N_("We cannot send more codes for this link. Please start again.")
GONE: Final = {Problem.EXPIRED: 410, Problem.USED: 410}


@pages.get("/join/code/<token>")
@anyone
def code(token: str) -> ResponseReturnValue:
    """Ask for the code; the link alone tells nothing about anybody."""
    found = _look(token)
    if isinstance(found, Problem):
        return _over(found)
    return _page(token, {}, sent_again=bool(session.pop(SENT, False)))


@pages.post("/join/code/<token>")
@anyone
def confirm(token: str) -> ResponseReturnValue:
    """Make a participant of whoever has the code, and sign them in."""
    found = _look(token)
    if isinstance(found, Problem):
        return _over(found)
    keyring = service().secrets.vault
    made = joining.confirm(service().engine, keyring, token, typed("code"), links())
    if isinstance(made, Problem):
        if made not in PROBLEMS:  # used or over since we looked
            return _over(made)
        return _page(token, {"code": say(PROBLEMS[made])}), 422
    sessions.begin(made.account)
    session[RECEIPT] = made.receipt
    return redirect(url_for("joining_code.done"))


@pages.post("/join/code/<token>/new")
@anyone
def new_code(token: str) -> ResponseReturnValue:
    """Send another code."""
    problem = joining.ask_again(service().engine, service().secrets.vault, token, links())
    if problem is Problem.TOO_MANY:
        return _page(token, {"code": say(NO_MORE)}), 422
    if problem:
        return _over(problem)
    session[SENT] = True
    return redirect(url_for("joining_code.code", token=token))


@pages.get("/join/step/done")
@participant
def done() -> str:
    """Welcome, with the receipt and the way on."""
    return render_template("join/done.html", receipt=session.get(RECEIPT, ""))


def links() -> Links:
    """The addresses that the messages about joining lead to."""
    base = service().settings.base_url
    return Links(
        code=lambda token: base + url_for("joining_code.code", token=token),
        sign_in=base + url_for("me_sign_in.ask"),
        choices=base + url_for("my_consents.choices"),
    )


def _look(token: str) -> Pending | Problem:
    keyring = service().secrets.vault
    with reading(service().engine) as database:
        return codes.look(database, keyring, codes.Purpose.JOIN, token, clock.now())


def _page(token: str, problems: dict[str, str], *, sent_again: bool = False) -> str:
    return render_template("join/code.html", token=token, problems=problems, sent_again=sent_again)


def _over(problem: Problem) -> ResponseReturnValue:
    """A link that was used, is too old, was cut short, or was made for something else."""
    return render_template("join/link_over.html", problem=problem.value), GONE.get(problem, 404)
