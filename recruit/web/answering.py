"""`/inbox/<n>/hold` and `/inbox/<n>/answer`: taking a conversation in hand, and answering it."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.inbox import holding
from recruit.actions.inbox.answering import AnsweredMeanwhile, Answering, Means, answer
from recruit.core import clock
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.conversation import DONE, page, told
from recruit.web.inbox import NUMBER, ours
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.typed import typed, typed_number

pages = Blueprint("answering", __name__, url_prefix="/inbox")

LONGEST_KEY: Final = 64
HELD: Final = N_("Somebody else is writing an answer right now. Please wait, or ask them.")
SENT: Final = N_("Your answer goes to the person {how}. It stands on their page, too.")
KEPT: Final = N_("Your answer waits on the person’s page. Nothing was sent.")


@pages.post(f"{NUMBER}/hold")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def hold(number: int) -> ResponseReturnValue:
    """Take a conversation in hand, unless somebody else has it."""
    who = ours(number)
    if not holding.hold(service().engine, number, who.id, clock.now(), actor=actor()):
        return page(who, number, {"words": say(HELD)}, HTTPStatus.CONFLICT)
    return redirect(url_for("inbox.one", number=number, _anchor="answer"))


@pages.post(f"{NUMBER}/answer")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def send(number: int) -> ResponseReturnValue:
    """Send an answer, once."""
    who = ours(number)
    said = Answering(
        conversation=number,
        account=who.id,
        actor=actor(),
        key=f"{who.id} {typed('key')[:LONGEST_KEY]}",
        seen=typed_number("seen") or 0,
        up_to=typed_number("up_to") or 0,
        language="en" if typed("language") == "en" else "fr",
        on_page="on_page" in request.form,
        snippet=typed_number("snippet"),
        text="\n".join(typed("words").splitlines()),
    )
    means = Means(service().secrets.vault, service().settings.base_url, service().open_lexicon)
    try:
        channel = answer(service().engine, means, said, clock.now())
    except Refusal as refusal:
        return page(who, number, {refusal.field: refusal.explain(language())})
    except AnsweredMeanwhile as error:
        return page(who, number, {"words": error.say(language())}, HTTPStatus.CONFLICT)
    session[DONE] = told(SENT, channel) if channel else say(KEPT)
    return redirect(url_for("inbox.one", number=number))
