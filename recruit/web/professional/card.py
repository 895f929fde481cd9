"""`/card/<code>`: what a patient sees who comes with a card, and how they hand it in."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import public_title
from recruit.actions.professionals import cards
from recruit.core.db import reading
from recruit.people.accounts import Role
from recruit.web.access import anyone, participant
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sessions import actor, visitor
from recruit.web.typed import typed
from recruit.web.whom import whose

pages = Blueprint("card", __name__, url_prefix="/card")


@pages.get("/<code>")
@anyone
def show(code: str) -> ResponseReturnValue:
    """The study, and what somebody can do with the card."""
    who = visitor()
    with reading(service().engine) as database:
        trial = cards.study_of(database, code)
        title = public_title(database, trial, language())
    own = who is not None and who.role is Role.PARTICIPANT
    return render_template("card.html", code=code, trial=trial, title=title, own=own)


@pages.post("/<code>")
@participant
def hand_in(code: str) -> ResponseReturnValue:
    """Say that one came with it, and whether the professional may see how far it is."""
    agreed = typed("agreed") == "yes"
    cards.hand_in(service().engine, code, person=whose(), agreed=agreed, actor=actor())
    return redirect(url_for("card.thanks", code=code))


@pages.get("/<code>/thanks")
@participant
def thanks(code: str) -> ResponseReturnValue:
    """What happens now."""
    with reading(service().engine) as database:
        trial = cards.study_of(database, code)
    return render_template("card_thanks.html", code=code, trial=trial)
