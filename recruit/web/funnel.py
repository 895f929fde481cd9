"""`/funnel`: how far people come in each study, where and why they stop, and what that asks for.

Counts alone: nobody stands on these pages, by whatever name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from recruit.actions.funnel.against_plan import AgainstPlan, against_plan
from recruit.actions.funnel.counts import By, Funnel, funnel
from recruit.actions.funnel.endings import costly, endings
from recruit.actions.funnel.scope import Scope, scope_of, studies
from recruit.actions.funnel.steps import WORDS, Step
from recruit.actions.funnel.times import Taken, times
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web import funnel_words as words
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import tenant
from recruit.web.sponsor.charts import drawn
from recruit.web.table_file import table_file

pages = Blueprint("funnel", __name__, url_prefix="/funnel")

ALL: Final = N_("All people")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is asked for: whose people, of which study (None: all), taken apart by what."""

    scope: Scope
    titles: dict[str, str]
    study: str | None
    by: By

    @property
    def kept(self) -> dict[str, Any]:
        """The filter, to be carried along."""
        named = {"study": self.study, "by": self.by.value}
        return {name: value for name, value in named.items() if value}


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def whole() -> str:
    """The funnel, its parts and its reasons; of one study its times and its plan as well."""
    with reading(service().engine) as session:
        shown = _shown(session)
        found, at = _counted(session, shown)
        criteria = words.criteria_of(session, shown.study) if shown.study else {}
        ended = service().lately.get(
            ("endings", shown.scope), lambda: endings(session, shown.scope), clock.now()
        )[0]
        return render_template(
            "funnel.html",
            shown=shown,
            at=at,
            found=found,
            finding=words.finding(found.whole, language()),
            lines=words.lines(found.whole, language()),
            steps=[(step, say(WORDS[step])) for step in Step],
            bars=len(Step),
            parts=words.parts(session, found, shown.scope, shown.titles, language()),
            studies=[("", say(N_("All studies"))), *shown.titles.items()],
            bys=[(by.value, say(said)) for by, said in words.BYS.items()],
            reasons=_reasons([words.reason(each, criteria, language()) for each in ended]),
            **_of_study(session, shown),
        )


@pages.get("/chart.svg")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def chart() -> Response:
    """The steps as bars."""
    with reading(service().engine) as session:
        found, _ = _counted(session, _shown(session))
    return Response(drawn(words.bars(found.whole, language())), mimetype="image/svg+xml")


@pages.get("/funnel.csv")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def as_table() -> Response:
    """The parts and the whole as a table for a spreadsheet."""
    with reading(service().engine) as session:
        shown = _shown(session)
        found, _ = _counted(session, shown)
        named = words.parts(session, found, shown.scope, shown.titles, language())
    rows = [
        (say(ALL), *found.whole.people),
        *((name, *each.reached.people) for name, each in named),
    ]
    header = (say(words.BYS[shown.by]), *(say(WORDS[step]) for step in Step))
    return table_file("funnel.csv", header, rows)


def _shown(session: Session) -> Shown:
    everything = scope_of(session, tenant())
    titles = studies(session, everything, language())
    study = asked("study") or None
    scope = scope_of(session, tenant(), study) if study else everything
    known = {by.value: by for by in By}
    by = known.get(asked("by"), By.SITE if study else By.TRIAL)
    return Shown(scope, titles, study, by)


def _counted(session: Session, shown: Shown) -> tuple[Funnel, datetime]:
    key = ("funnel", shown.scope, shown.by)
    return service().lately.get(key, lambda: funnel(session, shown.scope, shown.by), clock.now())


def _of_study(session: Session, shown: Shown) -> dict[str, Any]:
    """What is said of one study alone; nothing of all together, which have no plan."""
    if shown.study is None:
        return {"times": {}, "plan": None, "questions": [], "duration": None}
    lately, at = service().lately, clock.now()
    taken: dict[Step, Taken]
    taken, _ = lately.get(("times", shown.scope), lambda: dict(times(session, shown.scope)), at)
    plan: AgainstPlan
    plan, _ = lately.get(("plan", shown.scope), lambda: against_plan(session, shown.scope, at), at)
    asked_last = costly(session, shown.scope)
    lexicon = service().open_lexicon()
    return {
        "times": taken,
        "plan": plan,
        "questions": words.questions(session, shown.study, asked_last, language(), lexicon),
        "duration": lambda value: words.duration(value, language()),
    }


def _reasons(every: Iterable[words.Reason]) -> list[words.Reason]:
    """Each reason once: what reads alike is one."""
    found: dict[tuple[str, str], int] = {}
    for each in every:
        found[each.whose, each.words] = found.get((each.whose, each.words), 0) + each.people
    return [words.Reason(*named, people) for named, people in found.items()]
