"""Pages for those who judge matches: the table, and one match criterion by criterion."""

from typing import Any, Final

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from recruit.actions.audit import note_shown
from recruit.actions.evidence import person
from recruit.actions.fallen import Fallen, fallen
from recruit.actions.review import (
    Look,
    Wanted,
    list_matches,
    show_match,
    studies_with_matches,
)
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Verdict
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked, asked_page
from recruit.web.explaining import VERDICT_SIGNS, VERDICT_WORDS, explained
from recruit.web.language import language, say
from recruit.web.outreach import of_match as inviting
from recruit.web.service import service
from recruit.web.sessions import actor, tenant

pages = Blueprint("review", __name__, url_prefix="/review")

# Whom something speaks against is not proposed at all; it shows where time has passed since.
VERDICTS: Final = {each.value: each for each in (Verdict.ELIGIBLE, Verdict.UNDETERMINED)}
FILTERS: Final = (
    ("", N_("Every verdict")),
    *((value, VERDICT_WORDS[each]) for value, each in VERDICTS.items()),
)


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def matches() -> str:
    """The match table, the likeliest first."""
    wanted = _wanted()
    with reading(service().engine) as session:
        page = list_matches(session, wanted, _look())
        studies = studies_with_matches(session, language(), wanted.tenant)
        ended = _ended(session, wanted) if page.number == 1 else ()

    # Seen is recorded before anything is sent.
    shown = [(each.pseudonym, each.slug) for each in page.items]
    shown += [(each.pseudonym, each.slug) for each in ended]
    note_shown(service().engine, shown, actor=actor())

    def address(number: int) -> str:
        return url_for("review.matches", page=number, **_kept(wanted))

    return render_template(
        "review.html",
        page=page,
        fallen=ended,
        address=address,
        chosen=wanted,
        kept=_kept(wanted),
        studies=[("", say(N_("All studies"))), *studies],
        verdicts=[(value, say(words)) for value, words in FILTERS],
        signs=VERDICT_SIGNS,
        words=VERDICT_WORDS,
    )


@pages.get("/<int(max=2147483647):match_id>")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def match(match_id: int) -> str:
    """One match, what is open first: each criterion, its rule and what is on record."""
    wanted = _wanted()
    look = _look()
    found = show_match(service().engine, match=match_id, wanted=wanted, look=look, actor=actor())
    groups = explained(found.outcome, found.profile, found.text_language, language(), look.lexicon)
    return render_template(
        "match.html",
        match=found,
        person=person(found.profile, found.age, language()),
        unknown=groups[Truth.UNKNOWN],
        against=groups[Truth.NO],
        fulfilled=groups[Truth.YES],
        kept=_kept(wanted),
        signs=VERDICT_SIGNS,
        words=VERDICT_WORDS,
        inviting=inviting(match_id),
    )


def _ended(session: Session, wanted: Wanted) -> tuple[Fallen, ...]:
    return fallen(
        session,
        study=wanted.study,
        tenant=wanted.tenant,
        language=language(),
        at=clock.now(),
    )


def _look() -> Look:
    return Look(clock.today(), language(), service().open_lexicon())


def _wanted() -> Wanted:
    return Wanted(
        study=asked("study") or None,
        verdict=VERDICTS.get(asked("verdict")),
        page=asked_page(),
        tenant=tenant(),
    )


def _kept(wanted: Wanted) -> dict[str, Any]:
    """The filter, to be carried along from page to page."""
    named = {"study": wanted.study, "verdict": wanted.verdict}
    return {name: str(value) for name, value in named.items() if value}
