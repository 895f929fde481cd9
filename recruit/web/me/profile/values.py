"""The steps that ask for single values: a few measures, and states such as smoking."""

from functools import partial
from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from recruit.actions.fact_lines import line
from recruit.actions.profile import Answer, Meanwhile, Shown
from recruit.core import clock
from recruit.core.dates import PartialDate
from recruit.core.i18n import N_
from recruit.criteria.phrase import capitalised
from recruit.people import telling
from recruit.people.asking import ALWAYS, latest, measures_to_ask, state_of, states_to_ask
from recruit.people.facts import Fact, FactStatus, MeasureFact, Profile, StateFact
from recruit.terminology.states import states
from recruit.terminology.variables import variables
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.profile.steps import onward, page, pages, save, shown
from recruit.web.me.profile.typed import problem, read_day, read_value, unit_options
from recruit.web.service import service

STATUSES: Final[dict[str, FactStatus]] = {
    "yes": "present",
    "stopped": "past",
    "no": "absent",
    "unsure": "unknown",
}


@pages.get("/measures")
@participant
def ask_measures() -> str:
    """Height and weight, and what follows from the conditions that were told."""
    return _measures(shown(), {})


@pages.post("/measures")
@participant
def tell_measures() -> ResponseReturnValue:
    """Save the values that were filled in, and which ones the person does not know."""
    now, typed = shown(), request.form
    keys = measures_to_ask(now.profile, service().open_lexicon())
    facts: list[MeasureFact] = []
    problems: dict[str, str] = {}
    for key in keys:
        written = typed.get(f"value-{key}", "")
        if not written.strip():
            continue
        day = _day(key, typed.get(f"date-{key}", ""))
        if isinstance(day, str):
            problems[f"date-{key}"] = _named(key, day)
            day = None
        fact = read_value(key, written, typed.get(f"unit-{key}", ""), day)
        if isinstance(fact, str):
            problems[f"value-{key}"] = _named(key, fact)
        else:
            facts.append(fact)
    if problems:
        return _measures(now, problems), 422
    unsure = [key for key in keys if f"unsure-{key}" in typed]
    change = partial(_with_measures, tuple(facts), tuple(unsure))
    outcome = save(Answer("measures", change, partial(_values, tuple(f.variable for f in facts))))
    if isinstance(outcome, Meanwhile):
        return _measures(
            outcome.now, {}, meanwhile=_lines(_newest(outcome.now.profile, facts))
        ), 409
    return onward("measures")


@pages.get("/life")
@participant
def ask_life() -> str:
    """Smoking, alcohol, a pregnancy where it may be."""
    return _life(shown())


@pages.post("/life")
@participant
def tell_life() -> ResponseReturnValue:
    """Save the answers that differ from what the form showed."""
    now, typed = shown(), request.form
    asked = states_to_ask(now.profile, clock.today())
    facts: list[Fact] = []
    for key in asked:
        chosen = typed.get(key, "")
        if chosen in STATUSES and chosen != typed.get(f"was-{key}"):
            facts.extend(telling.states_said(key, STATUSES[chosen]))
    keys = tuple(fact.state for fact in facts if isinstance(fact, StateFact))
    change = partial(_with_facts, tuple(facts))
    outcome = save(Answer("life", change, partial(_states, keys)))
    if isinstance(outcome, Meanwhile):
        found = [state_of(outcome.now.profile, key) for key in keys]
        return _life(outcome.now, meanwhile=_lines(list(filter(None, found)))), 409
    return onward("life")


def _with_measures(
    facts: tuple[MeasureFact, ...], unsure: tuple[str, ...], profile: Profile
) -> Profile:
    known = {fact.variable for fact in facts}
    told = telling.with_facts(profile, facts)
    return telling.with_doubts(told, [key for key in unsure if key not in known])


def _with_facts(facts: tuple[Fact, ...], profile: Profile) -> Profile:
    return telling.with_facts(profile, facts)


def _values(keys: tuple[str, ...], profile: Profile) -> tuple[object, ...]:
    return tuple(latest(profile, key) for key in keys)


def _states(keys: tuple[str, ...], profile: Profile) -> tuple[object, ...]:
    return tuple(state_of(profile, key) for key in keys)


def _newest(profile: Profile, facts: list[MeasureFact]) -> list[Fact]:
    found = (latest(profile, fact.variable) for fact in facts)
    return [fact for fact in found if fact]


def _lines(facts: list[Fact]) -> str:
    lexicon = service().open_lexicon()
    return "; ".join(str(line(fact, language(), lexicon)) for fact in facts)


def _named(key: str, message: str) -> str:
    """What is wrong, and with which measure: the list above the form names them all."""
    name = capitalised(variables()[key].name(language()))
    return say(N_("{name}: {value}"), name=name, value=problem(message))


def _day(key: str, written: str) -> PartialDate | str | None:
    """Height and weight are asked for as they are now."""
    if key in ALWAYS:
        today = clock.today()
        return PartialDate(today, today)
    return read_day(written)


def _measures(now: Shown, problems: dict[str, str], meanwhile: str | None = None) -> str:
    lexicon, typed = service().open_lexicon(), request.form
    asked = []
    for key in measures_to_ask(now.profile, lexicon):
        known, entry = latest(now.profile, key), variables()[key]
        asked.append(
            {
                "key": key,
                "question": entry.question(language()),
                "known": str(line(known, language(), lexicon)) if known else None,
                "value": typed.get(f"value-{key}", ""),
                "unit": typed.get(f"unit-{key}", ""),
                "units": unit_options(entry),
                "date": None if key in ALWAYS else typed.get(f"date-{key}", ""),
                "unsure": f"unsure-{key}" in typed
                or (request.method == "GET" and key in now.profile.own.unsure),
            }
        )
    return page("measures", now, problems=problems, meanwhile=meanwhile, asked=asked)


def _life(now: Shown, meanwhile: str | None = None) -> str:
    asked = []
    for key in states_to_ask(now.profile, clock.today()):
        known = state_of(now.profile, key)
        was = next((c for c, status in STATUSES.items() if known and known.status == status), "")
        options = [
            ("yes", say(N_("Yes"))),
            ("no", say(N_("No"))),
            ("unsure", say(N_("I do not know"))),
        ]
        if key == telling.SMOKER:
            options[1:2] = [
                ("stopped", say(N_("No, I have stopped"))),
                ("no", say(N_("No, I have never smoked"))),
            ]
        offered = {value for value, _ in options}
        chosen = request.form.get(key, was if was in offered else "")
        asked.append(
            {
                "key": key,
                "question": states()[key].question(language()),
                "options": options,
                "was": was,
                "chosen": chosen,
            }
        )
    return page("life", now, meanwhile=meanwhile, asked=asked)
