"""Staying, by the link of the message before an erasure: looking does nothing, a press does."""

from datetime import date

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.retention import announcing
from recruit.actions.retention.announcing import Staying
from recruit.core import written
from recruit.core.errors import Refusal
from recruit.web.access import anyone
from recruit.web.language import language
from recruit.web.service import service

pages = Blueprint("staying", __name__)


@pages.get("/stay/<token>")
@anyone
def ask(token: str) -> ResponseReturnValue:
    """What happens, from which day on, and one button to stay."""
    own = _of(token)
    if own is None:
        return render_template("asked/over.html"), 404
    here = url_for("staying.stay", token=token)
    return render_template("asked/stay.html", here=here, day=_day(own.day))


@pages.post("/stay/<token>")
@anyone
def stay(token: str) -> ResponseReturnValue:
    """Keep them; it holds when the answer leaves."""
    own = _of(token)
    if own is None:
        return render_template("asked/over.html"), 404
    choices = service().settings.base_url + url_for("my_consents.choices")
    hand = announcing.by_link(own.person, language(), choices)
    try:
        announcing.stay(service().engine, service().secrets.vault, token, hand)
    except Refusal:  # not theirs to say by a link alone: their own page says what is
        return render_template("asked/over.html"), 404
    return render_template("asked/stayed.html")


def _of(token: str) -> Staying | None:
    return announcing.staying(service().engine, service().secrets.vault, token)


def _day(day: date) -> str:
    return written.day(day, language())
