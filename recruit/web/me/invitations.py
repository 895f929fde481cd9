"""`/me/invitations`: what somebody was asked, what they answered, and another answer."""

from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import public_title
from recruit.actions.outreach import answers, withdrawing
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.referring.invitations import Invited, invitations, invited
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.representatives import Powers
from recruit.trials.about import OPEN, UNSAID
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.trials import hand, keyring
from recruit.web.service import service
from recruit.web.typed import typed
from recruit.web.whom import acting, in_person, whose

pages = Blueprint("my_invitations", __name__, url_prefix="/me/invitations")

DONE: Final = "invitation_done"
KEPT: Final = N_("Thank you. Your answer counts from now on.")
NO_ANSWER: Final = N_("Please choose one of the answers.")
CLOSED: Final = N_("This study does not look for people any more.")
GIVEN: Final = {
    Answer.YES: N_("Yes, tell me more"),
    Answer.NOT_NOW: N_("Not now"),
    Answer.NEVER_THIS: N_("Never for this study"),
    Answer.NEVER: N_("No more messages about studies"),
    Answer.QUESTION: N_("You asked a question"),
}
# A question goes by the page of the invitation, or by a reply to it.
CHOICES: Final = tuple(each for each in GIVEN if each is not Answer.QUESTION)


@pages.get("")
@participant
def listed() -> str:
    """Every study that somebody was asked about."""
    with reading(service().engine) as database:
        rows = [
            (each, public_title(database, each.draft.id, language()))
            for each in invitations(database, whose())
        ]
    link = acting()
    return render_template(
        "me/invitations.html",
        rows=rows,
        words=GIVEN,
        done=session.pop(DONE, None),
        may_act=link is None or link.powers is Powers.ACT,
    )


@pages.get("/<path:slug>")
@participant
def one(slug: str) -> str:
    """The answers, to choose another one."""
    return _page(_invited(slug), {})


@pages.post("/<path:slug>")
@participant
def change(slug: str) -> ResponseReturnValue:
    """Take the answer that is chosen now: it counts instead of the earlier one."""
    person, found = whose(), _invited(slug)
    said = next((each for each in CHOICES if each.value == typed("answer")), None)
    if said is None:
        return _page(found, {"answer": say(NO_ANSWER)}), 422
    if said is Answer.YES and found.draft.status not in OPEN | UNSAID:
        return _page(found, {"answer": say(CLOSED)}), 422
    if said is Answer.YES and _ruled_out(person, slug):
        person = in_person()
    answering = Answering(hand(person), slug, said, How.PAGE, clock.now())
    try:
        answers.answer(service().engine, keyring(), answering)
    except Refusal as refusal:
        return _page(found, {"answer": say(refusal.problem)}), 422
    withdrawing.settled(service().engine, person)
    if said is Answer.YES:
        return redirect(url_for("my_trials.one", slug=slug))
    session[DONE] = KEPT
    return redirect(url_for("my_invitations.listed"))


def _invited(slug: str) -> Invited:
    with reading(service().engine) as database:
        return invited(database, whose(), slug)


def _ruled_out(person: str, slug: str) -> bool:
    with reading(service().engine) as database:
        return answers.is_ruled_out(database, person, slug)


def _page(found: Invited, problems: dict[str, str]) -> str:
    last = found.answers[-1].answer if found.answers else None
    with reading(service().engine) as database:
        title = public_title(database, found.draft.id, language())
    return render_template(
        "me/invitation.html",
        found=found,
        title=title,
        options=[(each.value, say(GIVEN[each])) for each in CHOICES],
        chosen=typed("answer") or (last.value if last else ""),
        problems=problems,
    )
