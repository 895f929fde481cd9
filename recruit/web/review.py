"""Pages for those who judge matches: the queue, and beside it one match criterion by criterion.

On a wide screen both stand side by side; on a narrow one the match has the page to itself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from recruit.actions.evidence import on_record, person
from recruit.actions.matching import next_run
from recruit.actions.reviewing.detail import MatchDetail, NoLonger, show_match
from recruit.actions.reviewing.front import Front, show_queue
from recruit.actions.reviewing.hindrance_words import HAPPENED
from recruit.actions.reviewing.looked_at import Hindrance
from recruit.actions.reviewing.queue import Beside, Queue
from recruit.actions.reviewing.since import Because, Flip
from recruit.actions.reviewing.standing import Tally
from recruit.actions.reviewing.wanted import Look, Wanted
from recruit.core import clock
from recruit.core.columns import LARGEST
from recruit.core.db import reading
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.criteria.truth import Truth
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.deciding_bar import bar_of, called, just_done
from recruit.web.deciding_words import DECIDED, NOES
from recruit.web.explaining import (
    SIGNS,
    VERDICT_SIGNS,
    VERDICT_WORDS,
    WORDS,
    contradictions_first,
    explained,
)
from recruit.web.language import language, say, say_count, tongue
from recruit.web.means import writer
from recruit.web.question_words import asked_lines
from recruit.web.queue_address import KMS, PILES, UNKNOWNS, VERDICTS, WAITING, kept, wanted
from recruit.web.service import service
from recruit.web.sessions import actor

pages = Blueprint("review", __name__, url_prefix="/review")

BECAUSE: Final = {
    Because.FACT: N_("new on record"),
    Because.AMENDED: N_("the study was amended"),
    Because.TIME: N_("time has passed, or the rule is read otherwise"),
}
ENDED: Final = {
    "trial amended": N_("The study was amended."),
    "profile changed": N_("There is something new about the person."),
    "rules changed": N_("The rules are read otherwise."),
    "time passed": N_("Time has passed."),
    "consent withdrawn": N_("The person had withdrawn."),
    "trial paused or closed": N_("The study had stopped."),
}


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def matches() -> str:
    """The queue, best first."""
    these = wanted()
    front = show_queue(service().engine, these, _look(), actor=actor())
    options = _options(front)
    return render_template(
        "review.html",
        done=just_done(),
        fallen=front.fallen,
        next_run=None if front.queue.lines else _next_run(),
        options=options,
        set_to=_chosen(these, options),
        queue=front.queue,
        **_queue_words(these, front.queue),
    )


@pages.get("/<row:match_id>")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def match(match_id: int) -> ResponseReturnValue:
    """One match, what is open first: each criterion, its rule and what is on record."""
    these, look = wanted(), _look()
    try:
        found = show_match(
            service().engine, writer, match=match_id, wanted=these, look=look, actor=actor()
        )
    except NoLonger as over:
        return _over(these, over.hindrance, over.newer), over.http_status
    except NotFound as missing:  # erased, somebody else's, or none at all: nobody learns which
        return _over(these, Hindrance.GONE, None), missing.http_status
    groups = explained(
        found.outcome,
        found.profile,
        found.text_language,
        language(),
        look.lexicon,
        found.source,
    )
    return render_template(
        "match.html",
        match=found,
        person=person(found.profile, found.age, language()),
        unknown=contradictions_first(groups[Truth.UNKNOWN]),
        against=groups[Truth.NO],
        fulfilled=groups[Truth.YES],
        contradictions=sum(each.contradicts for group in groups.values() for each in group),
        flips=_flips(found),
        ended=ENDED,
        asked=asked_lines(found.asked, found.outcome),
        deciding=bar_of(found, kept(these, found.beside.start)),
        **_queue_words(these, found.beside),
    )


def _over(these: Wanted, hindrance: Hindrance, newer: int | None) -> str:
    return render_template(
        "review_over.html",
        happened=HAPPENED[hindrance],
        gone=hindrance is Hindrance.GONE,  # an erasure takes the decisions along
        newer=newer,
        kept=kept(these, these.start),
    )


def _queue_words(these: Wanted, queue: Queue | Beside) -> dict[str, object]:
    """What the queue and its filters need, on either page."""
    return {
        "chosen": these,
        "kept": kept(these, queue.start),
        "first": kept(these),
        "earlier": kept(these, queue.earlier) if queue.earlier else None,
        "later": kept(these, queue.later) if queue.later else None,
        "signs": VERDICT_SIGNS,
        "words": VERDICT_WORDS,
        "shown": _shown(these, queue),
    }


def _shown(these: Wanted, queue: Queue | Beside) -> dict[str, object]:
    """What the rows of the queue are said with.

    What is alike in many rows is made once: to call for it in each of fifty took longer than to
    read them from the database. `marks` are by verdict, `figures` by tally, `waits` by days.
    """
    parts: dict[str, Any] = {**kept(these, queue.start), "match_id": LARGEST}
    before_id, after_id = url_for("review.match", **parts).split(str(LARGEST), 1)
    today, macros = clock.now(), current_app.jinja_env.get_template("marks.html").module
    mark: Callable[[str, str], Markup] = vars(macros)["mark"]
    figures: Callable[[Tally], Markup] = vars(macros)["figures"]
    lines = queue.lines
    said = {each for line in lines for each in (line.study, line.why, line.contrary) if each}
    return {
        "chosen": these,
        "before_id": before_id,
        "after_id": after_id,
        "today": today,
        "marks": {
            each: mark(VERDICT_SIGNS[each], say(VERDICT_WORDS[each]))
            for each in {line.verdict for line in lines}
        },
        "figures": {each: figures(each) for each in {line.tally for line in lines}},
        "waits": {each: _waits(each) for each in {(today - line.since).days for line in lines}},
        "tongues": {each: tongue(each) for each in {words.language for words in said}},
        "called": _called(queue),
        "decided_words": DECIDED,
        "no_words": NOES,
    }


def _waits(days: int) -> str:
    """How long somebody has waited."""
    if days < 1:
        return say(N_("waiting since today"))
    return say_count(N_("waiting for {n} day"), N_("waiting for {n} days"), days)


def _called(queue: Queue | Beside) -> dict[str, str]:
    """Who has rows in hand or decided about them, as whoever looks calls them."""
    held = {each.in_hand.by for each in queue.lines if each.in_hand}
    decided = {each.decided.by for each in queue.lines if each.decided}
    return {who: called(who) for who in held | decided}


def _chosen(these: Wanted, options: dict[str, list[tuple[str, str]]]) -> list[str]:
    """What the filters are set to, in the words of their choices."""
    asked = kept(these)
    said = [dict(options["state"])[these.pile.value]]
    said += [
        words
        for name, choices in options.items()
        for value, words in choices
        if name != "state" and value and asked.get(name) == value
    ]
    return [*said, these.search] if these.search else said


def _options(front: Front) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in each filter: (value, words)."""
    return {
        "study": [("", say(N_("All studies"))), *front.studies],
        "site": [("", say(N_("All sites"))), *front.sites],
        "state": [(each.value, say(said)) for each, said in PILES.items()],
        "verdict": [
            ("", say(N_("Every verdict"))),
            *((value, say(VERDICT_WORDS[each])) for value, each in VERDICTS.items()),
        ],
        "km": [
            ("", say(N_("Any distance"))),
            *_said(KMS, N_("{n} km at most"), N_("{n} km at most")),
        ],
        "unknowns": [
            ("", say(N_("Any number"))),
            *_said(UNKNOWNS, N_("{n} at most"), N_("{n} at most")),
        ],
        "waiting": [
            ("", say(N_("However long"))),
            *_said(WAITING, N_("{n} day at least"), N_("{n} days at least")),
        ],
    }


def _said(numbers: tuple[int, ...], one: str, many: str) -> list[tuple[str, str]]:
    return [(str(number), say_count(one, many, number)) for number in numbers]


def _flips(found: MatchDetail) -> list[dict[str, object]]:
    """What turned out otherwise than in the match before, in words."""
    return [_flip(flip, found) for flip in found.since.flips] if found.since else []


def _flip(flip: Flip, found: MatchDetail) -> dict[str, object]:
    lexicon = service().open_lexicon()
    kind = flip.now.criterion.kind
    return {
        "text": " ".join(flip.now.criterion.text.split()),
        "was": (SIGNS[flip.was], WORDS[kind][flip.was]) if flip.was is not None else None,
        "now": (SIGNS[flip.now.holds], WORDS[kind][flip.now.holds]),
        "because": say(BECAUSE[flip.because]),
        "facts": [on_record(fact, found.profile, language(), lexicon) for fact in flip.facts],
        "answered": flip.answered,
    }


def _next_run() -> datetime | None:
    with reading(service().engine) as session:
        return next_run(session, clock.now())


def _look() -> Look:
    return Look(clock.today(), language(), service().open_lexicon())
