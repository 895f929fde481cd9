"""`/sponsor/trials/<number>/criteria`: the text, the rules read from it, and what people decide."""

from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.posting import criteria as deeds
from recruit.actions.posting import misread
from recruit.actions.posting.undoing import undoable
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.posting import store
from recruit.trials.posting.content import Standing
from recruit.trials.posting.store import Posting
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sponsor.criteria_cards import card, cards, progress
from recruit.web.sponsor.meanwhile import edit, meanwhile
from recruit.web.sponsor.posting import STATES, posting
from recruit.web.sponsor.source_text import stretches
from recruit.web.sponsor.steps import step_words
from recruit.web.typed import typed

pages = Blueprint("posting_criteria", __name__, url_prefix="/sponsor/trials/<number>/criteria")

CHANGED: Final = "criteria-changed"
"""The event that tells the third column to count again."""
WANTED: Final = {
    Standing.READ: N_("Take back the decision on criterion {number}"),
    Standing.ACCEPTED: N_("Accept criterion {number}"),
    Standing.ASK: N_("Leave criterion {number} to the person"),
    Standing.SITE: N_("Leave criterion {number} to the site"),
}
REMOVE: Final = N_("Remove criterion {number}")
ACCEPT_ALL: Final = N_("Accept all criteria that were read whole")
NO_DECISION: Final = N_("This is no decision about a criterion.")


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def editor(number: str) -> str:
    """The whole editor."""
    found = posting(number)
    return _editor(found)


@pages.post("/<row:criterion>/standing")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def stand(number: str, criterion: int) -> ResponseReturnValue:
    """Accept a criterion, leave it to somebody, or take that back."""
    standing = _standing()
    wanted = edit(number)
    engine, lexicon = service().engine, service().open_lexicon()
    try:
        changed = deeds.decide(engine, lexicon, wanted, criterion, standing)
    except EditedMeanwhile:
        what = say(WANTED[standing], number=criterion)
        return meanwhile(wanted, what, {"standing": standing.value}, criterion)
    except Refusal as refusal:
        return _editor(
            posting(number), {f"criterion-{criterion}": refusal.explain(language())}
        ), 422
    return _answer(changed, criterion)


@pages.post("/<row:criterion>/remove")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def remove(number: str, criterion: int) -> ResponseReturnValue:
    """Take a criterion away; undo brings it back."""
    wanted = edit(number)
    try:
        changed = deeds.remove(service().engine, wanted, criterion)
    except EditedMeanwhile:
        return meanwhile(wanted, say(REMOVE, number=criterion), {}, criterion)
    return _answer(changed, criterion)


@pages.post("/accept")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def accept_all(number: str) -> ResponseReturnValue:
    """Accept every criterion that was read whole."""
    wanted = edit(number)
    try:
        deeds.accept_all(service().engine, wanted)
    except EditedMeanwhile:
        return meanwhile(wanted, say(ACCEPT_ALL), {})
    return redirect(url_for("posting_criteria.editor", number=number, _anchor="bar"))


def _standing() -> Standing:
    """The decision that was taken; that a rule is corrected is no button of this page."""
    taken = next((each for each in WANTED if each.value == typed("standing")), None)
    if taken is None:
        raise WrongUsage(NO_DECISION)
    return taken


def _editor(found: Posting, problems: dict[str, str] | None = None) -> str:
    content = found.content
    own = content.draft.language
    with reading(service().engine) as session:
        said = misread.notes(session, content)
    return render_template(
        "sponsor/criteria.html",
        posting=found,
        states=STATES,
        problems=problems or {},
        cards=cards(content, language(), service().open_lexicon(), said),
        source=stretches(content.draft.criteria, content.criteria),
        translations=[
            each for each in content.draft.translations if each.criteria and each.language != own
        ],
        **_bar(found),
    )


def _bar(found: Posting) -> dict[str, object]:
    """What stands above the rules: how far, and what can be done with all of them."""
    with reading(service().engine) as session:
        last = undoable(store.steps(session, found.id))
    return {
        "base": found.heading.revision,
        "progress": progress(found.content),
        "undo": step_words(last) if last else None,
    }


def _answer(changed: Posting, criterion: int) -> Response:
    """One card for htmx; for everybody else the page, at the place of that card."""
    left = next((each for each in changed.content.criteria if each.number == criterion), None)
    if "HX-Request" not in request.headers:
        anchor = f"criterion-{criterion}" if left else "bar"
        address = url_for("posting_criteria.editor", number=changed.id, _anchor=anchor)
        return make_response(redirect(address))
    lexicon = service().open_lexicon()
    with reading(service().engine) as session:
        said = misread.notes(session, changed.content).get(criterion, ())
    page = render_template(
        "sponsor/criteria_card.html",
        posting=changed,
        criterion=criterion,
        card=card(changed.content, left, language(), lexicon, said) if left else None,
        **_bar(changed),
    )
    response = make_response(page)
    response.headers["HX-Trigger"] = CHANGED
    return response
