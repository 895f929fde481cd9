"""For those who act for others: taking an invitation, and choosing for whom they act now."""

from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import invitations, representatives
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import NotAllowed, NotFound, Refusal
from recruit.people.accounts import Role
from recruit.people.codes import Problem, Purpose
from recruit.people.representatives import Representation, State, of_representative
from recruit.people.vault import Item
from recruit.web import sessions, whom
from recruit.web.access import anyone, participant
from recruit.web.code_page import CodePage
from recruit.web.service import service
from recruit.web.sessions import Visitor, visitor
from recruit.web.typed import typed

pages = Blueprint("acting", __name__)

INVITATION: Final = CodePage(
    Purpose.REPRESENT, "acting.invited", "me/invited.html", "me/invited_over.html", fields=("name",)
)


@pages.get("/represent/<token>")
@anyone
def invited(token: str) -> ResponseReturnValue:
    """Ask for the code of an invitation; the link alone names nobody."""
    return INVITATION.ask(token)


@pages.post("/represent/<token>")
@anyone
def accept(token: str) -> ResponseReturnValue:
    """Take the invitation under an account of one's own."""
    if isinstance(INVITATION.look(token), Problem):
        return INVITATION.over()
    keyring = service().secrets.vault
    try:
        found = invitations.accept(service().engine, keyring, token, typed("code"), typed("name"))
    except Refusal as refusal:
        return INVITATION.ask_again(token, refusal.field, refusal.problem)
    if isinstance(found, Problem):
        return INVITATION.refuse(token, found)
    sessions.begin(found)
    return redirect(url_for("acting.choose"))


@pages.post("/represent/<token>/new")
@anyone
def new_code(token: str) -> ResponseReturnValue:
    """Send another code to the address that was invited."""
    keyring = service().secrets.vault
    problem = invitations.ask_again(service().engine, keyring, token, INVITATION.link)
    return INVITATION.renewed(token, problem)


@pages.get("/me/for")
@participant
def choose() -> ResponseReturnValue:
    """For whom one acts: everybody who let one, and how each stands."""
    who = _representative()
    if who is None:
        return redirect(url_for("overview.start"))
    with reading(service().engine) as database:
        links = [
            (link, service().vault.read(database, link.id).get(Item.NAME, link.id))
            for link in of_representative(database, who.pseudonym or "")
        ]
    shown = [(link, label, link.state(clock.today())) for link, label in links]
    return render_template("me/acting.html", links=shown)


@pages.post("/me/for")
@participant
def act() -> ResponseReturnValue:
    """From now on act for this person."""
    link = _own(typed("link"))
    if link.state(clock.today()) is State.LIVE:
        representatives.come(service().engine, link=link, actor=_actor(link))
        whom.choose(link)
        return redirect(url_for("overview.start"))
    return redirect(url_for("acting.choose"))


@pages.post("/me/for/stop")
@participant
def stop() -> ResponseReturnValue:
    """Act for this person no more, for good."""
    link = _own(typed("link"))
    representatives.end(service().engine, person=link.person, link=link.id, actor=_actor(link))
    whom.choose_nobody()
    return redirect(url_for("acting.choose"))


def _representative() -> Visitor | None:
    who = visitor()
    return who if who and who.role is Role.REPRESENTATIVE else None


def _own(identifier: str) -> Representation:
    """The visitor's own link; a stranger's is as good as none."""
    who = _representative()
    if who is None:
        raise NotAllowed
    with reading(service().engine) as database:
        for link in of_representative(database, who.pseudonym or ""):
            if link.id == identifier:
                return link
    raise NotFound(what="representative", identifier="")


def _actor(link: Representation) -> str:
    """The visitor under this link, as the audit trail names them."""
    return f"{sessions.actor()}, {link.authority}"
