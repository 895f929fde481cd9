"""`/sponsor/approvals`: what waits for a second person; and a posting as its approver sees it."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.posting import approvals, publishing
from recruit.actions.posting.draft_words import site_words, told
from recruit.actions.posting.hindrances import approved_texts, hindrances
from recruit.actions.posting.history import STANDINGS
from recruit.actions.posting.listing import named
from recruit.actions.posting.publishing import Signed
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.criteria.phrase import Lexicon, phrase
from recruit.people.accounts import Role
from recruit.trials.posting import publications, store
from recruit.trials.posting.content import Reviewed, Standing
from recruit.trials.posting.publications import Deed
from recruit.trials.posting.store import Life
from recruit.web.access import staff
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sessions import actor, visitor
from recruit.web.sponsor.posting import STATES, organisation
from recruit.web.sponsor.publish import DONE, EXPLAINED, problems_of, whose
from recruit.web.sponsor.texts import CHANNELS, TONGUES
from recruit.web.typed import again, typed

pages = Blueprint("approvals", __name__)

POSTING: Final = "/sponsor/trials/<number>/approval"
APPROVERS: Final = (Role.SPONSOR, Role.ADMINISTRATOR)
WAITS: Final = {
    Deed.SUBMITTED: N_("To be published"),
    Deed.RESUMING_ASKED: N_("To be resumed"),
    Deed.CLOSING_ASKED: N_("To be closed"),
}


@pages.get("/sponsor/approvals")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def everything() -> str:
    """What waits for a second person."""
    return _list()


@pages.get("/admin/approvals")
@staff(Role.ADMINISTRATOR)
def everybodys() -> str:
    """The same, where administrators look for it."""
    return _list()


@pages.get(POSTING)
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def one(number: str) -> ResponseReturnValue:
    """One posting that waits, as a whole."""
    return _show(number, {})


@pages.post(POSTING)
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def approve(number: str) -> ResponseReturnValue:
    """Publish exactly what was looked at."""
    try:
        publishing.approve(service().engine, service().open_lexicon(), whose(number), _signed())
    except EXPLAINED as error:
        return _show(number, problems_of(error), error.http_status)
    session[DONE] = N_("Approved and published.")
    return redirect(url_for("publish.page", number=number))


@pages.post(f"{POSTING}/send-back")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def send_back(number: str) -> ResponseReturnValue:
    """Do not approve it, and say why."""
    try:
        publishing.send_back(service().engine, whose(number), _signed(), reason=typed("reason"))
    except EXPLAINED as error:
        return _show(number, problems_of(error), error.http_status)
    session[DONE] = N_("Sent back, with your reason.")
    return redirect(url_for("publish.page", number=number))


def waiting_for_somebody() -> int:
    """How many approvals wait among what the visitor sees; nought for whoever approves nothing."""
    who = visitor()
    if who is None or who.role not in APPROVERS:
        return 0
    with reading(service().engine) as database:
        return approvals.how_many(database, who.organisation)


def _list() -> str:
    with reading(service().engine) as database:
        postings, texts = approvals.waiting(
            database, organisation(), author=actor(), language=language()
        )
        authors = {each.author for each in postings}
        authors |= {each.material.submitted_by for each in texts}
        names = {author: named(database, author, organisation()) for author in authors}
    return render_template(
        "sponsor/approvals.html",
        postings=postings,
        texts=texts,
        names=names,
        waits=WAITS,
        channels=CHANNELS,
        tongues=TONGUES,
    )


def _signed() -> Signed:
    return Signed(request.form.get("revision", 0, type=int), typed("digest"))


def _show(number: str, problems: dict[str, str], status: int = 200) -> ResponseReturnValue:
    lexicon, tenant = service().open_lexicon(), organisation()
    with reading(service().engine) as database:
        found = store.get(database, number, tenant)
        submitted = publications.submission(publications.deeds(database, found.id), found.heading)
        if submitted is None and not problems:
            return redirect(url_for("publish.page", number=number))
        words = {
            "posting": found,
            "submitted": submitted,
            "by": named(database, submitted.author, tenant) if submitted else "",
            "own": actor() in publishing.had_a_hand(database, found),
            "found": hindrances(database, found, lexicon),
            "changes": approvals.changes(database, found, language(), lexicon),
            "texts": [
                (channel, each)
                for channel in CHANNELS
                for each in approved_texts(database, found, channel)
            ],
        }
    public = found.heading.published is not None and found.heading.life is Life.OPEN
    content = found.content
    page = render_template(
        "sponsor/approval.html",
        **words,
        falling=approvals.falling(
            service().engine, lexicon, service().secrets, found, author=actor()
        )
        if public and submitted
        else None,
        criteria=[(each, _sentence(each, lexicon)) for each in content.criteria],
        standings=STANDINGS,
        fields=list(told(content.draft, language())),
        sites=[site_words(each, language()) for each in content.draft.sites],
        channels=CHANNELS,
        tongues=TONGUES,
        states=STATES,
        problems=problems,
        typed={"reason": again(typed("reason"))},
    )
    return page, status


def _sentence(reviewed: Reviewed, lexicon: Lexicon) -> str:
    """What matching goes by; "" where a person or the site answers, or where nothing was read."""
    if reviewed.standing in {Standing.ASK, Standing.SITE}:
        return ""
    return phrase(reviewed.criterion.rule, language(), lexicon)
