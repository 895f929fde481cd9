"""Pages for those who run trials: what is theirs, and about how many people it could reach."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.posting import begin
from recruit.actions.posting.begin import AlreadyPosted, Beginner
from recruit.actions.posting.listing import posted_trials, postings
from recruit.actions.reach import reach
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked_page
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.choices import STATUSES
from recruit.web.sponsor.posting import STATES, organisation

pages = Blueprint("sponsor", __name__, url_prefix="/sponsor")


@pages.get("/trials")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def trials() -> str:
    """The organisation's postings, and its published trials, each with its reach."""
    engine = service().engine
    page = reach(
        engine,
        service().secrets,
        organisation=organisation(),
        page=asked_page(),
        actor=actor(),
        language=language(),
    )
    return render_template(
        "sponsor/trials.html",
        page=page,
        address=lambda number: url_for("sponsor.trials", page=number),
        postings=postings(
            engine,
            organisation=organisation(),
            page=asked_page("postings"),
            language=language(),
        ),
        more=lambda number: url_for("sponsor.trials", postings=number),
        posted=posted_trials(engine, organisation()),
        states=STATES,
        statuses=STATUSES,
    )


@pages.post("/trials/take-up")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def take_up() -> ResponseReturnValue:
    """Begin a posting of a trial that is stored, or open the one there is."""
    try:
        posting = begin.take_up(
            service().engine,
            service().open_lexicon(),
            request.form.get("trial", ""),
            Beginner(actor(), organisation()),
        )
    except AlreadyPosted as there:
        posting = there.posting
    return redirect(url_for("posting_overview.overview", number=posting))
