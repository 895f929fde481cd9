"""`/referrals/<n>/way`, what a site writes there, and `/referrals/overdue`, who waits too long."""

from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.audit import note_shown
from recruit.actions.following import contacting, outcomes, overdue, seeing
from recruit.actions.following.contacting import MOST_IN_VAIN, Desk, Seen
from recruit.actions.following.outcomes import CRITERION, REASONS, Outcome
from recruit.actions.following.overdue import Whose
from recruit.actions.following.seeing import Way
from recruit.actions.following.stages import Stage
from recruit.actions.following.timeline import Event
from recruit.actions.visits import appointments
from recruit.actions.visits.ending import Voice
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, NotFound, RecruitError, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.referrals.paths import Failure, State
from recruit.web.access import staff
from recruit.web.address import asked, asked_page
from recruit.web.following_words import DEEDS, ENDS, STAGES, WAY, deadline, has, who, why
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor, tenant
from recruit.web.typed import typed

pages = Blueprint("following", __name__, url_prefix="/referrals")

NUMBER: Final = "<int(max=9007199254740991):number>"
KIND: Final = "<any(declined,unreachable,withdrew,failed):kind>"
KINDS: Final = {
    "declined": State.DECLINED,
    "unreachable": State.UNREACHABLE,
    "failed": State.SCREEN_FAILURE,
    "withdrew": State.WITHDREW,
}
DONE: Final = "following_done"
CALLED: Final = N_("Written down: tried to reach them, and nobody answered.")
WRITTEN: Final = N_("Written down: {stage}.")
UNDONE: Final = N_("Your last entry is taken back.")
CHANGED: Final = N_(
    "Somebody wrote something down after you had opened the page. Nothing of yours was written: "
    "look at what stands here now."
)
NO_CHOICE: Final = N_("Please choose a reason.")
OF_A_CRITERION: Final = "criterion-"


@pages.get(f"/{NUMBER}/way")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def way(number: int) -> ResponseReturnValue:
    """Where somebody stands, what happened, and what can be written down next."""
    return _way_page(number, {})


@pages.post(f"/{NUMBER}/call")
@staff(Role.COORDINATOR)
def call(number: int) -> ResponseReturnValue:
    """Write down a call that nobody answered."""
    try:
        contacting.call_in_vain(service().engine, desk(), _seen(number))
    except (Refusal, EditedMeanwhile, NotFound) as error:
        return _refused(number, error)
    return _done(number, say(CALLED))


@pages.post(f"/{NUMBER}/report")
@staff(Role.COORDINATOR)
def report(number: int) -> ResponseReturnValue:
    """Write down the next step of the way."""
    state = next((each for each in DEEDS if each.value == typed("state")), None)
    if state is None:
        return _way_page(number, {"deeds": say(NO_CHOICE)}, 422)
    return _report(number, Outcome(state))


@pages.get(f"/{NUMBER}/end/{KIND}")
@staff(Role.COORDINATOR)
def ending(number: int, kind: str) -> ResponseReturnValue:
    """The reasons of an end, one of which is to be chosen."""
    return _end_page(number, KINDS[kind], {})


@pages.post(f"/{NUMBER}/end/{KIND}")
@staff(Role.COORDINATOR)
def end(number: int, kind: str) -> ResponseReturnValue:
    """Write down that somebody leaves, and why."""
    state = KINDS[kind]
    outcome = _outcome(state)
    if outcome is None:
        failed = state is State.SCREEN_FAILURE
        problem = say(outcomes.NO_CRITERION if failed else outcomes.NO_REASON)
        return _end_page(number, state, {"reason": problem})
    return _report(number, outcome)


@pages.post(f"/{NUMBER}/undo")
@staff(Role.COORDINATOR)
def undo(number: int) -> ResponseReturnValue:
    """Take back the last entry of the day."""
    try:
        contacting.undo(service().engine, desk(), _seen(number))
    except (Refusal, EditedMeanwhile, NotFound) as error:
        return _refused(number, error)
    return _done(number, say(UNDONE))


@pages.get("/overdue")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def late() -> str:
    """Everybody by stage, and who stands there for longer than the deadline."""
    whose = Whose(tenant(), desk().zone, now())
    stage = next((each for each in Stage if each.value == asked("stage")), None)
    with reading(service().engine) as database:
        report = overdue.report(database, whose, language(), asked_page(), stage)
    lines, page = report.lines, report.late
    shown = [(each.standing.person, each.standing.trial) for each in page.items]
    note_shown(service().engine, shown, actor=actor())
    return render_template(
        "overdue.html",
        lines=lines,
        people=sum(each.people for each in lines),
        late=sum(each.late for each in lines),
        page=page,
        stage=stage,
        stages=STAGES,
        has=has,
        deadline=deadline,
        address=lambda wanted: url_for(".late", page=wanted, stage=stage),
    )


def desk() -> Desk:
    """Who is at work, for which organisation."""
    return Desk(tenant(), actor(), ZoneInfo(service().settings.timezone))


def gone() -> tuple[str, int]:
    """Somebody is not here, or not any more: the same page whoever it was."""
    return render_template("referral_gone.html"), 404


def _report(number: int, outcome: Outcome) -> ResponseReturnValue:
    settings = service().settings
    voice = Voice.of(service().secrets.vault, settings.base_url)
    try:
        outcomes.report(service().engine, voice, desk(), _seen(number), outcome)
    except (Refusal, EditedMeanwhile, NotFound) as error:
        return _refused(number, error)
    return _done(number, say(WRITTEN, stage=say(STAGES[Stage(outcome.state.value)])))


def _refused(number: int, error: RecruitError) -> tuple[str, int]:
    """What stood in the way, on the page as it is now; nothing was written."""
    if isinstance(error, NotFound):
        return gone()
    problem = error.explain(language()) if isinstance(error, Refusal) else say(CHANGED)
    return _way_page(number, {"main": problem}, 409)


def _done(number: int, words: str) -> ResponseReturnValue:
    session[DONE] = words
    return redirect(url_for("following.way", number=number))


def _seen(number: int) -> Seen:
    return Seen(number, typed("mark"))


def _look(number: int) -> Way | None:
    """None where nobody may see them: erased, taken back, or another's."""
    keyring = service().secrets.vault
    try:
        return seeing.look(service().engine, keyring, desk(), number=number, language=language())
    except NotFound:
        return None


def _way_page(number: int, problems: dict[str, str], status: int = 200) -> tuple[str, int]:
    found = _look(number)
    if found is None:
        return gone()
    page = render_template(
        "referral_way.html",
        found=found,
        drawn=_drawn(found),
        problems=problems,
        done=session.pop(DONE, None),
        most=MOST_IN_VAIN,
        calls=len(found.calls),
        stages=STAGES,
        deeds=[(state, words) for state, words in DEEDS.items() if state in found.possible],
        ends=[(kind, ENDS[state]) for kind, state in KINDS.items() if state in found.possible],
        may_call=State.UNREACHABLE in found.possible and found.path.state in contacting.CALLED,
        by_whom=who,
        why=lambda event: _why(found, event),
        has=has,
        deadline=deadline,
        when=appointments.when(found.appointment, language()) if found.appointment else "",
    )
    return page, status


def _drawn(found: Way) -> list[tuple[Stage, str]]:
    """The way as a picture: each stage and whether it is "done", "now" or "open", "end" last."""
    reached = {event.stage for event, _ in found.events}
    at = found.standing.stage
    last = max((WAY.index(each) for each in reached if each in WAY), default=0)
    # Who said yes without a message was never invited: what did not happen is not drawn.
    drawn = [
        (stage, "now" if stage is at else "done" if place <= last else "open")
        for place, stage in enumerate(WAY)
        if stage is at or stage in reached or place > last
    ]
    if at in WAY:
        return drawn
    return [*(each for each in drawn if each[1] == "done"), (at, "end")]


def _why(found: Way, event: Event) -> str:
    """The reason in words; of a screening that failed on a criterion, the trial's own."""
    if event.failure is None:
        return why(event)
    if event.failure.trial_version != found.version.number:
        number, version = event.failure.criterion + 1, event.failure.trial_version
        return say(N_("Criterion {number} of version {version}"), number=number, version=version)
    return " ".join(found.version.eligibility.criteria[event.failure.criterion].text.split())


def _end_page(number: int, state: State, problems: dict[str, str]) -> tuple[str, int]:
    found = _look(number)
    if found is None:
        return gone()
    if state not in found.possible:
        return _way_page(number, {"main": say(CHANGED)}, 409)
    criteria = found.version.eligibility.criteria if state is State.SCREEN_FAILURE else ()
    options = [
        *(
            (f"{OF_A_CRITERION}{place}", " ".join(each.text.split()))
            for place, each in enumerate(criteria)
        ),
        *((word, say(words)) for word, words in REASONS[state].items()),
    ]
    page = render_template(
        "referral_end.html",
        found=found,
        kind=next(kind for kind, each in KINDS.items() if each is state),
        title=say(ENDS[state]),
        options=options,
        chosen=typed("reason"),
        may=state is not State.UNREACHABLE or found.may_give_up,
        most=MOST_IN_VAIN,
        calls=len(found.calls),
        problems=problems,
    )
    return page, 422 if problems else 200


def _outcome(state: State) -> Outcome | None:
    """What was chosen; None for nothing that was offered."""
    reason = typed("reason")
    if reason in REASONS[state]:
        return Outcome(state, reason)
    place, version = reason.removeprefix(OF_A_CRITERION), typed("version")
    if reason.startswith(OF_A_CRITERION) and all(map(_is_small, (place, version))):
        return Outcome(state, CRITERION, Failure(int(version), int(place)))
    return None


def _is_small(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= 6  # noqa: PLR2004 - an INTEGER holds more
