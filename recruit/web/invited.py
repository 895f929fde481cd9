"""The page of an invitation: what the study is, and five answers, each of which can be changed.

The link alone shows public text. Looking at it does nothing, so that a mail scanner may; an answer
is a POST with a token. After a yes a code proves who it is, before anything of theirs is shown.
"""

from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import Study, find_study
from recruit.actions.outreach import answers, withdrawing
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.asked import Asked, look
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.notify.links import Purpose
from recruit.trials.materials.content import Part
from recruit.web import by_link
from recruit.web.access import anyone
from recruit.web.language import language, say, unless_chosen
from recruit.web.me.coming import come
from recruit.web.service import service
from recruit.web.typed import again, typed

pages = Blueprint("invited", __name__)

SAID: Final = "answered"
ANSWERS: Final = {
    "yes": Answer.YES,
    "not-now": Answer.NOT_NOW,
    "never-this": Answer.NEVER_THIS,
    "never": Answer.NEVER,
    "question": Answer.QUESTION,
}
NO_ANSWER: Final = N_("Please choose one of the answers.")


@pages.get("/i/<token>")
@anyone
def invitation(token: str) -> ResponseReturnValue:
    """The study in plain words, and the answers."""
    asked = _asked(token)
    return _over() if asked is None else _page(asked, token)


@pages.post("/i/<token>")
@anyone
def answer(token: str) -> ResponseReturnValue:
    """Take one answer; a later one counts instead."""
    asked = _asked(token)
    if asked is None:
        return _over()
    said = ANSWERS.get(typed("answer"))
    if said is None:
        return _page(asked, token, {"answer": say(NO_ANSWER)}), 422
    try:
        return _taken(asked, said, token)
    except NotFound:  # erased a moment ago
        return _over()
    except Refusal as refusal:
        return _page(asked, token, {refusal.field: say(refusal.problem)}), 422


def _taken(asked: Asked, said: Answer, token: str) -> ResponseReturnValue:
    here = redirect(url_for("invited.invitation", token=token))
    if said is Answer.YES and not _study(asked).open:
        return here  # which says so
    answering = Answering(
        hand=by_link.hand(asked),
        trial=asked.trial,
        answer=said,
        how=How.PAGE,
        at=clock.now(),
        words=typed("words") if said is Answer.QUESTION else "",
    )
    answers.answer(service().engine, service().secrets.vault, answering)
    withdrawing.settled(service().engine, asked.person)
    wanted = url_for("my_trials.one", slug=asked.trial)
    onward = come(asked.person, wanted, asked.channel) if said is Answer.YES else None
    if onward is None:
        session[SAID] = [asked.trial, typed("answer")]
    return onward or here


def _asked(token: str) -> Asked | None:
    with reading(service().engine) as database:
        asked = look(database, Purpose.ANSWER, token)
    if asked:
        unless_chosen(asked.language)
    return asked


def _study(asked: Asked) -> Study:
    with reading(service().engine) as database:
        return find_study(database, asked.trial, language(), service().open_lexicon())


def _page(asked: Asked, token: str, problems: dict[str, str] | None = None) -> str:
    study = _study(asked)
    trial, said = session.get(SAID, ["", ""])
    if trial == asked.trial:
        session.pop(SAID)
    return render_template(
        "asked/invitation.html",
        here=url_for("invited.invitation", token=token),
        study=study,
        parts=_parts(study),
        places=_places(study),
        agreed_at=asked.agreed_at,
        said=said if trial == asked.trial else "",
        words=again(typed("words")),
        problems=problems or {},
    )


def _parts(study: Study) -> dict[str, list[str]]:
    """The approved page's parts, paragraph by paragraph; none where there is no such page."""
    texts = study.page.texts if study.page else {}
    return {
        part.value: [each.strip() for each in texts.get(part, "").split("\n\n") if each.strip()]
        for part in Part
    }


def _places(study: Study) -> list[str]:
    """Where the study looks for people, each town once."""
    return list(dict.fromkeys(site.place for site in study.sites if site.open and site.place))


def _over() -> ResponseReturnValue:
    """The same page for a link that never was one, and for one that is none any more."""
    return render_template("asked/over.html"), 404
