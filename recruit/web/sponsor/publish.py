"""`/sponsor/trials/<number>/publish`: what is in the way, and what becomes of the public trial."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import STATES as STATUSES
from recruit.actions.posting import approvals, closing, publishing
from recruit.actions.posting.closing import ENDS, Closing, NoText
from recruit.actions.posting.hindrances import approved_texts, hindrances
from recruit.actions.posting.listing import named
from recruit.actions.posting.public_version import Elsewhere, Unassigned
from recruit.actions.posting.publishing import NotReady, OwnWork, Whose
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, RecruitError, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.draft import TrialStatus
from recruit.trials.materials import telling
from recruit.trials.materials.content import Channel
from recruit.trials.posting import publications, store
from recruit.trials.posting.publications import Deed
from recruit.trials.posting.store import Life
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.posting import STATES, organisation
from recruit.web.sponsor.texts import CHANNELS, TONGUES
from recruit.web.typed import again, typed

pages = Blueprint("publish", __name__, url_prefix="/sponsor/trials/<number>/publish")

DONE: Final = "publishing_done"
EXPLAINED: Final = (EditedMeanwhile, NotReady, NoText, OwnWork, Elsewhere, Unassigned, Refusal)
"""What the page itself says, with the way on."""
DEEDS: Final = {
    Deed.SUBMITTED: N_("Submitted for approval"),
    Deed.SENT_BACK: N_("Sent back"),
    Deed.PUBLISHED: N_("Approved and published"),
    Deed.PAUSED: N_("Paused"),
    Deed.RESUMING_ASKED: N_("Asked to resume"),
    Deed.RESUMED: N_("Resumed"),
    Deed.CLOSING_ASKED: N_("Asked to close"),
    Deed.CLOSED: N_("Closed"),
    Deed.DECLINED: N_("Not granted"),
}


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def page(number: str) -> ResponseReturnValue:
    """Where publishing stands, and what can be done now."""
    return show(number, {})


@pages.post("/submit")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def submit(number: str) -> ResponseReturnValue:
    """Ask a second person to approve what stands now."""

    def deed() -> None:
        publishing.submit(
            service().engine,
            service().open_lexicon(),
            whose(number),
            base=request.form.get("base", 0, type=int),
            confirmed=typed("confirmed") == "yes",
        )

    return _do(number, deed, N_("Submitted. Somebody who had no hand in it can approve it now."))


@pages.post("/pause")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def pause(number: str) -> ResponseReturnValue:
    """Look for no more people, at once."""
    return _do(
        number,
        lambda: closing.pause(
            service().engine, service().open_lexicon(), whose(number), reason=typed("reason")
        ),
        N_("Paused. From now on nobody is matched with this trial."),
    )


@pages.post("/resume")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def resume(number: str) -> ResponseReturnValue:
    """Ask a second person to let the trial go on."""
    return _do(
        number,
        lambda: closing.ask_to_resume(service().engine, whose(number), reason=typed("reason")),
        N_("Asked. As soon as a second person agrees, the trial looks for people again."),
    )


@pages.post("/close")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def close(number: str) -> ResponseReturnValue:
    """Ask a second person to close the trial for good."""

    def deed() -> None:
        chosen = next((each for each in ENDS if each.value == typed("status")), None)
        if chosen is None:
            problem = N_("Please choose how the trial ends.")
            raise Refusal(record="", field="status", problem=problem)
        wanted = Closing(chosen, typed("closing_reason"))
        closing.ask_to_close(service().engine, whose(number), wanted)

    return _do(number, deed, N_("Asked. As soon as a second person agrees, the trial is closed."))


@pages.post("/grant")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def grant(number: str) -> ResponseReturnValue:
    """Do what a colleague asked for."""
    return _do(
        number,
        lambda: closing.grant(
            service().engine,
            service().open_lexicon(),
            whose(number),
            asked=request.form.get("asked", 0, type=int),
        ),
        N_("Done, and written down."),
    )


@pages.post("/decline")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def decline(number: str) -> ResponseReturnValue:
    """Do not do what was asked for."""
    return _do(
        number,
        lambda: closing.decline(
            service().engine,
            whose(number),
            asked=request.form.get("asked", 0, type=int),
            reason=typed("declining_reason"),
        ),
        N_("Not granted, and written down."),
    )


@pages.post("/results")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def results(number: str) -> ResponseReturnValue:
    """Have the approved results told."""
    return _do(
        number,
        lambda: closing.tell_results(service().engine, whose(number)),
        N_("The results are marked to be told."),
    )


def whose(number: str) -> Whose:
    """The posting of a page, as the visitor asks for it and acts on it."""
    return Whose(number, organisation(), actor())


def problems_of(error: RecruitError) -> dict[str, str]:
    """A problem as forms show it: by its field, or by the part of the page that it is about."""
    if isinstance(error, Refusal):
        field = error.field
        if field == "reason":  # several forms of a page ask for one
            field = next((each for each in request.form if each.endswith("reason")), field)
        return {field: error.explain(language())}
    return {"standing": error.say(language())}


def show(number: str, problems: dict[str, str], status: int = 200) -> ResponseReturnValue:
    """The page as it stands now."""
    lexicon, tenant = service().open_lexicon(), organisation()
    with reading(service().engine) as database:
        found = store.get(database, number, tenant)
        done = publications.deeds(database, found.id)
        changes = approvals.changes(database, found, language(), lexicon)
        words = {
            "posting": found,
            "found": hindrances(database, found, lexicon),
            "changes": changes,
            "deeds": [(each, named(database, each.author, tenant)) for each in done],
            "asked": publications.asked(done),
            "tellings": list(telling.tellings(database, found.id)),
            "closing_texts": approved_texts(database, found, Channel.CLOSING),
            "result_texts": approved_texts(database, found, Channel.RESULTS),
        }
    heading = found.heading
    amends = heading.published is not None and heading.published != heading.revision
    falling = (
        approvals.falling(service().engine, lexicon, service().secrets, found, author=actor())
        if amends and heading.life is Life.OPEN
        else None
    )
    page = render_template(
        "sponsor/publish.html",
        **words,
        falling=falling,
        amends=amends,
        states=STATES,
        names=DEEDS,
        told=CHANNELS,
        tongues=TONGUES,
        ends=[(each.value, say(STATUSES[each])) for each in ENDS],
        statuses=STATUSES,
        suspended=TrialStatus.SUSPENDED,
        me=actor(),
        problems=problems,
        typed={each: again(typed(each)) for each in request.form},
        done=session.pop(DONE, None),
    )
    return page, status


def _do(number: str, deed: Callable[[], object], said: str) -> ResponseReturnValue:
    """Do it and show the page anew, or show it with what went wrong and what was typed."""
    try:
        deed()
    except EXPLAINED as error:
        return show(number, problems_of(error), error.http_status)
    session[DONE] = said
    return redirect(url_for("publish.page", number=number))
