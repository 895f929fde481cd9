"""`/admin/deliveries/addresses`: whether an address is written to, and letting it be again.

What is typed here stands in no URL, no session and no log: a list of hashes is asked.
"""

from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.outreach import delivery_decisions as deeds
from recruit.actions.outreach.reason_words import CHANNELS
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import N_
from recruit.notify.suppression import Cause, Suppressed
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor

pages = Blueprint("ended_addresses", __name__, url_prefix="/admin/deliveries/addresses")

DONE: Final = "addresses done"
LIFTED: Final = N_("This address may be written to again, as far as its owner agrees.")
ENDED: Final = N_("Nothing is sent to this address any more.")
GONE: Final = N_("This was lifted already. Nothing changed.")
NO_CHANNEL: Final = N_("Please choose one of the list.")
CAUSES: Final = {
    Cause.BOUNCE: N_("messages came back from it for good"),
    Cause.COMPLAINT: N_("its owner complained of a message"),
    Cause.STAFF: N_("an administrator decided so"),
}


@pages.get("")
@staff(Role.ADMINISTRATOR)
def ask() -> ResponseReturnValue:
    """Where to ask."""
    return _show({})


@pages.post("")
@staff(Role.ADMINISTRATOR)
def look_up() -> ResponseReturnValue:
    """Say whether an address is written to, or let nothing be sent there any more."""
    where, reason = request.form.get("where", ""), request.form.get("reason", "")
    here = service()
    try:
        channel = Channel(request.form.get("channel", ""))
    except ValueError:
        return _show({"channel": say(NO_CHANNEL)})
    try:
        if request.form.get("do") == "end":
            deeds.suppress(
                here.engine, here.secrets.vault, channel, where, reason, at=now(), actor=actor()
            )
            return _back(ENDED)
        found = deeds.look_up(here.engine, here.secrets.vault, channel, where, actor=actor())
    except Refusal as refusal:
        return _show({refusal.field: refusal.explain(language())})
    return _show({}, found=found, was_asked=True)


@pages.post("/lift")
@staff(Role.ADMINISTRATOR)
def lift() -> ResponseReturnValue:
    """Let an address be written to again."""
    digest, reason = request.form.get("digest", ""), request.form.get("lifting", "")
    try:
        deeds.lift(service().engine, digest, reason, actor=actor())
    except Refusal as refusal:
        found = deeds.known(service().engine, digest)
        return _show({"lifting": refusal.explain(language())}, found=found, was_asked=True)
    except EditedMeanwhile:
        return _back(GONE)
    return _back(LIFTED)


def _back(done: str) -> ResponseReturnValue:
    session[DONE] = done
    return redirect(url_for("ended_addresses.ask"))


def _show(
    problems: dict[str, str], *, found: Suppressed | None = None, was_asked: bool = False
) -> ResponseReturnValue:
    done = session.pop(DONE, None)
    # What was typed comes back only where it has to be mended: an answer names no address.
    page = render_template(
        "admin/ended_addresses.html",
        problems=problems,
        done=done and say(done),
        typed={} if was_asked else request.form,
        channels=[(each.value, say(CHANNELS[each])) for each in Channel],
        found=found,
        was_asked=was_asked,
        causes=CAUSES,
        names=CHANNELS,
    )
    return page, 422 if problems else 200
