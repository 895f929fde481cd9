"""The form of a report as it was typed."""

from dataclasses import replace
from enum import StrEnum
from typing import Final, TypeVar

from flask import request

from recruit.actions.safety import marking
from recruit.actions.safety.marking import Choice, Opened
from recruit.actions.safety.report import (
    FUTURE,
    Change,
    Criterion,
    Kind,
    Outcome,
    Product,
    Related,
    Report,
    Sex,
    Source,
    Typed,
    tidy,
)
from recruit.core.clock import today
from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.i18n import LANGUAGES, N_
from recruit.web.language import language
from recruit.web.typed import NO_DAY, read_day, typed, typed_day

NONE: Final = "none"
NO_WHOLE_DAY: Final = N_("Please give the year, or month and year, or the whole day, in numbers.")

One = TypeVar("One", bound=StrEnum)


def read_report(start: Report, *, is_first: bool) -> tuple[Typed, dict[str, str]]:
    """What was typed, and what of it cannot be read."""
    problems: dict[str, str] = {}
    ticked = set(request.form.getlist("criteria"))
    try:
        onset = _onset()
    except Refusal as refusal:
        onset, problems = None, {"onset": refusal.explain(language())}
    known_person = start.patient.startswith("P-")
    age = typed("age").strip()
    report = replace(
        start,
        patient=start.patient if known_person else tidy(typed("patient")),
        sex=one_of(Sex, "sex", start.sex),
        age=int(age) if age.isascii() and age.isdecimal() and len(age) <= len("130") else None,
        source=one_of(Source, "source", start.source),
        country=typed("country").strip().upper(),
        kind=one_of(Kind, "kind", start.kind),
        product=tidy(typed("product")),
        role=one_of(Product, "role", start.role),
        event=tidy(typed("event")),
        language=typed("language") if typed("language") in LANGUAGES else start.language,
        onset=onset,
        criteria=frozenset(each for each in Criterion if each.value in ticked),
        outcome=one_of(Outcome, "outcome", start.outcome),
        related=one_of(Related, "related", start.related),
        narrative=tidy(typed("narrative")),
        change=Change.FIRST if is_first else one_of(Change, "change", Change.FOLLOW_UP),
        reason="" if is_first else tidy(typed("reason")),
    )
    if age and report.age is None:
        report = replace(report, age=-1)  # which no rule lets pass
    return Typed(report, NONE in ticked), problems


def _onset() -> PartialDate | None:
    """The day, the month or the year that was typed; None where nothing was.

    Raises:
        Refusal: it is none, or one to come.
    """
    day, month, year = typed_day("onset")
    if not any((day, month, year)):
        return None
    written = "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
    if day and month:
        read_day((day, month, year))
    elif day or not all(part.isascii() and part.isdecimal() for part in (year, month or "1")):
        raise Refusal(record="", field="onset", problem=NO_WHOLE_DAY)
    try:
        found = PartialDate.parse(written)
    except ValueError:
        raise Refusal(record="", field="onset", problem=NO_DAY) from None
    if found.earliest > today():
        raise Refusal(record="", field="onset", problem=FUTURE)
    return found


def onset_typed(report: Report) -> tuple[str, str, str]:
    """What stands in the three fields of the onset."""
    if request.method == "POST":
        return typed_day("onset")
    year, month, day = [*(str(report.onset).split("-") if report.onset else []), "", "", ""][:3]
    return day, month, year


def read_choice(opened: Opened) -> tuple[Choice, dict[str, str]]:
    """What is to be marked out, and what of it cannot be; without a form, what was chosen."""
    if request.method != "POST":
        return opened.choice, {}
    texts, ticked = opened.texts.values(), request.form.getlist("mark")
    try:
        return marking.chosen(texts, opened.who, ticked, typed("more")), {}
    except Refusal as refusal:
        kept = marking.chosen(texts, opened.who, ticked, "")
        return kept, {refusal.field: refusal.explain(language())}


def one_of(kind: type[One], name: str, otherwise: One) -> One:
    """What was chosen of a kind, or what holds otherwise."""
    value = typed(name)
    return kind(value) if value in set(kind) else otherwise
