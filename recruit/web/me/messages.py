"""`/me/messages`: what somebody and we have written to each other, and a way to write."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import public_title
from recruit.actions.inbox import own
from recruit.actions.inbox.own import Writing
from recruit.actions.outreach.answer_table import How
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.representatives import Powers
from recruit.web.access import participant
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.typed import again, typed
from recruit.web.whom import acting, audit_actor, whose

pages = Blueprint("my_messages", __name__, url_prefix="/me/messages")

DONE: Final = "messages_done"
WAYS: Final = {
    How.PAGE: N_("You wrote here"),
    How.MAIL: N_("You wrote an e-mail"),
    How.SMS: N_("You wrote a text message"),
    How.LETTER: N_("You wrote a letter"),
    How.PHONE: N_("You told us in a call"),
}
TAKEN: Final = N_(
    "Thank you. A person reads your message and answers here within three working days. Nobody "
    "watches for emergencies here: in an emergency, call 15 or 112."
)


@pages.get("")
@participant
def everything() -> ResponseReturnValue:
    """All messages, the newest first."""
    return _page(whose(), {})


@pages.post("")
@participant
def write() -> ResponseReturnValue:
    """Take a message."""
    person = whose()
    text = "\n".join(typed("words").splitlines())
    writing = Writing(person, typed("study") or None, audit_actor(), text)
    try:
        own.write(service().engine, service().secrets.vault, writing, clock.now())
    except Refusal as refusal:
        return _page(person, {refusal.field: refusal.explain(language())})
    session[DONE] = TAKEN
    return redirect(url_for("my_messages.everything"))


def _page(person: str, problems: Mapping[str, str]) -> ResponseReturnValue:
    link = acting()
    with reading(service().engine) as database:
        found = own.messages(database, service().secrets.vault, person)
        studies = {
            trial: public_title(database, trial, language())
            for trial in own.studies(database, person)
        }
    said = render_template(
        "me/messages.html",
        found=found,
        kinds=[type(each.said).__name__ for each in found],
        studies=studies,
        ways=WAYS,
        may_act=link is None or link.powers is Powers.ACT,
        typed={name: again(typed(name)) for name in ("study", "words")},
        problems=problems,
        done=session.pop(DONE, None),
    )
    return said, 422 if problems else 200
