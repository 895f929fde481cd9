"""`/sponsor/trials/<number>/proposals`: what the registry says otherwise, to take or decline."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.posting.proposals import decline, offers, take
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials import looks, proposals
from recruit.trials.merging import Part
from recruit.trials.posting import store
from recruit.trials.proposals import ProposalState
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sponsor.differing import Shown, shown
from recruit.web.sponsor.meanwhile import edit
from recruit.web.sponsor.posting import STATES, organisation

pages = Blueprint("posting_proposals", __name__, url_prefix="/sponsor/trials/<number>/proposals")

PARTS: Final[dict[Part, str]] = {
    Part.TITLES: N_("Titles"),
    Part.SUMMARY: N_("Summary"),
    Part.CRITERIA: N_("Eligibility text"),
    Part.CONDITIONS: N_("Conditions and keywords"),
    Part.INTERVENTIONS: N_("Interventions"),
    Part.WHO: N_("Sex, ages, healthy volunteers"),
    Part.STATUS: N_("Status"),
    Part.PHASE: N_("Phase"),
    Part.SPONSOR: N_("Sponsor"),
    Part.DATES: N_("Dates"),
    Part.TARGET: N_("Number of participants"),
    Part.NUMBERS: N_("Other numbers and address"),
    Part.CONTACTS: N_("Contacts"),
    Part.SITES: N_("Sites"),
}
DECIDED: Final = {
    ProposalState.TAKEN: N_("Taken over, as a whole or in parts"),
    ProposalState.DECLINED: N_("Declined"),
}
NONE_CHOSEN: Final = N_("Choose at least one part, or decline them all.")


@dataclass(frozen=True, slots=True)
class Offered:
    """One part of the proposal for the page."""

    part: Part
    title: str
    changes: list[Shown]


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def proposal(number: str) -> ResponseReturnValue:
    """What the registry says otherwise, part by part, and what was decided before."""
    return _page(number)


@pages.post("/take")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def take_over(number: str) -> ResponseReturnValue:
    """Take the chosen parts over, or all of them."""
    chosen = request.form.getlist("part")
    everything = request.form.get("what") == "all"
    parts = [part for part in Part if everything or part.value in chosen]
    if not parts:
        return _page(number, problem=say(NONE_CHOSEN))
    try:
        take(
            service().engine,
            service().open_lexicon(),
            edit(number),
            request.form.get("mark", ""),
            parts,
        )
    except EditedMeanwhile as error:
        return _page(number, clash=error)
    return redirect(url_for("posting_overview.overview", number=number))


@pages.post("/decline")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def leave(number: str) -> ResponseReturnValue:
    """Leave the posting as it is."""
    try:
        decline(service().engine, edit(number), request.form.get("mark", ""))
    except EditedMeanwhile as error:
        return _page(number, clash=error)
    return redirect(url_for("posting_proposals.proposal", number=number))


def _page(
    number: str, *, problem: str | None = None, clash: EditedMeanwhile | None = None
) -> ResponseReturnValue:
    with reading(service().engine) as session:
        found = store.get(session, number, organisation())
        proposed = proposals.open_proposal(session, found)
        earlier = proposals.decisions(session, found.id)
        look = looks.last_look(session, found.heading.trial)
    lexicon = service().open_lexicon()
    parts = offers(found, proposed, language(), lexicon) if proposed else ()
    page = render_template(
        "sponsor/proposals.html",
        posting=found,
        states=STATES,
        proposed=proposed,
        offered=[Offered(each.part, say(PARTS[each.part]), shown(each.changes)) for each in parts],
        earlier=earlier,
        decided=DECIDED,
        look=look,
        stale=looks.stale(look, now()),
        problems={"part": problem} if problem else {},
        clash=clash.say(language()) if clash else None,
    )
    return page, clash.http_status if clash else 422 if problem else 200
