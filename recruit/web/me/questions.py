"""`/me/questions`: what somebody is asked before any study invites them, one question a page."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.questioning import answering
from recruit.actions.questioning.opening import Open, open_for
from recruit.actions.referring.replies import reason
from recruit.core.db import reading
from recruit.web.access import participant
from recruit.web.language import language
from recruit.web.me.question_form import read, shown
from recruit.web.service import service
from recruit.web.typed import again, typed
from recruit.web.whom import audit_actor, whose

pages = Blueprint("asked_questions", __name__, url_prefix="/me/questions")

DONE: Final = "questions_answered"


@pages.get("")
@participant
def listed() -> str:
    """How many questions are open and why, or that none is."""
    return render_template(
        "me/questions/list.html", open=waiting(whose()), done=bool(session.pop(DONE, False))
    )


@pages.get("/<key>")
@participant
def ask(key: str) -> ResponseReturnValue:
    """One question: in plain words, why it is asked, and two ways to say nothing."""
    return _one(key)


@pages.post("/<key>")
@participant
def answer(key: str) -> ResponseReturnValue:
    """Save the answer, and go on to the next question."""
    person = whose()
    found = _found(waiting(person), key)
    if found is None:
        return redirect(url_for("asked_questions.listed"))
    answered = read(found.question)
    if isinstance(answered, dict):
        return _one(key, answered)
    left = answering.answer(
        service().engine,
        person=person,
        reply=answered,
        lexicon=service().open_lexicon(),
        by=audit_actor(),
    )
    if left:
        return redirect(url_for("asked_questions.ask", key=left[0].key))
    session[DONE] = True
    return redirect(url_for("asked_questions.listed"))


def waiting(person: str) -> list[Open]:
    """The questions that are open for somebody."""
    with reading(service().engine) as database:
        return open_for(database, person, service().open_lexicon())


def _one(key: str, problems: dict[str, str] | None = None) -> ResponseReturnValue:
    questions = waiting(whose())
    found = _found(questions, key)
    if found is None:  # answered in another window, or settled by something else
        return redirect(url_for("asked_questions.listed"))
    chosen = again(typed("answer")) if request.method == "POST" else ""
    page = render_template(
        "me/questions/one.html",
        left=len(questions),
        why=_reasons(found),
        **shown(found.question, chosen, problems or {}),
    )
    return page, 422 if problems else 200


def _found(questions: list[Open], key: str) -> Open | None:
    return next((each for each in questions if each.key == key), None)


def _reasons(found: Open) -> list[str]:
    """What the studies ask for, each once; which studies they are is not said."""
    lexicon = service().open_lexicon()
    return list(dict.fromkeys(reason(each, language(), lexicon) for each in found.asked))
