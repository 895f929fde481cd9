"""`/funnel/fairness`: who is asked how often, and how trials share the people whom several fit."""

from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from recruit.actions.funnel.fairness import AGES, Group, Share, Table, shares
from recruit.actions.funnel.scope import Scope, scope_of, studies
from recruit.actions.funnel.sharing import shared
from recruit.core import clock, written
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.funnel_words import percent
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import tenant
from recruit.web.table_file import table_file

pages = Blueprint("fairness", __name__, url_prefix="/funnel/fairness")

KEPT: Final = timedelta(minutes=10)
"""What is said here changes slowly and costs seconds with many people."""
GROUPS: Final = {
    Group.COMMUNITY: N_("By community"),
    Group.REGION: N_("By region"),
    Group.AGE: N_("By age"),
    Group.SEX: N_("By sex"),
}
SEXES: Final = {"female": N_("Women"), "male": N_("Men")}
TOO_FEW: Final = N_("No two groups are large enough to compare.")
EVEN: Final = N_("No group was asked more or less often than chance explains.")
FEWER: Final = N_("{group}: asked {share} as often as the others.")
MORE: Final = N_("{group}: asked {times} times as often as the others.")
REST: Final = N_("Other groups, together")
ALL: Final = N_("All groups, together")
COLUMNS: Final = (
    N_("Group"),
    N_("People"),
    N_("Asked within a year"),
    N_("Times for each, on average"),
    N_("Last asked, days ago (median)"),
)


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def everybody() -> str:
    """Every table with its finding, and the trials that share people."""
    with reading(service().engine) as session:
        scope, titles, study = _scope(session)
        tables, at = _tables(session, scope)
        pairs, _ = service().lately.get(
            ("shared", scope), lambda: shared(session, scope), clock.now(), KEPT
        )
    return render_template(
        "funnel_fairness.html",
        study=study,
        studies=[("", say(N_("All studies"))), *titles.items()],
        titles=titles,
        at=at,
        tables=[(say(GROUPS[each.group]), _finding(each), _rows(each)) for each in tables],
        columns=[say(each) for each in COLUMNS],
        pairs=pairs,
        kept={"study": study} if study else {},
    )


@pages.get("/fairness.csv")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def as_table() -> Response:
    """All tables as one for a spreadsheet."""
    with reading(service().engine) as session:
        tables, _ = _tables(session, _scope(session)[0])
    rows = [(say(GROUPS[each.group]), *row) for each in tables for row in _rows(each)]
    return table_file("fairness.csv", ["", *map(say, COLUMNS)], rows)


def _scope(session: Session) -> tuple[Scope, dict[str, str], str | None]:
    everything = scope_of(session, tenant())
    titles = studies(session, everything, language())
    study = asked("study") or None
    return (scope_of(session, tenant(), study) if study else everything), titles, study


def _tables(session: Session, scope: Scope) -> Any:  # noqa: ANN401 - tables, and when they were made
    moment = clock.now()
    key = ("fairness", scope)
    return service().lately.get(key, lambda: shares(session, scope, moment), moment, KEPT)


def _finding(table: Table) -> str:
    found = table.outlier
    if found is None:
        return say(EVEN if len(table.shares) > 1 else TOO_FEW)
    share, ratio = found
    group = _named(table.group, share.key)
    if ratio < 1:
        return say(FEWER, group=group, share=percent(ratio, language()))
    return say(MORE, group=group, times=written.number(round(ratio, 1), language()))


def _rows(table: Table) -> list[tuple[str, str, str, str, str]]:
    rows = [(_named(table.group, each.key), *_figures(each)) for each in table.shares]
    rest = table.rest and [(say(REST if rows else ALL), *_figures(table.rest))]
    return [*rows, *(rest or ())]


def _figures(share: Share) -> tuple[str, str, str, str]:
    """What may be told of a group; of ten people or fewer only that they are few."""
    if share.people is None:
        return say(N_("few")), "–", "–", "–"
    return (
        written.number(share.people, language()),
        written.number(share.asked, language()),
        written.number(round(share.rate or 0, 2), language()),
        "–" if share.ago is None else written.number(share.ago, language()),
    )


def _named(group: Group, key: str) -> str:
    if not key:
        return say(N_("Not known"))
    match group:
        case Group.COMMUNITY:
            return key
        case Group.REGION:
            return (
                say(N_("France, {digits}"), digits=key)
                if key.isdigit()
                else written.country(key, language())
            )
        case Group.SEX:
            return say(SEXES[key])
        case Group.AGE:
            return _band(int(key))


def _band(first: int) -> str:
    place = AGES.index(first) + 1
    if place == len(AGES):
        return say(N_("{age} and older"), age=first)
    return say(N_("{first} to {last} years"), first=first, last=AGES[place] - 1)
