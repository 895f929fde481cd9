"""`/slips`: reply slips of letters, typed in."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.outreach import slips, withdrawing
from recruit.actions.outreach.answers import Answer
from recruit.actions.outreach.slips import Slip, Typist
from recruit.core import clock
from recruit.core.errors import NotAllowed, NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor, visitor
from recruit.web.typed import again, read_day, typed, typed_day

pages = Blueprint("slips", __name__, url_prefix="/slips")

DONE: Final = "slips_done"
BOXES: Final = {
    Answer.YES: N_("Yes, tell me more"),
    Answer.NOT_NOW: N_("Not now"),
    Answer.NEVER_THIS: N_("Never for this study"),
    Answer.NEVER: N_("Never again for any study"),
    Answer.QUESTION: N_("I have a question"),
}
UNKNOWN: Final = N_("We know no letter with this code. Please compare it with the slip.")
TAKEN: Final = N_("The slip of {person} is written down: {answer}.")


@pages.get("")
@staff(Role.COORDINATOR)
def form() -> ResponseReturnValue:
    """An empty form; today's date stands in it."""
    today = clock.now().astimezone(ZoneInfo(service().settings.timezone)).date()
    day = (str(today.day), str(today.month), str(today.year))
    return _page({}, day, session.pop(DONE, None))


@pages.post("")
@staff(Role.COORDINATOR)
def take() -> ResponseReturnValue:
    """Write a slip down."""
    day, who = typed_day("day"), f"slips of {actor()}"
    service().throttle.hold(who, _address())
    try:
        is_sure = "old" in request.form
        slip = Slip(typed("code"), _ticked(), read_day(day), typed("words"), is_sure)
        taken = slips.take(service().engine, service().secrets.vault, slip, _typist())
    except Refusal as refusal:
        return _page({refusal.field: refusal.explain(language())}, day)
    except NotFound:  # no such letter, or another organisation's: nobody learns which
        service().throttle.failed(who, _address())
        return _page({"code": say(UNKNOWN)}, day)
    withdrawing.settled(service().engine, taken.person)
    session[DONE] = say(TAKEN, person=taken.person, answer=say(BOXES[taken.answer]))
    return redirect(url_for("slips.form"))


def _page(
    problems: Mapping[str, str], day: tuple[str, str, str], done: str | None = None
) -> ResponseReturnValue:
    said = render_template(
        "slips.html",
        boxes=[(each.value, say(words)) for each, words in BOXES.items()],
        ticked={each.value for each in _ticked()},
        code=again(typed("code")),
        words=again(typed("words")),
        day=day,
        is_sure="old" in request.form,
        problems=problems,
        done=done,
    )
    return said, 422 if problems else 200


def _ticked() -> frozenset[Answer]:
    sent = set(request.form.getlist("ticked"))
    return frozenset(each for each in Answer if each.value in sent)


def _typist() -> Typist:
    who = visitor()
    if who is None:
        raise NotAllowed
    link = service().settings.base_url + url_for("my_consents.choices")
    return Typist(actor(), who.organisation, link)


def _address() -> str:
    return request.remote_addr or ""
