"""Pages on which a coordinator decides who is asked about a trial: the likeliest of many.

Matching proposes, a person decides: every invitation rests on a form that named whom it is for.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.audit import note_shown
from recruit.actions.outreach import waves
from recruit.actions.outreach.halting import Halting, halt
from recruit.actions.outreach.plan import Plan, best, look_up, plan
from recruit.actions.outreach.prospects import Fate, Prospect
from recruit.actions.outreach.reason_words import STANDS, STATES, why
from recruit.actions.outreach.rehearsal import samples
from recruit.actions.reviewing.bulk import Many, decide_each
from recruit.actions.reviewing.deciding import Wish
from recruit.actions.reviewing.tables import Kind
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.notify.stages import STOPPABLE
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.language import language, say, say_count
from recruit.web.means import means, writer
from recruit.web.outreach_words import invitation_words
from recruit.web.service import service
from recruit.web.sessions import actor, tenant

pages = Blueprint("outreach", __name__)

DONE: Final = "outreach_done"  # what was just done, kept for the next page
MOST_LOOKED_AT: Final = 200
"""People whom a page looks at: each of them is asked about at every gate."""
FIRST: Final = 20
MOST_AT_ONCE: Final = 100
USUAL: Final = 20


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
        "outreach_whom.html",
        trial=trial,
        study=study,
        chosen=chosen,
        samples=shown,
        **invitation_words(),
    )


@pages.post("/outreach/<trial>/invite")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def invite_these(trial: str) -> ResponseReturnValue:
    """Invite the people who stood in the form."""
    with reading(service().engine) as database:
        look_up(database, trial, tenant())
    matches = request.form.getlist("match", type=int)[:MOST_AT_ONCE]
    many = Many(matches, actor(), tenant())
    decided = decide_each(service().engine, means(), many, Wish(Kind.APPROVE))
    invited = sum(each.decision is not None for each in decided)
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
        **invitation_words(),
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


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < len("100000") else USUAL
    return min(max(number, 1), MOST_AT_ONCE)


def _note(shown: tuple[Prospect, ...], trial: str) -> None:
    """Whom somebody saw is recorded before it is sent."""
    note_shown(service().engine, [(each.person, trial) for each in shown], actor=actor())
