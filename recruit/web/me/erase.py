"""Leaving for good: what goes and what stays, a fresh code, and a last page."""

from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import leaving
from recruit.actions.contact import reached_at
from recruit.actions.leaving import Asker
from recruit.core.db import reading
from recruit.core.errors import NotAllowed, Refusal
from recruit.people.codes import Purpose
from recruit.web import sessions
from recruit.web.access import anyone, participant
from recruit.web.code_page import CodePage
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import visitor
from recruit.web.typed import typed
from recruit.web.whom import acting, audit_actor, choose_nobody, consent_actor, in_person

pages = Blueprint("my_leave", __name__)

PAGE: Final = CodePage(Purpose.ERASE, "my_leave.code", "me/erase_code.html", "me/erase_over.html")


@pages.get("/me/erase")
@participant
def before() -> str:
    """What an erasure takes and what it leaves."""
    return _before({})


@pages.post("/me/erase")
@participant
def ask() -> ResponseReturnValue:
    """Send the code without which nothing is erased."""
    asker = _asker()
    try:
        token = leaving.ask_to_erase(service().engine, service().secrets.vault, asker, PAGE.link)
    except Refusal as refusal:
        return _before({"ask": say(refusal.problem)}), 422
    return redirect(url_for("my_leave.code", token=token))


@pages.get("/me/erase/<token>")
@participant
def code(token: str) -> ResponseReturnValue:
    """Ask for the code."""
    return PAGE.ask(token, in_person())


@pages.post("/me/erase/<token>")
@participant
def erase(token: str) -> ResponseReturnValue:
    """Erase for good when the code is right; then nobody is signed in any more."""
    asker, guardian = _asker(), acting()
    problem = leaving.leave(
        service().engine,
        service().secrets,
        service().settings.outbox,
        service().settings.letters,
        service().settings.data_folder,
        asker=asker,
        actor=consent_actor(),
        token=token,
        code=typed("code"),
    )
    if problem:
        return PAGE.refuse(token, problem)
    if guardian:
        choose_nobody()
    else:
        sessions.end()
    return redirect(url_for("my_leave.goodbye"))


@pages.post("/me/erase/<token>/new")
@participant
def new_code(token: str) -> ResponseReturnValue:
    """Send another code."""
    keyring = service().secrets.vault
    problem = leaving.ask_again(service().engine, keyring, _asker(), token, PAGE.link)
    return PAGE.renewed(token, problem)


@pages.get("/goodbye")
@anyone
def goodbye() -> str:
    """The last page; it knows nothing about anybody."""
    return render_template("me/goodbye.html")


def _asker() -> Asker:
    person, who = in_person(), visitor()
    if who is None or who.pseudonym is None:
        raise NotAllowed
    return Asker(person, who.pseudonym, audit_actor(), language())


def _before(problems: dict[str, str]) -> str:
    asker = _asker()
    with reading(service().engine) as database:
        reached = reached_at(database, service().vault, asker.holder)
    return render_template("me/erase.html", reached=reached, problems=problems)
