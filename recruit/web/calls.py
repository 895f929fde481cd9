"""`/calls`: the list of calls, one call in hand, and what came of it."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.outreach import call_outcomes, calls, withdrawing
from recruit.actions.outreach.answers import Answer
from recruit.actions.outreach.call_outcomes import Ended, Outcome
from recruit.actions.outreach.calls import Caller, Calling
from recruit.actions.outreach.gates import Desk
from recruit.actions.outreach.writing import Writer
from recruit.core.errors import NotAllowed, Refusal
from recruit.core.i18n import N_
from recruit.notify.stages import State
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor, visitor
from recruit.web.typed import again, typed

pages = Blueprint("calls", __name__, url_prefix="/calls")

DONE: Final = "calls_done"
ANSWERS: Final = {
    Answer.YES: N_("Yes, tell me more"),
    Answer.NOT_NOW: N_("Not now"),
    Answer.NEVER_THIS: N_("Never for this study"),
    Answer.NEVER: N_("Never again for any study"),
    Answer.QUESTION: N_("A question"),
}
OUTCOMES: Final = {
    Outcome.TALKED: (N_("We talked"), N_("Then choose the answer below.")),
    Outcome.NO_REPLY: (
        N_("Nobody answered"),
        N_("The call comes back tomorrow; after three tries it ends."),
    ),
    Outcome.WRONG_NUMBER: (N_("Wrong number"), N_("Nothing goes to this number any more.")),
    Outcome.NO_CALLS: (
        N_("The person wants no more calls"),
        N_("Their consent to calls ends at once."),
    ),
    Outcome.NOT_CALLED: (N_("I did not call"), N_("The call goes back to the list.")),
}
NOTHING_CHOSEN: Final = N_("Please say what came of the call.")
WRITTEN_DOWN: Final = N_("What came of the call with {person} is written down.")
LATER: Final = N_("This call may not be made now. It comes back to the list when it may.")
NEVER: Final = N_("This call is not to be made any more. It is off the list.")


@pages.get("")
@staff(Role.COORDINATOR)
def everything() -> str:
    """The calls that may be made now."""
    caller = _caller()
    mine = calls.in_hand(service().engine, caller)
    lines, waiting = calls.due(service().engine, _desk(), caller)
    return render_template(
        "calls.html",
        lines=lines,
        waiting=waiting,
        mine=mine,
        may_call=caller.may_call(),
        done=session.pop(DONE, None),
    )


@pages.post("/<row:number>")
@staff(Role.COORDINATOR)
def begin(number: int) -> ResponseReturnValue:
    """Take a call on, unless one is in hand already, or a gate is shut."""
    mine = calls.in_hand(service().engine, _caller())
    if mine:
        return redirect(url_for("calls.one", number=mine.number))
    try:
        hold = calls.begin(service().engine, _calling(), _caller(), number)
    except Refusal as refusal:
        session[DONE] = refusal.explain(language())
        return redirect(url_for("calls.everything"))
    if hold:
        session[DONE] = say(LATER if hold.state is State.DEFERRED else NEVER)
        return redirect(url_for("calls.everything"))
    return redirect(url_for("calls.one", number=number))


@pages.get("/<row:number>")
@staff(Role.COORDINATOR)
def one(number: int) -> ResponseReturnValue:
    """The call in hand: whom to call, what to say, and what came of it."""
    return _page(number, {})


@pages.post("/<row:number>/outcome")
@staff(Role.COORDINATOR)
def outcome(number: int) -> ResponseReturnValue:
    """Write down what came of it."""
    found = {each.value: each for each in Outcome}.get(typed("outcome"))
    if found is None:
        return _page(number, {"outcome": say(NOTHING_CHOSEN)})
    answer = {each.value: each for each in Answer}.get(typed("answer"))
    link = service().settings.base_url + url_for("my_consents.choices")
    answered = answer if found is Outcome.TALKED else None
    ended = Ended(number, actor(), found, link, answered, typed("words"))
    try:
        person = call_outcomes.end(service().engine, service().secrets.vault, ended)
    except Refusal as refusal:
        return _page(number, {refusal.field: refusal.explain(language())})
    withdrawing.settled(service().engine, person)
    session[DONE] = say(WRITTEN_DOWN, person=person)
    return redirect(url_for("calls.everything"))


def _page(number: int, problems: Mapping[str, str]) -> ResponseReturnValue:
    said = render_template(
        "call.html",
        call=calls.show(service().engine, _calling(), _caller(), number),
        outcomes=[(each.value, say(words), say(hint)) for each, (words, hint) in OUTCOMES.items()],
        answers=[(each.value, say(words)) for each, words in ANSWERS.items()],
        problems=problems,
        dialled=_dialled,
        typed={name: again(typed(name)) for name in ("outcome", "answer", "words")},
    )
    return said, 422 if problems else 200


def _dialled(number: str) -> str:
    """A number in the groups in which people read it: "+33 6 39 98 00 01"."""
    import phonenumbers  # noqa: PLC0415 - slow to import

    try:
        known = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(known, international)


def _caller() -> Caller:
    who = visitor()
    if who is None:
        raise NotAllowed
    return Caller(actor(), who.organisation, language())


def _desk() -> Desk:
    return Desk(service().secrets.vault, ZoneInfo(service().settings.timezone))


def _calling() -> Calling:
    desk = _desk()
    return Calling(desk, Writer(desk.keyring, service().settings.base_url, desk.zone))
