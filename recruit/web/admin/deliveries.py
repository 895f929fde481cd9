"""`/admin/deliveries`: what became of the messages to people, and what a person has to decide.

People stand here by pseudonym, messages by reference; no name and no address is ever shown.
"""

from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.outreach import deliveries as lists
from recruit.actions.outreach import delivery_decisions as deeds
from recruit.actions.outreach.deliveries import Key, Leaf, Wanted
from recruit.actions.outreach.reason_words import CHANNELS, REASONS, STATES, WAVES
from recruit.consent.choices import Channel
from recruit.core.clock import now, today
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import N_
from recruit.notify.reputation import PER_HOUR, Standing
from recruit.notify.stages import Reason, State
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.admin import day_chart
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor

pages = Blueprint("deliveries", __name__, url_prefix="/admin/deliveries")

DONE: Final = "deliveries done"
NAMES: Final = ("state", "channel", "reason", "trial", "day", "reference")
NO_DAY: Final = N_("This is not a day of the calendar.")
NOT_LISTED: Final = N_("Please choose one of the list.")
TWICE: Final = N_("Please tick that you know it may arrive twice.")
WAS_SENT: Final = N_("The message counts as sent. Nothing more goes out.")
SENT_AGAIN: Final = N_("The message is sent again, if everything still allows it.")
SETTLED: Final = N_("Somebody else, or the provider, has settled this meanwhile. Nothing changed.")
GOES_ON: Final = N_("The channel goes on. What waited for it is sent now.")
STANDINGS: Final = {
    Standing.FINE: ("yes", N_("Fine")),
    Standing.SLOW: ("unknown", N_("Slowed down")),
    Standing.STOPPED: ("no", N_("Stopped")),
    Standing.RESTORED: ("no", N_("Stopped, a copy was restored")),
}


@pages.get("")
@staff(Role.ADMINISTRATOR)
def everything() -> ResponseReturnValue:
    """How things stand, what waits for a decision, and one page of the messages."""
    return _show({})


@pages.get("/day.svg")
@staff(Role.ADMINISTRATOR)
def day() -> Response:
    """The chart of a day; of this one, where none is asked for."""
    wanted, _ = _wanted()
    counts = lists.of_day(service().engine, wanted.day or today())
    return Response(day_chart.picture(counts, language()), mimetype="image/svg+xml")


@pages.post("/<int(max=9007199254740991):number>/decision")
@staff(Role.ADMINISTRATOR)
def decide(number: int) -> ResponseReturnValue:
    """Say of an unknown message that it was sent, or have it sent again."""
    again = request.form.get("decision") == "again"
    if again and request.form.get("twice") != "yes":
        return _show({f"twice-{number}": say(TWICE)})
    try:
        deeds.decide(service().engine, number, was_sent=not again, at=now(), actor=actor())
    except EditedMeanwhile:
        return _back(SETTLED)
    return _back(SENT_AGAIN if again else WAS_SENT)


@pages.post("/channels/<any(email, sms, letter, phone):name>/go-on")
@staff(Role.ADMINISTRATOR)
def go_on(name: str) -> ResponseReturnValue:
    """Let a stopped channel go on."""
    field = f"reason-{name}"
    reason = request.form.get(field, "")
    try:
        deeds.go_on(service().engine, Channel(name), reason, at=now(), actor=actor())
    except Refusal as refusal:
        return _show({field: refusal.explain(language())})
    except EditedMeanwhile:
        return _back(SETTLED)
    return _back(GOES_ON)


def _back(done: str) -> ResponseReturnValue:
    session[DONE] = done
    return redirect(url_for("deliveries.everything"))


def _show(problems: dict[str, str]) -> ResponseReturnValue:
    wanted, wrong = _wanted()
    problems = {**problems, **wrong}
    here, moment = service(), now()
    leaf = Leaf((), None)
    if not wrong:
        leaf = lists.deliveries(here.engine, wanted, Key.parse(asked("before")), actor=actor())
    day = wanted.day or moment.date()
    counts = lists.of_day(here.engine, day)
    kept: dict[str, Any] = {name: asked(name) for name in NAMES if asked(name)}
    done = session.pop(DONE, None)
    page = render_template(
        "admin/deliveries.html",
        leaf=leaf,
        stands=lists.overview(here.engine, moment),
        problems=problems,
        done=done and say(done),
        chosen=kept,
        older=leaf.older and url_for("deliveries.everything", **kept, before=str(leaf.older)),
        is_newest="before" not in request.args,
        day=day,
        finding=day_chart.finding(counts, day, language()),
        bars=day_chart.rows(counts, language()),
        typed=request.form,
        choices=_choices(),
        per_hour=PER_HOUR,
        **_words(),
    )
    return page, 422 if problems else 200


def _words() -> dict[str, Any]:
    return {
        "states": STATES,
        "reasons": REASONS,
        "waves": WAVES,
        "channels": CHANNELS,
        "standings": STANDINGS,
    }


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What each list of the filter offers; states that read alike stay apart by their names."""
    every = ("", say(N_("All")))
    return {
        "state": [every, *((each.value, _named(STATES[each], each)) for each in State)],
        "channel": [every, *((each.value, say(CHANNELS[each])) for each in Channel)],
        "reason": [every, *((each.value, say(REASONS[each])) for each in Reason)],
    }


def _named(words: str, state: State) -> str:
    return f"{say(words)} ({state.value})"


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """What is asked for, and what is wrong with it, by field."""
    problems: dict[str, str] = {}
    chosen: dict[str, Any] = {}
    for name, kind in (("state", State), ("channel", Channel), ("reason", Reason)):
        try:
            chosen[name] = kind(asked(name)) if asked(name) else None
        except ValueError:
            problems[name] = say(NOT_LISTED)
    try:
        chosen["day"] = date.fromisoformat(asked("day")) if asked("day") else None
    except ValueError:
        problems["day"] = say(NO_DAY)
    reference = asked("reference").lower()
    return Wanted(**chosen, trial=asked("trial"), reference=reference), problems
