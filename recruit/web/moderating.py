"""`/inbox/public`: what people ask and report on the pages of studies, and the answers for all."""

from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import public_title
from recruit.actions.public_words import moderating
from recruit.actions.public_words.moderating import FIELDS, Outcome
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor, check_ours
from recruit.web.typed import again, typed

pages = Blueprint("moderating", __name__, url_prefix="/inbox/public")

DONE: Final = "public_words_done"
OUTCOMES: Final = {
    Outcome.MENDED: N_("It was wrong, and is being mended at its source."),
    Outcome.RIGHT: N_("It was looked into, and is right as it stands."),
    Outcome.LEFT: N_("Nothing that can be answered for everybody."),
}
PUBLISHED: Final = N_("The answer stands on the study’s page.")
CLOSED: Final = N_("It is dealt with. The words are deleted.")
WITHDRAWN: Final = N_("The answer is taken off the study’s page.")


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def everything() -> str:
    """What waits, the oldest first."""
    check_ours(moderating.WHAT)
    with reading(service().engine) as looking:
        found = moderating.waiting(looking, service().secrets.vault)
        titles = {each.trial: public_title(looking, each.trial, language()) for each in found}
        total = moderating.count(looking)
    return render_template(
        "public_words.html", found=found, titles=titles, total=total, done=session.pop(DONE, None)
    )


@pages.get("/<row:number>")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def one(number: int) -> ResponseReturnValue:
    """One of them."""
    check_ours(moderating.WHAT)
    return _page(number, {})


@pages.post("/<row:number>/answer")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def answer(number: int) -> ResponseReturnValue:
    """Answer it for everybody."""
    check_ours(moderating.WHAT)
    texts = {name: typed(name) for name in FIELDS}
    try:
        moderating.answer(service().engine, number, texts, actor=actor())
    except Refusal as refusal:
        return _page(number, {refusal.field: refusal.explain(language())})
    session[DONE] = say(PUBLISHED)
    return redirect(url_for("moderating.everything"))


@pages.post("/<row:number>/close")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def close(number: int) -> ResponseReturnValue:
    """Deal with it without an answer for everybody."""
    check_ours(moderating.WHAT)
    outcome = next((each for each in OUTCOMES if each.value == typed("outcome")), None)
    if outcome is None:
        return _page(number, {"outcome": say(N_("Please choose what came of it."))})
    moderating.close(service().engine, number, outcome, actor=actor())
    session[DONE] = say(CLOSED)
    return redirect(url_for("moderating.everything"))


@pages.post("/answers/<row:number>/withdraw")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def withdraw(number: int) -> ResponseReturnValue:
    """Take an answer off the page of its study."""
    check_ours(moderating.WHAT)
    moderating.withdraw(service().engine, number, actor=actor())
    session[DONE] = say(WITHDRAWN)
    return redirect(url_for("moderating.everything"))


def _page(number: int, problems: dict[str, str]) -> ResponseReturnValue:
    with reading(service().engine) as looking:
        found = moderating.one(looking, service().secrets.vault, number)
        title = public_title(looking, found.trial, language())
        answers = moderating.shown(looking, found.trial, language())
    said = render_template(
        "public_word_one.html",
        found=found,
        title=title,
        answers=answers,
        outcomes=[(each.value, say(words)) for each, words in OUTCOMES.items()],
        typed={name: again(typed(name)) for name in FIELDS},
        chosen=typed("outcome"),
        problems=problems,
    )
    return said, 422 if problems else 200
