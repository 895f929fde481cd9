"""`/sponsor/trials/<number>/feasibility`: how many people a posting could reach, and what if."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from recruit.actions.posting.breakdown import Breakdown, Table
from recruit.actions.posting.feasibility import Asker
from recruit.actions.posting.prospect import Prospect, prospect, said_before
from recruit.actions.posting.what_if import Trying, choices, trying
from recruit.core.errors import Refusal
from recruit.people.accounts import Role
from recruit.trials.posting.store import Posting
from recruit.web.access import staff
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.charts import bars
from recruit.web.sponsor.feasibility_words import Sheet, fall, option, taken_apart, what
from recruit.web.sponsor.posting import STATES, organisation, posting

pages = Blueprint(
    "posting_feasibility", __name__, url_prefix="/sponsor/trials/<number>/feasibility"
)

FIELDS: Final = ("change", "least", "most")
WATERFALL: Final = "waterfall"


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def page(number: str) -> ResponseReturnValue:
    """The whole page; with `change` in the address, what that would change."""
    found = posting(number)
    here, lexicon = service(), service().open_lexicon()
    typed = {field: request.args.get(field, "") for field in FIELDS}
    problems: dict[str, str] = {}
    tried: Trying | None = None
    if "change" in request.args:
        try:
            tried = trying(found.content, **_as_fields(typed))
        except Refusal as refusal:
            problems[refusal.field] = refusal.explain(language())
    said = prospect(here.engine, lexicon, here.crowd, found, _asker(), tried)
    html = render_template(
        "sponsor/feasibility.html",
        posting=found,
        states=STATES,
        found=said,
        sheets=_sheets(said, found) if said else (),
        options=[(each.key, option(each, language(), lexicon)) for each in choices(found.content)],
        typed=typed,
        problems=problems,
        tried=what(tried, language(), lexicon) if tried else "",
    )
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK


@pages.get("/<any(waterfall, region, distance, age):chart>.svg")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def picture(number: str, chart: str) -> Response:
    """What the page said last, as bars. Nothing is counted for it."""
    found = posting(number)
    here, lexicon = service(), service().open_lexicon()
    table = None if chart == WATERFALL else Table(chart)
    said = said_before(here.engine, lexicon, found, _asker(), table)
    if isinstance(said, Breakdown):
        sheet = taken_apart(said, language())
    else:
        sheet = fall(said, found.content, language(), lexicon)
    return Response(bars(sheet), mimetype="image/svg+xml")


def _asker() -> Asker:
    return Asker(organisation(), actor())


def _as_fields(typed: dict[str, str]) -> dict[str, str]:
    return {"key": typed["change"], "least": typed["least"], "most": typed["most"]}


def _sheets(said: Prospect, found: Posting) -> tuple[Sheet, ...]:
    lexicon = service().open_lexicon()
    first = fall(said.waterfall, found.content, language(), lexicon)
    return (first, *(taken_apart(each, language()) for each in said.tables))
