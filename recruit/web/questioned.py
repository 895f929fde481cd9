"""What the link of a message leads to that tells of a question: everything but the question.

Whoever has the link may read this page: it says that there is a question, why and for how long. The
question itself is about somebody's health, and is shown after a code. Looking at it does nothing.
"""

from typing import Final

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.outreach import withdrawing
from recruit.actions.outreach.asked import Asked, look
from recruit.actions.outreach.withdrawing import Stopping
from recruit.core.db import reading
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.notify.links import Purpose
from recruit.web import by_link
from recruit.web.access import anyone
from recruit.web.language import say, unless_chosen
from recruit.web.me.coming import come
from recruit.web.service import service
from recruit.web.typed import typed
from recruit.web.unsubscribe import BY_CHANNEL, DONE

pages = Blueprint("questioned", __name__)

STOP: Final = "stop"
NO_CODE: Final = N_(
    "We have no address or number of yours for a code. You do not have to do anything."
)


@pages.get("/q/<token>")
@anyone
def told(token: str) -> ResponseReturnValue:
    """That there is a question, and how to go on or to stop such messages."""
    asked = _asked(token)
    return _over() if asked is None else _page(asked, token)


@pages.post("/q/<token>")
@anyone
def go_on(token: str) -> ResponseReturnValue:
    """Send the code and ask for it; or end such messages."""
    asked = _asked(token)
    if asked is None:
        return _over()
    if typed("what") == STOP:
        return _stopped(asked)
    onward = come(asked.person, url_for("asked_questions.listed"), asked.channel)
    return onward or _page(asked, token, {"what": say(NO_CODE)})


def _stopped(asked: Asked) -> ResponseReturnValue:
    choices = withdrawing.of_channel(asked.channel)
    stopping = Stopping(by_link.hand(asked), "link in a message", choices)
    try:
        withdrawing.stop(service().engine, service().secrets.vault, stopping)
    except NotFound:  # erased a moment ago
        return _over()
    withdrawing.settled(service().engine, asked.person)
    return render_template("asked/stopped.html", what="channel", done=say(DONE[asked.channel]))


def _asked(token: str) -> Asked | None:
    with reading(service().engine) as database:
        asked = look(database, Purpose.QUESTION, token)
    if asked:
        unless_chosen(asked.language)
    return asked


def _page(asked: Asked, token: str, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "asked/question.html",
        here=url_for("questioned.told", token=token),
        agreed_at=asked.agreed_at,
        stop=say(BY_CHANNEL[asked.channel]) if asked.agreed_at else "",
        problems=problems or {},
    )


def _over() -> ResponseReturnValue:
    """The same page for a link that never was one, and for one that is none any more."""
    return render_template("asked/over.html"), 404
