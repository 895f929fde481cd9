"""Asking for a text's approval, and giving it: for somebody who wrote none of it."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from recruit.actions.posting import approving_texts, materials
from recruit.actions.posting.listing import named
from recruit.core.clock import today
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, NotAllowed, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.draft import Tongue
from recruit.trials.materials import decisions
from recruit.trials.materials.content import PARTS, Material, Place, State
from recruit.trials.posting.store import Posting
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.differing import marked as differing
from recruit.web.sponsor.posting import STATES, organisation, posting
from recruit.web.sponsor.texts import (
    CHANNELS,
    DONE,
    ONE,
    STANDINGS,
    TONGUES,
    address,
    blueprint,
    place,
    shown,
    writing,
)

pages = blueprint("text_approval")

NO_DECISION = N_("Please choose the ethics committee’s decision.")
OWN = N_("You wrote some of this text or submitted it: somebody else approves it.")


@pages.get(f"{ONE}/submit")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def ask(number: str, channel: str, tongue: Tongue, country: str) -> ResponseReturnValue:
    """What still has to be mended or signed, and the committee's decision to choose."""
    return _asking(posting(number), place(number, channel, tongue, country), {})


@pages.post(f"{ONE}/submit")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def submit(number: str, channel: str, tongue: Tongue, country: str) -> ResponseReturnValue:
    """Let a text wait for somebody else."""
    found, where = posting(number), place(number, channel, tongue, country)
    decision = request.form.get("decision", 0, type=int)
    if not decision:
        return _asking(found, where, {"decision": say(NO_DECISION)})
    try:
        materials.submit(
            service().engine,
            service().open_lexicon(),
            writing(where),
            decision=decision,
            signed=request.form.get("signed") == "yes",
        )
    except Refusal as refusal:
        field = refusal.field if refusal.field in {"signed", "decision"} else "text"
        return _asking(found, where, {field: refusal.explain(language())})
    except EditedMeanwhile as error:
        return _asking(found, where, {"text": error.say(language())}, error.http_status)
    session[DONE] = N_("Submitted: somebody who wrote none of it can approve it now.")
    return redirect(address("materials.edit", where))


@pages.get(f"{ONE}/approval")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def look(number: str, channel: str, tongue: Tongue, country: str) -> ResponseReturnValue:
    """The text that waits, beside the one that is approved."""
    return _deciding(posting(number), place(number, channel, tongue, country), {})


@pages.post(f"{ONE}/approval")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def approve(number: str, channel: str, tongue: Tongue, country: str) -> ResponseReturnValue:
    """Approve exactly what was looked at."""
    found, where = posting(number), place(number, channel, tongue, country)
    digest = request.form.get("digest", "")
    try:
        approving_texts.approve(
            service().engine, service().open_lexicon(), writing(where), digest=digest
        )
    except NotAllowed as error:
        return _deciding(found, where, {"approve": say(OWN)}, error.http_status)
    except Refusal as refusal:
        problems = {"approve": refusal.explain(language())}
        return _deciding(found, where, problems, refusal.http_status)
    except EditedMeanwhile as error:
        return _deciding(found, where, {"approve": error.say(language())}, error.http_status)
    session[DONE] = N_("Approved: from now on this is the text that people see.")
    return redirect(address("materials.edit", where))


@pages.post(f"{ONE}/send-back")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def send_back(number: str, channel: str, tongue: Tongue, country: str) -> ResponseReturnValue:
    """Give a text back to its authors, saying why."""
    found, where = posting(number), place(number, channel, tongue, country)
    reason = request.form.get("reason", "")
    try:
        approving_texts.send_back(service().engine, writing(where), reason=reason)
    except Refusal as refusal:
        problems = {"reason": refusal.explain(language())}
        return _deciding(found, where, problems, refusal.http_status)
    except EditedMeanwhile as error:
        return _deciding(found, where, {"approve": error.say(language())}, error.http_status)
    session[DONE] = N_("Sent back to its authors, with your reason.")
    return redirect(address("materials.edit", where))


@pages.post(f"{ONE}/suspend")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def suspend(number: str, channel: str, tongue: Tongue, country: str) -> ResponseReturnValue:
    """End an approved text at once."""
    found, where = posting(number), place(number, channel, tongue, country)
    reason = request.form.get("why", "")
    version = request.form.get("version", 0, type=int)
    try:
        approving_texts.suspend(service().engine, writing(where), version=version, reason=reason)
    except Refusal as refusal:
        return _deciding(found, where, {"why": refusal.explain(language())}, refusal.http_status)
    session[DONE] = N_("Suspended: this text is not shown or sent any more.")
    return redirect(address("materials.edit", where))


def _asking(
    found: Posting, where: Place, problems: Mapping[str, str], status: int | None = None
) -> ResponseReturnValue:
    with reading(service().engine) as database:
        known = materials.standing(database, where).draft
        filed = decisions.of(database, found.id, where.country)
    if known is None or known.state is State.SUBMITTED:
        return redirect(address("materials.edit", where))
    finding = materials.examined(found, where, known.texts, service().open_lexicon())
    said = render_template(
        "sponsor/text_submit.html",
        posting=found,
        states=STATES,
        known=known,
        decisions=[each for each in filed if each.decided_on <= today() <= each.expires_on],
        problems=problems,
        chosen=request.form.get("decision", "", type=str),
        signed=request.form.get("signed") == "yes",
        channels=CHANNELS,
        tongues=TONGUES,
        **shown(where, known.texts, finding),
    )
    return said, status or (HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK)


def _deciding(
    found: Posting, where: Place, problems: Mapping[str, str], status: int = HTTPStatus.OK
) -> ResponseReturnValue:
    with reading(service().engine) as database:
        standing = materials.standing(database, where)
        known = standing.draft if materials.waits(standing.draft) else None
        people = {
            each: named(database, each, organisation()) for each in _people(known, standing.newest)
        }
    looked_at = known or standing.newest
    if looked_at is None or not looked_at.texts:
        return redirect(address("materials.edit", where))
    finding = materials.examined(found, where, looked_at.texts, service().open_lexicon())
    before = standing.newest.texts if standing.newest else {}
    said = render_template(
        "sponsor/text_approval.html",
        posting=found,
        states=STATES,
        known=known,
        newest=standing.newest,
        own=known is not None and actor() in {*known.authors, known.submitted_by},
        beside={
            part: differing(before.get(part, ""), looked_at.texts[part], whole=True)
            for part in PARTS[where.channel]
        },
        people=people,
        problems=problems,
        reason=request.form.get("reason", ""),
        why=request.form.get("why", ""),
        standings=STANDINGS,
        channels=CHANNELS,
        tongues=TONGUES,
        **shown(where, looked_at.texts, finding),
    )
    return said, status


def _people(*texts: Material | None) -> set[str]:
    """Everybody whose name the page says."""
    every = (each for each in texts if each)
    return {who for each in every for who in (*each.authors, each.submitted_by, each.approver)}
