"""Where matches are decided: one by one from the bar beside a match, and that taken back.

Each form names the match that was looked at. Where something has changed since, a page says what,
and nothing is decided.
"""

from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.outreach.reason_words import REASONS, STATES
from recruit.actions.reviewing import claims, misread
from recruit.actions.reviewing.deciding import Outcome, Whose, Wish, decide
from recruit.actions.reviewing.detail import look_again
from recruit.actions.reviewing.hindrance_words import HAPPENED
from recruit.actions.reviewing.looked_at import Hindrance, looked_at
from recruit.actions.reviewing.misread import Misread
from recruit.actions.reviewing.tables import Kind, No, Wrong
from recruit.actions.reviewing.undoing import undo
from recruit.actions.reviewing.wanted import Look
from recruit.core import chain
from recruit.core.clock import now, today
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.deciding_bar import DONE, forms_of, words
from recruit.web.deciding_words import DECIDED
from recruit.web.filters import day, moment, time_of_day
from recruit.web.language import language, say
from recruit.web.means import means
from recruit.web.queue_address import kept, wanted
from recruit.web.service import service
from recruit.web.sessions import actor, tenant
from recruit.web.typed import again, typed

pages = Blueprint("deciding", __name__, url_prefix="/review/<row:match_id>")

WORKERS: Final = (Role.COORDINATOR, Role.ADMINISTRATOR)
GIVEN: Final = ("reason", "criterion", "wrong", "words", "until")
STATUS: Final = {Hindrance.GONE: 404}
NO_DECISION: Final = N_("This is no decision about a match.")
SAID: Final = N_("The sponsor now sees this at the criterion.")
UNDONE: Final = N_("{person}: undone. The match waits again.")
TOLD: Final = {
    Kind.APPROVE: N_(
        "{person} is approved. The message waits for its round, from {moment} ({zone})."
    ),
    Kind.ASK: N_("{person} is asked first. The match comes back with the answer."),
    Kind.NOT_NOW: N_("{person} is put off until {day}."),
    Kind.NO: N_("{person}: no."),
}
ALREADY: Final = N_("{person}: this was decided already.")


@pages.post("/claim")
@staff(*WORKERS)
def claim(match_id: int) -> ResponseReturnValue:
    """Take a match in hand, or keep it there for some minutes more."""
    mine = claims.claim(service().engine, match_id, tenant(), actor())
    if request.headers.get("X-Requested-With") == "fetch":
        return "", 204 if mine else 409
    return redirect(url_for("review.match", match_id=match_id, **_kept()))


@pages.post("/decide")
@staff(*WORKERS)
def decided(match_id: int) -> ResponseReturnValue:
    """Decide about the match that was looked at."""
    kind = next((each for each in Kind if each.value == typed("decision")), None)
    if kind is None:
        raise WrongUsage(NO_DECISION)
    whose = Whose(match_id, actor(), tenant())
    try:
        outcome = decide(service().engine, means(), whose, wish(kind))
    except Refusal as refusal:
        return _again(match_id, kind, {refusal.field: refusal.explain(language())})
    if outcome.hindrance and not _pressed_twice(outcome, kind):
        return _hindered(outcome)
    session[DONE] = {"words": _told(outcome, kind), "match": match_id, "of": outcome.decision}
    return _onwards()


@pages.post("/undo")
@staff(*WORKERS)
def undone(match_id: int) -> ResponseReturnValue:
    """Take back a decision of which nothing has left."""
    number = request.form.get("of", 0, type=int)
    whose = Whose(match_id, actor(), tenant())
    try:
        outcome = undo(service().engine, means(), whose, number)
    except Refusal as refusal:
        return _hindered(Outcome(match_id, hindrance=Hindrance.LEFT), refusal.explain(language()))
    if outcome.hindrance:
        return _hindered(outcome)
    session[DONE] = {"words": say(UNDONE, person=outcome.person)}
    return redirect(url_for("review.match", match_id=outcome.newer or match_id, **_kept()))


@pages.post("/misread")
@staff(*WORKERS)
def said_misread(match_id: int) -> ResponseReturnValue:
    """Tell the sponsor that a rule is misread, without deciding about the match."""
    at = now()
    try:
        said = _misread()
        with unit_of_work(service().engine) as database:
            chain.hold(database)
            row = looked_at(database, match_id, tenant(), at).row
            version = row.trial_version
            misread.say(database, row.trial, version, said, by=actor(), at=at)
    except Refusal as refusal:
        return _again(match_id, None, {refusal.field: refusal.explain(language())})
    session[DONE] = {"words": say(SAID)}
    return redirect(url_for("review.match", match_id=match_id, **_kept()))


def wish(kind: Kind) -> Wish:
    """What was chosen in the form.

    Raises:
        Refusal: as `_misread`.
    """
    reason = next((each for each in No if each.value == typed("reason")), None)
    return Wish(
        kind,
        reason=reason if kind is Kind.NO else None,
        misread=_misread() if kind is Kind.NO and reason is No.MISREAD else None,
        until=_until() if kind is Kind.NOT_NOW else None,
        criterion=_criterion() if kind is Kind.ASK else None,
    )


def _misread() -> Misread:
    """What was said of a rule.

    Raises:
        Refusal: which rule, or what is wrong with it, is missing.
    """
    wrong = next((each for each in Wrong if each.value == typed("wrong")), None)
    criterion = _criterion()
    if wrong is None or criterion is None:
        problem = N_("Please say which rule, and what is wrong.")
        raise Refusal(record="", field="wrong", problem=problem)
    return Misread(criterion, wrong, typed("words"))


def _criterion() -> int | None:
    number = typed("criterion")
    fits = number.isascii() and number.isdigit() and len(number) < len("10000")
    return int(number) if fits else None


def _until() -> datetime | None:
    """The beginning of the chosen day, where the service is."""
    try:
        day = date.fromisoformat(typed("until"))
    except ValueError:
        return None
    return datetime.combine(day, time(), ZoneInfo(service().settings.timezone))


def _pressed_twice(outcome: Outcome, kind: Kind) -> bool:
    """Whether the very same was decided by the same one before: it stands, and is no error."""
    stands = outcome.stands
    return stands is not None and (stands.kind, stands.by) == (kind, actor())


def _told(outcome: Outcome, kind: Kind) -> str:
    if outcome.hindrance:
        return say(ALREADY, person=outcome.person)
    until = _until()
    fields = {
        Kind.APPROVE: {
            "moment": moment(outcome.when or now()),
            "zone": service().settings.timezone,
        },
        Kind.NOT_NOW: {"day": day(until) if until else ""},
    }
    return say(TOLD[kind], person=outcome.person, **fields.get(kind, {}))


def _onwards() -> ResponseReturnValue:
    """To the match that comes next in the queue, or back to the queue."""
    following = request.form.get("following", 0, type=int)
    if following:
        return redirect(url_for("review.match", match_id=following, **_kept()))
    return redirect(url_for("review.matches", **_kept()))


def _hindered(outcome: Outcome, detail: str = "") -> ResponseReturnValue:
    """What happened, what was kept, what to do."""
    page = render_template(
        "deciding_hindered.html",
        outcome=outcome,
        happened=HAPPENED[outcome.hindrance or Hindrance.GONE],
        detail=detail or _detail(outcome),
        kept=_kept(),
        following=request.form.get("following", 0, type=int),
    )
    return page, STATUS.get(outcome.hindrance or Hindrance.GONE, 409)


def _detail(outcome: Outcome) -> str:
    if outcome.reason:
        return say(REASONS[outcome.reason])
    if outcome.until:
        return say(N_("Until {time}."), time=time_of_day(outcome.until))
    if outcome.stands:
        return say(DECIDED[outcome.stands.kind])
    return say(STATES[outcome.state]) if outcome.state else ""


def _again(match_id: int, kind: Kind | None, problems: dict[str, str]) -> ResponseReturnValue:
    """The form of one decision once more, with what was typed and what is missing.

    Where the match stands no more, that is said instead: nothing of its person is shown.
    """
    look = Look(today(), language(), service().open_lexicon())
    looked, outcome = look_again(
        service().engine, match=match_id, tenant=tenant(), look=look, actor=actor()
    )
    if outcome is None:
        return _hindered(Outcome(match_id, hindrance=looked.hindrance, newer=looked.newer))
    page = render_template(
        "deciding_again.html",
        forms=forms_of(match_id, outcome, _kept(), request.form.get("following", 0, type=int)),
        person=looked.row.person,
        kind=kind,
        problems=problems,
        given={name: again(typed(name)) for name in GIVEN},
        **words(),
    )
    return page, 422


def _kept() -> dict[str, Any]:
    these = wanted()
    return kept(these, these.start)
