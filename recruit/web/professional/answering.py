"""`/inbox/professionals`: practical questions of professionals, and our answers."""

from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import public_title
from recruit.actions.professionals import questions
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor, check_ours
from recruit.web.typed import again, typed

pages = Blueprint("professional_answers", __name__, url_prefix="/inbox/professionals")

DONE: Final = "professional_answered"
ANSWERED: Final = N_("The answer stands on the professional’s page.")


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def everything() -> ResponseReturnValue:
    """What waits for an answer."""
    return _page(None, {})


@pages.post("/<row:number>")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def answer(number: int) -> ResponseReturnValue:
    """Answer one."""
    check_ours(questions.WHAT)
    engine, keyring = service().engine, service().secrets.vault
    try:
        questions.answer(engine, keyring, number, typed("words"), actor=actor())
    except Refusal as refusal:
        return _page(number, {f"words-{number}": refusal.explain(language())})
    session[DONE] = say(ANSWERED)
    return redirect(url_for("professional_answers.everything"))


def _page(number: int | None, problems: dict[str, str]) -> ResponseReturnValue:
    check_ours(questions.WHAT)
    with reading(service().engine) as database:
        found = questions.waiting(database, service().secrets.vault)
        titles = {each.trial: public_title(database, each.trial, language()) for each in found}
    said = render_template(
        "professional/answers.html",
        found=found,
        titles=titles,
        number=number,
        words=again(typed("words")),
        problems=problems,
        done=session.pop(DONE, None),
    )
    return said, 422 if problems else 200
