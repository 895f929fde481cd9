"""`/safety/<n>/report` and `/safety/new`: the form of a report, and a case that a person begins."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from recruit.actions.following.exposure import perhaps_given
from recruit.actions.outreach.answer_table import How
from recruit.actions.safety import beginning, cases, known, marking, writing
from recruit.actions.safety.beginning import Told
from recruit.actions.safety.marking import Choice, Opened
from recruit.actions.safety.report import Change, Report, Typed, refusals, tidy
from recruit.actions.safety.words import (
    CHANGES,
    CRITERIA,
    KINDS,
    NONE_APPLIES,
    OUTCOMES,
    RELATED,
    ROLES,
    SEXES,
    SOURCES,
)
from recruit.core.clock import now, today
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import LANGUAGES, N_
from recruit.web.address import asked
from recruit.web.language import NAMES, language, say
from recruit.web.safety_reports import DONE, MEANWHILE, STAFF, decision, marked
from recruit.web.safety_said import CAME_BY
from recruit.web.safety_typed import NONE, onset_typed, read_choice, read_report
from recruit.web.service import service
from recruit.web.sessions import actor, check_ours
from recruit.web.typed import again, read_day, typed, typed_day

pages = Blueprint("safety_form", __name__, url_prefix="/safety")

WRITTEN: Final = N_("Version {version} is written. Please hand it on now.")
BEGUN: Final = N_("The case is begun. Please decide, or write the report.")
HOUR: Final = re.compile(r"([01]?\d|2[0-3])[:hH]([0-5]\d)")
NO_HOUR: Final = N_("Please write the time as hours and minutes: 09:30.")
NO_WAY: Final = N_("Please say how you learned of it.")

HEARD_BY_STAFF: Final = (How.MAIL, How.SMS, How.LETTER, How.PHONE)
"""What is written on a page of ours comes in by itself."""

One = TypeVar("One", bound=StrEnum)


@pages.get("/<row:number>/report")
@STAFF
def form(number: int) -> str:
    """The form, with what the version before said, or what is on record."""
    check_ours()
    case = cases.show(service().engine, service().secrets.vault, number, actor=actor())
    with reading(service().engine) as database:
        start = _start(database, case)
    if case.newest:
        start = replace(start, change=Change.FOLLOW_UP, reason="")
    none = case.newest is not None and not start.criteria
    return _form(case, start, none_applies=none, problems={})


@pages.post("/<row:number>/report")
@STAFF
def write(number: int) -> ResponseReturnValue:
    """Write a version."""
    check_ours()
    engine, vault = service().engine, service().secrets.vault
    case = cases.show(engine, vault, number, actor=actor())
    deciding = decision(number)
    with reading(engine) as database:
        start = _start(database, case)
        born = known.born_of(database, case.line.person)
        opened = marking.opened(database, vault, case.line.person, number)
    said, problems = read_report(start, is_first=case.newest is None)
    choice, unclear = read_choice(opened)
    if case.line.edit != deciding.edit:
        return _overtaken(case, said)
    found = refusals(said, born, today()) | marking.refusals(said.report, opened.who)
    every = {**_explained(found), **problems, **unclear}
    if typed("look") and not unclear:
        return _form(case, said.report, none_applies=said.none_applies, problems={})
    if every:
        return _form(case, said.report, none_applies=said.none_applies, problems=every), 422
    try:
        version = writing.write(engine, vault, deciding, said, choice)
    except EditedMeanwhile:
        return _overtaken(cases.show(engine, vault, number, actor=actor()), said)
    session[DONE] = say(WRITTEN, version=version)
    return redirect(url_for("safety_reports.one", number=number))


@pages.get("/new")
@STAFF
def new() -> str:
    """A case without a flag: of what somebody of the staff heard."""
    check_ours()
    local = now().astimezone(_zone())
    day = (str(local.day), str(local.month), str(local.year))
    start = {"person": asked("person"), "trial": asked("trial"), "hour": f"{local:%H:%M}"}
    return _begin(start, day, How.PHONE.value, {})


@pages.post("/new")
@STAFF
def begin() -> ResponseReturnValue:
    """Begin it; of a message that was kept, with its words."""
    check_ours()
    engine, vault = service().engine, service().secrets.vault
    heard = typed("heard")
    try:
        if heard.isascii() and heard.isdecimal() and len(heard) < len("10000000000"):
            number = beginning.begin_of_word(engine, int(heard), by=actor(), at=now())
        else:
            number = beginning.begin_of_call(engine, vault, _told(), by=actor(), at=now())
    except Refusal as refusal:
        start = {name: again(typed(name)) for name in ("person", "trial", "hour", "words")}
        problems = {refusal.field: refusal.explain(language())}
        return _begin(start, typed_day("day"), typed("how"), problems), refusal.http_status
    session[DONE] = say(BEGUN)
    return redirect(url_for("safety_reports.one", number=number))


def _form(case: cases.Case, report: Report, *, none_applies: bool, problems: dict[str, str]) -> str:
    ticked = {each.value for each in report.criteria}
    with reading(service().engine) as database:
        vault = service().secrets.vault
        opened = marking.opened(database, vault, case.line.person, case.line.number)
        site = known.site_that_knows(database, case)
    choice, _ = read_choice(opened)
    return render_template(
        "safety_form.html",
        case=case,
        report=report,
        site=site,
        ticked={*ticked, NONE} if none_applies else ticked,
        onset=onset_typed(report),
        words=_beside(case, opened, choice),
        proposals=marking.proposals(opened.texts.values(), opened.who, choice),
        more=again(typed("more")) if request.method == "POST" else "\n".join(choice.more),
        sexes=_options(SEXES),
        sources=_options(SOURCES),
        kinds=_options(KINDS),
        roles=_options(ROLES),
        criteria=[*_options(CRITERIA), (NONE, say(NONE_APPLIES))],
        outcomes=_options(OUTCOMES),
        related=_options(RELATED),
        changes=[pair for pair in _options(CHANGES) if pair[0] != Change.FIRST],
        languages=[(code, NAMES[code]) for code in LANGUAGES],
        came_by=CAME_BY,
        age=again(typed("age")) if request.method == "POST" else _shown(report.age),
        problems=problems,
    )


def _beside(
    case: cases.Case, opened: Opened, choice: Choice
) -> list[tuple[cases.Word, list[tuple[str, bool]], str]]:
    """Each message as it was written, its signs of harm, and the copy of it that goes out."""
    kept = [each for each in case.words if each.text is not None]
    copies = [marking.copy(each, opened.who, choice) for each in opened.texts.values()]
    return [(word, marked(word.text or ""), copy) for word, copy in zip(kept, copies, strict=True)]


def _overtaken(case: cases.Case, said: Typed) -> tuple[str, int]:
    """What was typed is kept, beside what the case is now: somebody else was quicker."""
    problems = {"main": say(MEANWHILE)}
    page = _form(case, said.report, none_applies=said.none_applies, problems=problems)
    return page, EditedMeanwhile.http_status


def _start(database: Session, case: cases.Case) -> Report:
    """What the form starts with."""
    given = perhaps_given(database, case.line.trial, case.line.person)
    return known.start(database, case, perhaps_given=given)


def _begin(
    start: dict[str, str], day: tuple[str, str, str], how: str, problems: dict[str, str]
) -> str:
    return render_template(
        "safety_new.html",
        start={"words": "", **start},
        day=day,
        how=how,
        ways=[(each.value, say(CAME_BY[each])) for each in HEARD_BY_STAFF],
        zone=service().settings.timezone,
        problems=problems,
    )


def _told() -> Told:
    """What somebody of the staff heard.

    Raises:
        Refusal: the moment cannot be read, or no way was chosen.
    """
    hour = HOUR.fullmatch(typed("hour").strip())
    if hour is None:
        raise Refusal(record="", field="hour", problem=NO_HOUR)
    how = next((each for each in HEARD_BY_STAFF if each.value == typed("how")), None)
    if how is None:
        raise Refusal(record="", field="how", problem=NO_WAY)
    day = read_day(typed_day("day"))
    at = datetime(day.year, day.month, day.day, int(hour[1]), int(hour[2]), tzinfo=_zone())
    return Told(
        person=tidy(typed("person")),
        trial=tidy(typed("trial")) or None,
        how=how.value,
        text=typed("words"),
        at=at.astimezone(UTC),
    )


def _options(words: Mapping[One, str]) -> list[tuple[str, str]]:
    return [(each.value, say(text)) for each, text in words.items()]


def _explained(found: dict[str, Refusal]) -> dict[str, str]:
    return {name: refusal.explain(language()) for name, refusal in found.items()}


def _shown(age: int | None) -> str:
    return "" if age is None else str(age)


def _zone() -> ZoneInfo:
    return ZoneInfo(service().settings.timezone)
