"""`/admin/deliveries/unreached`: whom no message tells that they will be erased, and their letters.

People stand here by pseudonym; a name and an address are in the letter alone.
"""

from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.retention import unreached as deeds
from recruit.actions.retention.announcing import Herald
from recruit.actions.retention.unreached import Why
from recruit.core.clock import now
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.notify.channels.letter import NOBODY
from recruit.notify.channels.letter_page import Sender
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked_page
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor

pages = Blueprint("unreached", __name__, url_prefix="/admin/deliveries/unreached")

DONE: Final = "unreached done"
POSTED: Final = N_("The letter to {person} counts from today.")
WHYS: Final = {
    Why.CLOSED: N_("What they gave does not open: a key is missing"),
    Why.NO_ADDRESS: N_("No email address"),
    Why.ENDED: N_("Their email address takes nothing from us"),
    Why.FAILED: N_("Three messages failed"),
}


@pages.get("")
@staff(Role.ADMINISTRATOR)
def everybody() -> ResponseReturnValue:
    """One page of them, and what can be done for each."""
    return _show("")


@pages.post("/letter.pdf")
@staff(Role.ADMINISTRATOR)
def letter() -> ResponseReturnValue:
    """The letter to one of them."""
    here = service()
    if not here.settings.operator:
        return _show(say(NOBODY))
    person = request.form.get("person", "")
    sender = Sender(here.settings.operator, here.settings.phone)
    herald = Herald(here.secrets.vault, here.settings.base_url, ZoneInfo(here.settings.timezone))
    try:
        content = deeds.letter(here.engine, herald, person, sender, now(), actor=actor())
    except Refusal as refusal:
        return _show(refusal.explain(language()))
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="letter.pdf"'
    return answer


@pages.post("/posted")
@staff(Role.ADMINISTRATOR)
def posted() -> ResponseReturnValue:
    """The letter is in the post."""
    person = request.form.get("person", "")
    try:
        deeds.posted(service().engine, person, now(), actor=actor())
    except Refusal as refusal:
        return _show(refusal.explain(language()))
    session[DONE] = person
    return redirect(url_for("unreached.everybody"))


def _show(problem: str) -> ResponseReturnValue:
    done = session.pop(DONE, None)
    here = service()
    page = render_template(
        "admin/unreached.html",
        page=deeds.unreached(here.engine, here.secrets.vault, asked_page(), now()),
        problem=problem,
        done=done and say(POSTED, person=done),
        whys=WHYS,
        address=lambda number: url_for("unreached.everybody", page=number),
    )
    return page, 422 if problem else 200
