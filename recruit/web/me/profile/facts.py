"""Everything on file about a person, with its source and dates, and the way to put it right."""

from dataclasses import replace
from functools import partial
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import profile as actions
from recruit.actions.fact_lines import line
from recruit.actions.profile import Answer
from recruit.core.i18n import N_
from recruit.people import telling
from recruit.people.facts import ClinicalFact, Fact, FactStatus, MeasureFact, Source, StateFact
from recruit.terminology.concepts import Kind
from recruit.terminology.variables import variables
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.profile.steps import BY_KEY, LISTS, Step, pages, save
from recruit.web.me.profile.typed import (
    amount,
    problem,
    read_day,
    read_value,
    unit_options,
    written,
)
from recruit.web.service import service
from recruit.web.whom import whose

DATES: Final = "dates"
OVER: Final = "over"
NEVER: Final = "never"
VALUE: Final = "value"
YES: Final = "yes"
NO: Final = "no"
REMOVE: Final = "remove"
GROUPS: Final = (
    (Kind.CONDITION, N_("Health problems")),
    (Kind.DRUG, N_("Treatments")),
    (Kind.PROCEDURE, N_("Operations and procedures")),
    (Kind.ALLERGY, N_("Allergies")),
    ("measure", N_("Measures")),
    ("state", N_("About your life")),
    ("other", N_("Other")),
)
OPTIONS: Final = {
    DATES: N_("It is right, but the date is another one"),
    OVER: N_("It is no longer so"),
    NEVER: N_("It was never so: I never had this"),
    VALUE: N_("The value or its date is another one"),
    YES: N_("Yes, it is so"),
    NO: N_("No, it is not so"),
    REMOVE: N_("Take it out of my profile"),
}
# What can be said of a disease, treatment or allergy, by how it stands on file.
WAYS: Final[dict[FactStatus, tuple[str, ...]]] = {
    "present": (DATES, OVER, NEVER, REMOVE),
    "past": (DATES, YES, NEVER, REMOVE),
    "absent": (YES, REMOVE),
    "unknown": (YES, NEVER, REMOVE),
}
NOT_CHOSEN: Final = N_("Please choose what should be put right.")
WRONG_ORDER: Final = N_("The end lies before the beginning. Please check both dates.")
ROUTE: Final = "/facts/<int(max=999999999):number>/<int(max=99999):place>"


@pages.get("/facts")
@participant
def all_facts() -> str:
    """The list, by kind; what is worked out from other facts says so."""
    number, facts = actions.facts_on_file(service().engine, person=whose())
    lexicon = service().open_lexicon()
    groups: dict[str, list[object]] = {}
    for each in facts:
        row = {
            "place": each.place,
            "line": line(each.fact, language(), lexicon),
            "since": each.since,
            "derived": each.fact.source is Source.DERIVED,
        }
        groups.setdefault(_group(each.fact), []).append(row)
    return render_template(
        "me/profile/facts.html",
        number=number,
        groups=[(say(name), groups[kind]) for kind, name in GROUPS if kind in groups],
        corrected="corrected" in request.args,
    )


@pages.get(ROUTE)
@participant
def ask_fact(number: int, place: int) -> str:
    """One fact, and what may be wrong with it."""
    return _page(_fact(number, place), {})


@pages.post(ROUTE)
@participant
def correct_fact(number: int, place: int) -> ResponseReturnValue:
    """Put it right as the person says; from then on it is their own word."""
    wrong = _fact(number, place)
    chosen = request.form.get("what", "")
    if chosen not in _offered(wrong):
        return _page(wrong, {"what": say(NOT_CHOSEN)}), 422
    right, problems = _right(wrong, chosen)
    if problems:
        return _page(wrong, problems), 422
    change = (
        partial(telling.with_correction, wrong=wrong, right=right)
        if right
        else partial(telling.without_fact, fact=wrong)
    )
    save(Answer("fact", change))
    return redirect(url_for("profile.all_facts", corrected="yes"))


def _fact(number: int, place: int) -> Fact:
    return actions.fact_of(service().engine, person=whose(), number=number, place=place)


def _group(fact: Fact) -> str:
    match fact:
        case ClinicalFact(kind=kind):
            return kind if kind in {group for group, _ in GROUPS} else "other"
        case StateFact():
            return "state"
        case _:
            return "measure"


def _step(fact: Fact) -> Step | None:
    """Where such a thing is told, for what turns out to be something else."""
    kind = fact.kind if isinstance(fact, ClinicalFact) else None
    return next((BY_KEY[key] for key, each in LISTS.items() if each is kind), None)


def _offered(fact: Fact) -> tuple[str, ...]:
    match fact:
        case ClinicalFact(kind=Kind.PROCEDURE):
            return DATES, NEVER, REMOVE
        case ClinicalFact(status=status):
            return WAYS[status]
        case MeasureFact():
            return VALUE, REMOVE
        case StateFact():
            return YES, NO, REMOVE
        case _:
            return (REMOVE,)


def _right(wrong: Fact, chosen: str) -> tuple[Fact | None, dict[str, str]]:
    """The fact as it should be, None to take it out; or what is wrong with what was typed."""
    match wrong, chosen:
        case _, "remove":
            return None, {}
        case ClinicalFact(), "never":
            return replace(wrong, status="absent", began=None, ended=None), {}
        case ClinicalFact(), "yes":
            return replace(wrong, status="present", ended=None), {}
        case ClinicalFact(), _:
            return _dated(wrong, over=chosen == OVER)
        case StateFact(), _:
            return replace(wrong, status="present" if chosen == YES else "absent"), {}
        case MeasureFact(), _:
            return _measured(wrong)
    raise AssertionError(chosen)


def _dated(wrong: ClinicalFact, *, over: bool) -> tuple[Fact | None, dict[str, str]]:
    days, problems = {}, {}
    for name in ("began", "ended"):
        read = read_day(request.form.get(name, ""))
        if isinstance(read, str):
            problems[name] = problem(read)
        else:
            days[name] = read
    if problems:
        return None, problems
    began, ended = days["began"], days["ended"]
    if wrong.kind is Kind.PROCEDURE:
        return replace(wrong, began=began, ended=began), {}
    if began and ended and ended.latest < began.earliest:
        return None, {"ended": problem(WRONG_ORDER)}
    status = "past" if over or (ended and wrong.status == "present") else wrong.status
    return replace(wrong, began=began, ended=ended, status=status), {}


def _measured(wrong: MeasureFact) -> tuple[Fact | None, dict[str, str]]:
    taken = read_day(request.form.get("taken", ""))
    if isinstance(taken, str):
        return None, {"taken": problem(taken)}
    sent = request.form
    read = read_value(wrong.variable, sent.get("amount", ""), sent.get("unit", ""), taken)
    return (None, {"amount": problem(read)}) if isinstance(read, str) else (read, {})


def _page(fact: Fact, problems: dict[str, str]) -> str:
    typed = request.form
    known = {name: written(getattr(fact, name, None)) for name in ("began", "ended", "taken")}
    known |= {
        "amount": amount(fact.value) if isinstance(fact, MeasureFact) else "",
    }
    return render_template(
        "me/profile/fact.html",
        line=line(fact, language(), service().open_lexicon()),
        options=[(value, say(OPTIONS[value])) for value in _offered(fact)],
        chosen=typed.get("what", ""),
        typed={name: typed.get(name, value) for name, value in known.items()},
        dated=isinstance(fact, ClinicalFact) and fact.status != "absent",
        event=isinstance(fact, ClinicalFact) and fact.kind is Kind.PROCEDURE,
        step=_step(fact),
        measured=isinstance(fact, MeasureFact),
        units=unit_options(variables()[fact.variable]) if isinstance(fact, MeasureFact) else [],
        problems=problems,
    )
