"""The questions of a study, one a page: each answer is saved at once, and each may be left out."""

from collections.abc import Callable
from functools import partial
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.referring import answering
from recruit.actions.referring.answering import Reply, Stand
from recruit.actions.referring.prescreening import Judged, Question
from recruit.actions.referring.replies import ONE_WORD, Days, change_of, options, reason, wording
from recruit.core.dates import PartialDate
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Clinical, Location, Measure, Not, Unparsed
from recruit.criteria.phrase import phrase
from recruit.people import telling
from recruit.people.facts import MeasureFact, Profile
from recruit.referrals.asked import TOLD
from recruit.terminology.concepts import Kind
from recruit.terminology.variables import variables
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.profile.typed import problem, read_day, read_value, unit_options
from recruit.web.me.trials import standing
from recruit.web.service import service
from recruit.web.typed import again, typed
from recruit.web.whom import audit_actor, whose

pages = Blueprint("my_questions", __name__, url_prefix="/me/trials/<path:slug>/questions")

NOT_CHOSEN: Final = N_("Please choose one of the answers. “I do not know” is one of them.")
NOTHING_SAID: Final = N_("Please write your answer, or choose that you do not know.")
BOTH: Final = N_("Please write a value, or choose that you do not know: not both.")
NO_PLACE: Final = N_("Please write a postcode of at most 12 letters and digits.")
WRONG_ORDER: Final = N_("The end lies before the beginning. Please check both dates.")
LONGEST_POSTCODE: Final = 12


@pages.get("")
@participant
def start(slug: str) -> ResponseReturnValue:
    """On to the first question that is open, or to what the answers mean."""
    return _onward(slug, standing(whose(), slug).stand)


@pages.get("/done")
@participant
def done(slug: str) -> ResponseReturnValue:
    """What the answers mean: never a verdict."""
    look = standing(whose(), slug)
    if look.stand.screening.open:
        return redirect(url_for("my_questions.start", slug=slug))
    return render_template(
        "me/trials/done.html",
        slug=slug,
        look=look,
        against=_said(look.stand.screening.against()),
        dealt=look.stand.screening.dealt,
        nothing_said=look.stand.has_said_nothing,
        wording=_wording,
    )


@pages.get("/<key>")
@participant
def ask(slug: str, key: str) -> str:
    """One question: in plain words, why it is asked, and two ways to say nothing."""
    now_at = standing(whose(), slug).stand
    return _page(slug, now_at, _question(now_at, key), {})


@pages.post("/<key>")
@participant
def answer(slug: str, key: str) -> ResponseReturnValue:
    """Save the answer, and go on to the next question."""
    person = whose()
    now_at = standing(person, slug).stand
    question = _question(now_at, key)
    read = _read(question)
    if isinstance(read, dict):
        return _page(slug, now_at, question, read), 422
    after = answering.answer(
        service().engine,
        trial=slug,
        person=person,
        reply=read,
        lexicon=service().open_lexicon(),
        by=audit_actor(),
    )
    if after.screening.against(key):
        return redirect(url_for("my_questions.may_not_fit", slug=slug, key=key))
    return _onward(slug, after)


@pages.get("/<key>/may-not-fit")
@participant
def may_not_fit(slug: str, key: str) -> ResponseReturnValue:
    """Say kindly and at once that a study asks for something else; the site decides anyway."""
    now_at = standing(whose(), slug).stand
    against = now_at.screening.against(key)
    if not against:
        return redirect(url_for("my_questions.start", slug=slug))
    return render_template(
        "me/trials/may_not_fit.html",
        slug=slug,
        key=key,
        against=_said(against),
        left=len(now_at.screening.open),
    )


def _onward(slug: str, now_at: Stand) -> ResponseReturnValue:
    if now_at.screening.open:
        following = now_at.screening.open[0].key
        return redirect(url_for("my_questions.ask", slug=slug, key=following))
    return redirect(url_for("my_questions.done", slug=slug))


def _question(now_at: Stand, key: str) -> Question:
    found = now_at.screening.question(key)
    if found is None:
        raise NotFound(what=N_("question"), identifier=key)
    return found


def _wording(question: Question) -> str:
    return wording(question, language(), service().open_lexicon())


def _said(against: list[Judged]) -> list[str]:
    """What a study asks for instead, as sentences."""
    lexicon = service().open_lexicon()
    said = []
    for each in against:
        rule = each.criterion.rule
        if any(isinstance(leaf, Unparsed) for leaf in leaves(rule)):
            said.append(" ".join(each.criterion.text.split()))
        else:
            asked = Not(rule) if each.criterion.kind == "exclusion" else rule
            said.append(phrase(asked, language(), lexicon))
    return list(dict.fromkeys(said))


def _read(question: Question) -> Reply | dict[str, str]:
    """What was answered, or what is wrong with it, by field."""
    match question.leaf:
        case Measure(variable=key):
            return _value(question, key)
        case Location():
            return _home(question)
        case _:
            return _chosen(question)


def _chosen(question: Question) -> Reply | dict[str, str]:
    given = typed("answer")
    if given not in {word for word, _ in options(question, language())}:
        return {"answer": say(NOT_CHOSEN)}
    days, problems = _days(question)
    if problems:
        return problems
    change = change_of(question, given, days, language(), service().open_lexicon())
    return Reply(question.key, given, change)


def _days(question: Question) -> tuple[Days, dict[str, str]]:
    if not question.is_dated:
        return Days(), {}
    read: dict[str, PartialDate | None] = {}
    problems = {}
    for name in ("began", "ended"):
        day = read_day(typed(name))
        if isinstance(day, str):
            problems[name] = problem(day)
        else:
            read[name] = day
    if problems:
        return Days(), problems
    days = Days(read["began"], read["ended"])
    if days.began and days.ended and days.ended.latest < days.began.earliest:
        return Days(), {"ended": say(WRONG_ORDER)}
    return days, {}


def _value(question: Question, key: str) -> Reply | dict[str, str]:
    word, written = typed("answer"), typed("value").strip()
    if word in ONE_WORD:
        if written:
            return {"value": say(BOTH)}
        change = change_of(question, word, Days(), language(), service().open_lexicon())
        return Reply(question.key, word, change)
    if not written:
        return {"value": say(NOTHING_SAID)}
    taken = read_day(typed("taken"))
    if isinstance(taken, str):
        return {"taken": problem(taken)}
    fact = read_value(key, written, typed("unit"), taken)
    if isinstance(fact, str):
        return {"value": problem(fact)}
    return Reply(question.key, TOLD, partial(_with_value, fact))


def _with_value(fact: MeasureFact, profile: Profile) -> Profile:
    return telling.with_facts(profile, [fact])


def _home(question: Question) -> Reply | dict[str, str]:
    word, written = typed("answer"), typed("postcode").strip()
    if word in ONE_WORD:
        return Reply(question.key, word, None) if not written else {"postcode": say(BOTH)}
    if not written or len(written) > LONGEST_POSTCODE or not written.isprintable():
        return {"postcode": say(NO_PLACE)}
    change: Callable[[Profile], Profile] = partial(_living, written)
    return Reply(question.key, TOLD, change)


def _living(postcode: str, profile: Profile) -> Profile:
    return telling.with_home(profile, profile.home.country or "FR", postcode)


def _page(slug: str, now_at: Stand, question: Question, problems: dict[str, str]) -> str:
    screening, lexicon = now_at.screening, service().open_lexicon()
    dealt = [each.key for each in screening.dealt]
    number = dealt.index(question.key) + 1 if question.key in dealt else len(dealt) + 1
    before = dealt[number - 2] if number > 1 else None
    leaf = question.leaf
    fields = ("answer", "value", "unit", "taken", "began", "ended", "postcode")
    return render_template(
        "me/trials/question.html",
        slug=slug,
        question=wording(question, language(), lexicon),
        why=reason(question, language(), lexicon),
        number=number,
        total=len(dealt) + len(screening.open),
        back=before,
        answered=question.key in dealt,
        options=options(question, language()),
        chosen=again(typed("answer")) if request.method == "POST" else _before(now_at, question),
        typed={name: again(typed(name)) for name in fields},
        kind=_kind(question),
        once=isinstance(leaf, Clinical) and leaf.kind in {Kind.PROCEDURE, Kind.BIOMARKER},
        units=unit_options(variables()[leaf.variable]) if isinstance(leaf, Measure) else [],
        problems=problems,
    )


def _before(now_at: Stand, question: Question) -> str:
    """What was chosen before, to be shown again."""
    return now_at.given.get(question.key, "")


def _kind(question: Question) -> str:
    match question.leaf:
        case Measure():
            return "value"
        case Location():
            return "home"
        case _:
            return "dated" if question.is_dated else "choice"
