"""`/sponsor/trials/<number>/funnel`: how far people come, as far as a sponsor may know it."""

from typing import Final

from flask import Blueprint, Response, render_template

from recruit.actions.funnel.disclosed import Told, is_theirs, told, told_before
from recruit.actions.funnel.steps import MEANINGS, WORDS, Step
from recruit.actions.posting.feasibility import Asker
from recruit.core import written
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.core.i18n import N_, translate
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.charts import Bar, drawn
from recruit.web.sponsor.posting import STATES, organisation, posting
from recruit.web.table_file import table_file

pages = Blueprint("posting_funnel", __name__, url_prefix="/sponsor/trials/<number>/funnel")

AT_LEAST: Final = N_("Most people stop before “{step}”: about {n} fewer, or more than that.")
ALL_FEW: Final = N_(
    "Too few people to tell at which step they stop: every number up to 190 reads the same here."
)
NOT_TOLD: Final = N_("No step loses so many people that it can be told.")


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def page(number: str) -> str:
    """Every step with about how many people; nothing before the trial is public."""
    found = posting(number)
    asker, here = Asker(organisation(), actor()), service()
    with unit_of_work(here.engine) as session:
        public = is_theirs(session, found, organisation())
        steps = told(session, found.heading.trial, asker, here.crowd.key) if public else ()
    return render_template(
        "sponsor/funnel.html",
        posting=found,
        states=STATES,
        steps=steps,
        answers=[each.people for each in steps],
        finding=_finding(steps),
        words=WORDS,
        meanings=MEANINGS,
    )


@pages.get("/chart.svg")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def chart(number: str) -> Response:
    """What the page said last, as bars."""
    bars = [
        Bar(
            say(WORDS[each.step]),
            each.people.about or 0 if each.people else 0,
            each.people.words if each.people else "–",
        )
        for each in _before(number)
    ]
    return Response(drawn(bars), mimetype="image/svg+xml")


@pages.get("/funnel.csv")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def as_table(number: str) -> Response:
    """What the page said last, as a table for a spreadsheet."""
    rows = [
        (say(WORDS[each.step]), each.people.words if each.people else "–")
        for each in _before(number)
    ]
    return table_file("funnel.csv", (say(N_("Step")), say(N_("People, about"))), rows)


def _before(number: str) -> tuple[Told, ...]:
    found = posting(number)
    with reading(service().engine) as session:
        if not is_theirs(session, found, organisation()):
            raise NotFound(what="trial", identifier=number)
        return told_before(session, found.heading.trial, Asker(organisation(), actor()))


def _few(steps: tuple[Told, ...]) -> bool:
    return all(each.people and each.people.about is None for each in steps)


def _finding(steps: tuple[Told, ...]) -> str:
    dearest = max(steps, key=lambda each: each.lost, default=None)
    if dearest is None or not dearest.lost:
        return say(ALL_FEW if _few(steps) else NOT_TOLD)
    fewer = N_("Most people stop before “{step}”: about {n} fewer.")
    return translate(
        AT_LEAST if dearest.at_least else fewer,
        language(),
        step=say(WORDS[Step(dearest.step)]),
        n=written.number(dearest.lost, language()),
    )
