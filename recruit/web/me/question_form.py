"""The form of one question about a person: what is shown, and what was answered with it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from recruit.actions.referring.answering import Reply
from recruit.actions.referring.prescreening import Question
from recruit.actions.referring.replies import ONE_WORD, Days, change_of, options, wording
from recruit.core.dates import PartialDate
from recruit.core.i18n import N_
from recruit.criteria.nodes import Clinical, Location, Measure
from recruit.people import telling
from recruit.people.facts import MeasureFact, Profile
from recruit.referrals.asked import TOLD
from recruit.terminology.concepts import Kind
from recruit.terminology.variables import variables
from recruit.web.language import language, say
from recruit.web.me.profile.typed import problem, read_day, read_value, unit_options
from recruit.web.service import service
from recruit.web.typed import again, typed

NOT_CHOSEN: Final = N_("Please choose one of the answers. “I do not know” is one of them.")
NOTHING_SAID: Final = N_("Please write your answer, or choose that you do not know.")
BOTH: Final = N_("Please write a value, or choose that you do not know: not both.")
NO_PLACE: Final = N_("Please write a postcode of at most 12 letters and digits.")
WRONG_ORDER: Final = N_("The end lies before the beginning. Please check both dates.")
LONGEST_POSTCODE: Final = 12
FIELDS: Final = ("answer", "value", "unit", "taken", "began", "ended", "postcode")


def shown(question: Question, chosen: str, problems: Mapping[str, str]) -> dict[str, object]:
    """What templates/web/me/question_form.html shows; `chosen` is the answer to begin with."""
    leaf = question.leaf
    return {
        "question": wording(question, language(), service().open_lexicon()),
        "options": options(question, language()),
        "chosen": chosen,
        "typed": {name: again(typed(name)) for name in FIELDS},
        "kind": _kind(question),
        "once": isinstance(leaf, Clinical) and leaf.kind in {Kind.PROCEDURE, Kind.BIOMARKER},
        "units": unit_options(variables()[leaf.variable]) if isinstance(leaf, Measure) else [],
        "problems": problems,
    }


def read(question: Question) -> Reply | dict[str, str]:
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


def _kind(question: Question) -> str:
    match question.leaf:
        case Measure():
            return "value"
        case Location():
            return "home"
        case _:
            return "dated" if question.is_dated else "choice"
