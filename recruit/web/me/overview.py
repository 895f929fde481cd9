"""Where a participant starts: what is known, what is missing, what they allow, what comes next."""

from typing import Final

from flask import Blueprint, render_template, session

from recruit.actions.choice_words import title
from recruit.actions.fact_lines import line
from recruit.actions.inbox.own import answered_lately
from recruit.actions.my_choices import overview
from recruit.actions.profile import show_profile
from recruit.consent.choices import Choice, Purpose
from recruit.core import clock
from recruit.core.db import reading
from recruit.people.facts import Fact, Source
from recruit.people.representatives import Kind, State, of_person
from recruit.web.access import participant
from recruit.web.language import language
from recruit.web.me.profile.steps import OPEN, progress
from recruit.web.me.questions import waiting
from recruit.web.service import service
from recruit.web.whom import acting, whose

pages = Blueprint("overview", __name__)

NOTE: Final = "overview_note"
SHOWN: Final = 6
"""So many facts stand on the first page; the others are one click away."""
MATCHING: Final = Choice(Purpose.MATCHING)


@pages.get("/me")
@participant
def start() -> str:
    """The first page of one's own space."""
    person = whose()
    profile = show_profile(service().engine, person=person).profile
    with reading(service().engine) as database:
        look = overview(database, person, clock.now())
        answered = answered_lately(database, person, clock.now())
        links = [link.state(clock.today()) for link in of_person(database, person)]
    link, lexicon = acting(), service().open_lexicon()
    told = [fact for fact in profile.facts if _is_told(fact)]
    return render_template(
        "me/overview.html",
        note=session.pop(NOTE, None),
        facts=[str(line(fact, language(), lexicon)) for fact in told[:SHOWN]],
        more=max(0, len(told) - SHOWN),
        steps=[step for step, state in progress(profile) if state == OPEN],
        look=look,
        title=title,
        matching=any(each.yes and each.choice == MATCHING for each in look.lines),
        in_person=link is None or link.kind is Kind.GUARDIAN,
        asked=len(waiting(person)),
        answered=answered,
        waiting=links.count(State.ACCEPTED) + links.count(State.BLOCKED),
    )


def _is_told(fact: Fact) -> bool:
    """What is worked out from other facts says nothing new to the person themselves."""
    return fact.source is not Source.DERIVED
