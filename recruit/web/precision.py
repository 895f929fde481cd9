"""`/funnel/rules`: how often sites found us wrong about a criterion, by version of the study."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy.orm import Session

from recruit.actions.funnel.precision import Precision, precisions
from recruit.actions.funnel.scope import scope_of, studies
from recruit.actions.posting.listing import posted_trials
from recruit.actions.reviewing.misread import Note, open_notes
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.deciding_words import WRONGS
from recruit.web.funnel_words import percent
from recruit.web.language import language, say, say_count
from recruit.web.service import service
from recruit.web.sessions import tenant, visitor
from recruit.web.table_file import table_file

pages = Blueprint("precision", __name__, url_prefix="/funnel/rules")

MISREAD: Final = N_("{n} time (open: {open})"), N_("{n} times (open: {open})")
NONE_FAILED: Final = N_("Nobody has failed a screening on a criterion that we had let pass.")
MOST_FAILED: Final = N_("“{criterion}”: {failed} of {screened} failed on it.")
COLUMNS: Final = (
    N_("Criterion"),
    N_("Study"),
    N_("Version"),
    N_("We said yes: failed"),
    N_("Not known: failed"),
    N_("Passed"),
    N_("Interval (95 %)"),
    N_("Said to be misread"),
)
SHORT: Final = 80  # letters of a criterion in a heading


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion in words; `editor` is where it is changed, for those who may."""

    found: Precision
    criterion: str
    study: str
    yes: str
    unknown: str
    passed: str
    interval: str
    misread: str
    editor: str | None


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def rules() -> str:
    """Every criterion on which somebody failed, or which was said to be misread."""
    with reading(service().engine) as session:
        titles, study, found = _found(session)
        notes: list[Note] = open_notes(session, study) if study else []
        lines = _lines(found, titles)
    return render_template(
        "funnel_rules.html",
        study=study,
        studies=[("", say(N_("All studies"))), *titles.items()],
        finding=_finding(found),
        lines=lines,
        notes=notes,
        wrongs=WRONGS,
        columns=[say(each) for each in COLUMNS],
        kept={"study": study} if study else {},
    )


@pages.get("/rules.csv")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def as_table() -> Response:
    """The same as a table for a spreadsheet, with plain numbers."""
    with reading(service().engine) as session:
        titles, _, found = _found(session)
        lines = _lines(found, titles)
    rows = [
        (
            each.criterion,
            each.found.trial,
            each.found.version,
            each.yes,
            each.unknown,
            each.passed,
            each.interval,
            each.misread,
        )
        for each in lines
    ]
    return table_file("rules.csv", [say(each) for each in COLUMNS], rows)


def _found(session: Session) -> tuple[dict[str, str], str | None, tuple[Precision, ...]]:
    everything = scope_of(session, tenant())
    study = asked("study") or None
    scope = scope_of(session, tenant(), study) if study else everything
    return studies(session, everything, language()), study, precisions(session, scope)


def _lines(found: tuple[Precision, ...], titles: dict[str, str]) -> list[Line]:
    who = visitor()
    edits = who is not None and who.role is Role.ADMINISTRATOR
    postings = posted_trials(service().engine, tenant()) if edits else {}
    return [_line(each, titles.get(each.trial, each.trial), postings) for each in found]


def _line(found: Precision, study: str, postings: dict[str, str]) -> Line:
    posting = postings.get(found.trial)
    editor = posting and url_for("posting_criteria.editor", number=posting)
    interval = found.interval
    share = (found.screened - found.failed) / found.screened if found.screened else None
    return Line(
        found=found,
        criterion=" ".join(found.criterion.text.split()),
        study=study,
        yes=_of(found.failed_yes, found.said_yes),
        unknown=_of(found.failed_unknown, found.unknown),
        passed=percent(share, language()),
        interval=" – ".join(percent(each, language()) for each in interval) if interval else "–",
        misread=_misread(found),
        editor=f"{editor}#criterion-{found.number + 1}" if editor else None,
    )


def _of(failed: int, people: int) -> str:
    return say(N_("{failed} of {people}"), failed=failed, people=people) if people else "–"


def _misread(found: Precision) -> str:
    if not found.misread:
        return "–"
    return say_count(*MISREAD, found.misread, open=found.open)


def _finding(found: tuple[Precision, ...]) -> str:
    worst = found[0] if found and found[0].failed else None
    if worst is None:
        return say(NONE_FAILED)
    words = " ".join(worst.criterion.text.split())
    cut = words if len(words) <= SHORT else f"{words[: SHORT - 1].rstrip()}…"
    return say(MOST_FAILED, criterion=cut, failed=worst.failed, screened=worst.screened)
