"""Ending messages by the link that each of them carries.

Looking at the page does nothing. A mail program's own button posts to the same address without
cookies and without a token (RFC 8058, section 3.1), and is answered by 200 alone, never by another
address. The page's own form carries the token like every form.
"""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from recruit.actions.outreach import withdrawing
from recruit.actions.outreach.asked import Asked, look
from recruit.actions.outreach.withdrawing import Stopping
from recruit.consent.choices import Channel
from recruit.core.db import reading
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.notify.links import Purpose
from recruit.web import by_link
from recruit.web.access import anyone
from recruit.web.language import say, unless_chosen
from recruit.web.service import service
from recruit.web.typed import typed

pages = Blueprint("unsubscribe", __name__)

ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")
STUDY: Final = "study"
CHANNEL: Final = "channel"
EVERYTHING: Final = "everything"
BY_CHANNEL: Final[Mapping[Channel, str]] = {
    Channel.EMAIL: N_("No more e-mails about any study"),
    Channel.SMS: N_("No more text messages about any study"),
    Channel.LETTER: N_("No more letters about any study"),
    Channel.PHONE: N_("No more calls about any study"),
}
DONE: Final[Mapping[Channel, str]] = {
    Channel.EMAIL: N_("We send you no more e-mails about studies."),
    Channel.SMS: N_("We send you no more text messages about studies."),
    Channel.LETTER: N_("We send you no more letters about studies."),
    Channel.PHONE: N_("We no longer call you about studies."),
}
ONE_STUDY: Final = N_("No more messages about this one study")
ALL: Final = N_("Everything: look for no study for me any more")
STUDY_ENDED: Final = N_("We write to you no more about this one study.")
ALL_ENDED: Final = N_(
    "We look for no study for you any more, and we no longer write to you about any."
)
NO_CHOICE: Final = N_("Please choose what is to stop.")


@pages.get("/u/<token>")
@anyone
def choices(token: str) -> ResponseReturnValue:
    """What can be stopped: one study, one channel, or everything."""
    asked = _asked(token)
    return _over() if asked is None else _page(asked, token)


@pages.post("/u/<token>")
@anyone
def stop(token: str) -> ResponseReturnValue:
    """Stop it; it holds when the answer leaves, and once more changes nothing.

    The answer is the page itself, for a repeat as well: nothing is lost by loading it again.
    """
    name, value = ONE_CLICK
    by_program = request.form.get(name) == value
    if not by_program:
        guard: CSRFProtect = current_app.extensions["csrf"]
        guard.protect()
    asked = _asked(token)
    if asked is None:
        return _over()
    what = CHANNEL if by_program else typed("what")
    if what not in {STUDY, CHANNEL, EVERYTHING}:
        return _page(asked, token, {"what": say(NO_CHOICE)}), 422
    try:
        _stop(asked, what, "one click in a mail program" if by_program else "link in a message")
    except NotFound:  # erased a moment ago
        return _over()
    done = say(DONE[asked.channel])
    return render_template("asked/stopped.html", what=what, done=done)


def _stop(asked: Asked, what: str, method: str) -> None:
    hand = by_link.hand(asked)
    meant = {
        STUDY: Stopping(hand, method, trial=asked.trial),
        CHANNEL: Stopping(hand, method, withdrawing.of_channel(asked.channel)),
        EVERYTHING: Stopping(hand, method),
    }
    withdrawing.stop(service().engine, service().secrets.vault, meant[what])
    withdrawing.settled(service().engine, asked.person)


def _asked(token: str) -> Asked | None:
    with reading(service().engine) as database:
        asked = look(database, Purpose.STOP, token)
    if asked:
        unless_chosen(asked.language)
    return asked


def _page(asked: Asked, token: str, problems: dict[str, str] | None = None) -> str:
    with reading(service().engine) as database:
        left = withdrawing.left(database, asked.person, asked.channel, asked.trial)
    options = [
        (value, say(words))
        for value, words, stands in (
            (CHANNEL, BY_CHANNEL[asked.channel], left.channel),
            (STUDY, ONE_STUDY, left.study),
            (EVERYTHING, ALL, left.anything),
        )
        if stands
    ]
    return render_template(
        "asked/stop.html",
        here=url_for("unsubscribe.choices", token=token),
        options=options,
        stopped=_stopped(asked, left),
        chosen=typed("what") or (options[0][0] if options else ""),
        problems=problems or {},
    )


def _stopped(asked: Asked, left: withdrawing.Left) -> str:
    """What has been stopped already: the widest of it; "" where nothing has been."""
    if not left.anything:
        return say(ALL_ENDED)
    if not left.channel:
        return say(DONE[asked.channel])
    return "" if left.study else say(STUDY_ENDED)


def _over() -> ResponseReturnValue:
    return render_template("asked/over.html"), 404
