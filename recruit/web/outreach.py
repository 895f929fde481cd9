"""Pages on which a coordinator decides who is asked about a trial: one match, or the best of many.

Matching proposes, a person decides: every invitation rests on a form that named whom it is for.
"""

from collections import Counter
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.audit import note_shown
from recruit.actions.outreach import waves
from recruit.actions.outreach.halting import Halting, halt
from recruit.actions.outreach.inviting import Decided, Inviting, invite, seen
from recruit.actions.outreach.plan import Plan, best, look_up, plan
from recruit.actions.outreach.prospects import Fate, Prospect, prospect
from recruit.actions.outreach.reason_words import CHANNELS, FATES, REASONS, STANDS, STATES, why
from recruit.actions.outreach.rehearsal import samples
from recruit.actions.outreach.writing import Writer
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.core.written import tongue
from recruit.notify.stages import STOPPABLE
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.filters import moment
from recruit.web.language import language, say, say_count
from recruit.web.service import service
from recruit.web.sessions import actor, tenant, visitor

pages = Blueprint("outreach", __name__)

DONE: Final = "outreach_done"  # what was just done, kept for the next page
MOST_LOOKED_AT: Final = 200
"""People whom a page looks at: each of them is asked about at every gate."""
FIRST: Final = 20
MOST_AT_ONCE: Final = 100
USUAL: Final = 20
SIGNS: Final = {Fate.NOW: "yes", Fate.LATER: "unknown", Fate.NOT: "no", Fate.BEGUN: "unknown"}
SHAPES: Final = {Fate.NOW: "✓", Fate.LATER: "…", Fate.NOT: "✕", Fate.BEGUN: "→"}


@pages.get("/outreach/<trial>")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def trial(trial: str) -> str:
    """What inviting people would come to, who comes first, and how to stop it."""
    return _page(trial, {}, "")


@pages.get("/outreach/<trial>/invite")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def whom(trial: str) -> str:
    """Exactly who would be invited, and what they would get; a form to confirm it."""
    found, study = _plan(trial)
    chosen = best(found, _number(asked("most")))
    with reading(service().engine) as database:
        shown = samples(database, writer(), trial, chosen, now())
    _note(chosen, trial)
    return render_template(
        "outreach_whom.html", trial=trial, study=study, chosen=chosen, samples=shown, **_words()
    )


@pages.post("/outreach/<trial>/invite")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def invite_these(trial: str) -> ResponseReturnValue:
    """Invite the people who stood in the form."""
    with reading(service().engine) as database:
        look_up(database, trial, tenant())
    matches = request.form.getlist("match", type=int)[:MOST_AT_ONCE]
    decided = invite(service().engine, writer(), Inviting(matches, actor(), tenant()))
    invited = sum(each.number is not None for each in decided)
    left_out = len(matches) - invited
    said = say_count("{n} person was invited.", "{n} people were invited.", invited)
    if left_out:
        said += " " + say_count(
            "{n} was left out: something has changed since you looked.",
            "{n} were left out: something has changed since you looked.",
            left_out,
        )
    session[DONE] = said
    return redirect(url_for("outreach.trial", trial=trial))


@pages.post("/outreach/<trial>/stop")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def stop(trial: str) -> ResponseReturnValue:
    """Cancel what was decided and is not sent yet."""
    reason = request.form.get("reason", "")
    try:
        stopped = halt(service().engine, Halting(trial, reason, actor(), tenant()))
    except Refusal as refusal:
        return _page(trial, {"reason": refusal.explain(language())}, reason), refusal.http_status
    session[DONE] = say_count("{n} message was stopped.", "{n} messages were stopped.", stopped)
    return redirect(url_for("outreach.trial", trial=trial))


@pages.post("/review/<int(max=2147483647):match_id>/invite")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def invite_one(match_id: int) -> ResponseReturnValue:
    """Invite the person of one match."""
    with reading(service().engine) as database:
        seen(database, match_id, tenant(), now())
    [decided] = invite(service().engine, writer(), Inviting((match_id,), actor(), tenant()))
    session[DONE] = _told(decided)
    kept: dict[str, Any] = {name: asked(name) for name in ("study", "verdict") if asked(name)}
    return redirect(url_for("review.match", match_id=match_id, **kept))


def of_match(match_id: int) -> dict[str, object]:
    """What a match's page says of inviting its person, and what was just done."""
    words = {**_words(), "done": session.pop(DONE, None)}
    try:
        writing = writer()
    except WrongUsage as error:  # said where the button would be
        return {**words, "prospect": None, "hindrance": error.say(language())}
    with reading(service().engine) as database:
        row = seen(database, match_id, tenant(), now())
        found = prospect(database, writing, row, now())
    return {**words, "prospect": found, "hindrance": None}


def writer() -> Writer:
    """Who writes the messages of this service.

    Raises:
        WrongUsage: their links would cross a network in the clear.
    """
    settings = service().settings
    return Writer(service().secrets.vault, settings.base_url, ZoneInfo(settings.timezone))


def _page(trial: str, problems: dict[str, str], reason: str) -> str:
    found, study = _plan(trial)
    first = found.prospects[:FIRST]
    with reading(service().engine) as database:
        rounds = waves.state(database, trial, now())
    _note(first, trial)
    return render_template(
        "outreach.html",
        trial=trial,
        study=study,
        plan=found,
        first=first,
        bars=(bars := _bars(found)),
        largest=max((number for _, _, number in bars), default=1),
        waiting=sum(number for state, number in found.begun.items() if state in STOPPABLE),
        usual=min(USUAL, len(found.fated(Fate.NOW))),
        most=MOST_AT_ONCE,
        problems=problems,
        reason=reason,
        done=session.pop(DONE, None),
        rounds=rounds,
        stands=STANDS,
        **_words(),
    )


def _plan(trial: str) -> tuple[Plan, object]:
    with reading(service().engine) as database:
        study = look_up(database, trial, tenant(), language())
        at: datetime = now()
        found = plan(database, writer(), trial, tenant(), at, at_most=MOST_LOOKED_AT)
    return found, study


def _bars(found: Plan) -> list[tuple[Fate, str, int]]:
    """How many people meet each fate, and why, the largest first within a fate."""
    order = list(Fate)
    counts = Counter((each.fate, why(each, language())) for each in found.prospects)
    counted = sorted(counts.items(), key=lambda each: (order.index(each[0][0]), -each[1]))
    rows = [(fate, words, number) for (fate, words), number in counted]
    begun = ((Fate.BEGUN, say(STATES[state]), n) for state, n in found.begun.most_common())
    return [*rows, *begun]


def _words() -> dict[str, object]:
    """What templates need to say how somebody is asked, and why not."""
    return {
        "fates": FATES,
        "reasons": REASONS,
        "why": lambda prospect: why(prospect, language()),
        "texts_of": _texts_of,
        "zone": service().settings.timezone,
        "states": STATES,
        "channels": CHANNELS,
        "fate_signs": SIGNS,
        "fate_shapes": SHAPES,
        "tongue_named": lambda code: tongue(code, language()),
    }


def _texts_of(prospect: Prospect) -> str | None:
    """Where the texts of the study stand, for those who may see them."""
    wanted = prospect.unwritten
    who = visitor()
    if not wanted or not wanted.posting or not who or who.role is not Role.ADMINISTRATOR:
        return None
    country: dict[str, Any] = {"country": wanted.country} if wanted.country else {}
    return url_for("materials.matrix", number=wanted.posting, **country)


def _told(decided: Decided) -> str:
    if decided.number is not None:
        said = N_("Invited. The message waits for its round, from {moment} ({zone}).")
        zone = service().settings.timezone
        return say(said, moment=moment(decided.when or now()), zone=zone)
    if decided.state is not None:
        return say(
            N_(
                "Already decided: {state}.",
            ),
            state=say(STATES[decided.state]),
        )
    reason = say(REASONS[decided.reason]) if decided.reason else ""
    return say(N_("Not invited: {reason}."), reason=reason)


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < len("100000") else USUAL
    return min(max(number, 1), MOST_AT_ONCE)


def _note(shown: tuple[Prospect, ...], trial: str) -> None:
    """Whom somebody saw is recorded before it is sent."""
    note_shown(service().engine, [(each.person, trial) for each in shown], actor=actor())
