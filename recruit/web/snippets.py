"""`/inbox/snippets`: answers that are written beforehand, and approved by somebody else."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.inbox import holding, snippets
from recruit.actions.inbox.snippets import ALLOWED, Snippet
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import LANGUAGES, N_
from recruit.people.accounts import Role
from recruit.trials.draft import Tongue
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor, check_ours
from recruit.web.typed import again, typed, typed_number

pages = Blueprint("snippets", __name__, url_prefix="/inbox/snippets")

NUMBER: Final = "/<row:number>"
DONE: Final = "snippets_done"
WAITS: Final = N_("Written. Somebody else approves it before it is used.")
APPROVED: Final = N_("Approved. Answers are made of this version from now on.")
RETIRED: Final = N_("Taken out of use.")


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def everything() -> ResponseReturnValue:
    """All of them, and a form for a new one."""
    return _list({})


@pages.post("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def add() -> ResponseReturnValue:
    """Write a new one."""
    check_ours(snippets.SNIPPETS)
    try:
        number = snippets.add(service().engine, typed("name"), _texts(), actor=actor())
    except Refusal as refusal:
        return _list({refusal.field: refusal.explain(language())})
    session[DONE] = say(WAITS)
    return redirect(url_for("snippets.one", number=number))


@pages.get(NUMBER)
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def one(number: int) -> ResponseReturnValue:
    """One of them with its versions."""
    return _page(number, {})


@pages.post(NUMBER)
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def change(number: int) -> ResponseReturnValue:
    """Write its next version."""
    check_ours(snippets.SNIPPETS)
    base = typed_number("base") or 0
    try:
        snippets.change(service().engine, number, base, _texts(), actor=actor())
    except Refusal as refusal:
        return _page(number, {refusal.field: refusal.explain(language())})
    except EditedMeanwhile as error:
        return _page(number, {"en": error.say(language())}, HTTPStatus.CONFLICT)
    session[DONE] = say(WAITS)
    return redirect(url_for("snippets.one", number=number))


@pages.post(f"{NUMBER}/approve")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def approve(number: int) -> ResponseReturnValue:
    """Let a version be used."""
    check_ours(snippets.SNIPPETS)
    version = typed_number("version") or 0
    try:
        snippets.approve(service().engine, number, version, actor=actor())
    except Refusal as refusal:
        return _page(number, {refusal.field: refusal.explain(language())})
    except EditedMeanwhile as error:
        return _page(number, {"approve": error.say(language())}, HTTPStatus.CONFLICT)
    session[DONE] = say(APPROVED)
    return redirect(url_for("snippets.one", number=number))


@pages.post(f"{NUMBER}/retire")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def retire(number: int) -> ResponseReturnValue:
    """Take one out of use."""
    check_ours(snippets.SNIPPETS)
    snippets.retire(service().engine, number, actor=actor())
    session[DONE] = say(RETIRED)
    return redirect(url_for("snippets.everything"))


def _list(problems: Mapping[str, str]) -> ResponseReturnValue:
    check_ours(snippets.SNIPPETS)
    with reading(service().engine) as database:
        found = snippets.every(database)
    said = render_template(
        "inbox_snippets.html",
        found=found,
        fields=sorted(ALLOWED),
        typed={name: again(typed(name)) for name in ("name", *LANGUAGES)},
        problems=problems,
        done=session.pop(DONE, None),
    )
    return said, HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK


def _page(
    number: int,
    problems: Mapping[str, str],
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> ResponseReturnValue:
    check_ours(snippets.SNIPPETS)
    with reading(service().engine) as database:
        found = snippets.get(database, number)
        names = {f"account {each}": name for each, name in holding.colleagues(database).items()}
    said = render_template(
        "inbox_snippet.html",
        found=found,
        fields=sorted(ALLOWED),
        names=names,
        is_own=found.waiting is not None and found.waiting.author == actor(),
        typed=_shown(found),
        problems=problems,
        done=session.pop(DONE, None),
    )
    return said, status if problems else HTTPStatus.OK


def _shown(found: Snippet) -> dict[str, str]:
    """What was typed, else the newest version."""
    if LANGUAGES[0] in request.form:
        return {each: again(typed(each)) for each in LANGUAGES}
    return dict(found.versions[0].texts)


def _texts() -> dict[Tongue, str]:
    return {each: "\n".join(typed(each).splitlines()) for each in ("en", "fr")}
