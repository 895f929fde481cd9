"""`/review/bulk`: deciding about many matches, after exactly who has been shown.

What is confirmed are the matches that stood in the form and no others. Each is looked at anew when
its turn comes; so many at a time that nobody waits for a page, and the next press goes on.
"""

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from recruit.actions.audit import note_shown
from recruit.actions.reviewing.bulk import MOST, Many, Preview, decide_each, preview
from recruit.actions.reviewing.deciding import Wish, check
from recruit.actions.reviewing.tables import Kind, No
from recruit.actions.reviewing.wanted import Pile
from recruit.core.clock import now
from recruit.core.columns import LARGEST
from recruit.core.db import reading
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.deciding import NO_DECISION, wish
from recruit.web.deciding_bar import DONE, words
from recruit.web.deciding_words import SHORT
from recruit.web.language import language, say, say_count
from recruit.web.means import means, writer
from recruit.web.queue_address import kept, wanted
from recruit.web.service import service
from recruit.web.sessions import actor, tenant
from recruit.web.typed import again, typed

pages = Blueprint("bulk", __name__, url_prefix="/review/bulk")

AT_ONCE: Final = 50
KINDS: Final = {Kind.APPROVE.value: Kind.APPROVE, "not_now": Kind.NOT_NOW, "no": Kind.NO}
GIVEN: Final = ("reason", "until")
SUMS: Final = {
    Kind.APPROVE: ("{n} person is approved.", "{n} people are approved."),
    Kind.NOT_NOW: ("{n} person is put off.", "{n} people are put off."),
    Kind.NO: ("{n} no is written down.", "{n} noes are written down."),
}
ONE_STUDY: Final = N_(
    "A rule belongs to one study. Please say at one match which rule is misread; here choose "
    "another reason."
)
NOBODY: Final = N_("Please choose at least one match.")
NOT_ALL: Final = N_("At most {most} matches can be looked at together; the others were left out.")


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def shown() -> str:
    """Exactly who would be decided about, and who not and why; a form to confirm it."""
    kind = KINDS.get(request.args.get("decision", ""), Kind.APPROVE)
    return _page(_chosen(request.args), kind, {})


@pages.post("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def confirmed() -> ResponseReturnValue:
    """Decide about the matches that stood in the form: some of them now, the rest with a press."""
    kind = KINDS.get(typed("decision"))
    if kind is None:
        raise WrongUsage(NO_DECISION)
    chosen = _chosen(request.form)[:MOST]
    try:
        decision = _wish(kind)
    except Refusal as refusal:
        return _page(chosen, kind, {refusal.field: refusal.explain(language())}), 422
    many = Many(chosen[:AT_ONCE], actor(), tenant())
    done = decide_each(service().engine, means(), many, decision)
    decided = _count("decided") + sum(each.decision is not None for each in done)
    left_out = _count("left_out") + sum(each.decision is None for each in done)
    rest = chosen[AT_ONCE:]
    if rest:
        return render_template(
            "deciding_bulk_progress.html",
            rest=rest,
            decided=decided,
            left_out=left_out,
            given={name: again(typed(name)) for name in ("decision", *GIVEN)},
            address=_address(),
        )
    pile = Pile.LATER if kind is Kind.NOT_NOW else Pile.DECIDED
    session[DONE] = {"words": _told(kind, decided, left_out), "pile": pile.value}
    return redirect(url_for("review.matches", **_address()))


def _wish(kind: Kind) -> Wish:
    """What is to be decided about each.

    Raises:
        Refusal: something is missing that belongs to it, or cannot be said of many.
    """
    if kind is Kind.NO and typed("reason") == No.MISREAD.value:
        raise Refusal(record="", field="reason", problem=ONE_STUDY)
    decision = wish(kind)
    check(decision, now())
    return decision


def _chosen(given: MultiDict[str, str]) -> list[int]:
    """The matches that were chosen, each once; what can be the number of none is left out."""
    numbers = dict.fromkeys(given.getlist("match", type=int))
    return [each for each in numbers if 0 < each <= LARGEST]


def _page(chosen: list[int], kind: Kind, problems: dict[str, str]) -> str:
    with reading(service().engine) as database:
        many = Many(chosen, actor(), tenant())
        found = preview(database, writer, many, kind, now())
    _note(found)
    return render_template(
        "deciding_bulk.html",
        kind=kind,
        found=found,
        chosen=chosen[:MOST],
        nobody=say(NOBODY) if not chosen else "",
        not_all=say(NOT_ALL, most=MOST) if len(chosen) > MOST else "",
        short=SHORT,
        problems=problems,
        given={name: again(typed(name)) for name in GIVEN},
        address=_address(),
        **words(),
    )


def _note(found: Preview) -> None:
    """Whom somebody saw is recorded before it is sent."""
    lines = [each.outcome for each in (*found.will, *found.will_not) if each.outcome.person]
    note_shown(service().engine, [(each.person, each.trial) for each in lines], actor=actor())


def _told(kind: Kind, decided: int, left_out: int) -> str:
    said = say_count(*SUMS[kind], decided)
    if left_out:
        said += " " + say_count(
            "{n} was left out: it could not be decided any more.",
            "{n} were left out: they could not be decided any more.",
            left_out,
        )
    return said


def _count(name: str) -> int:
    """What the parts before came to, as the form carries it: shown, and believed nowhere else."""
    return max(0, request.form.get(name, 0, type=int))


def _address() -> dict[str, Any]:
    these = wanted()
    return kept(these, these.start)
