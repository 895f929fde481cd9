"""`/join/form/…`: the empty form of joining on paper, per community, language and print."""

from typing import Final

from flask import Blueprint, Response

from recruit.actions.paper import taking
from recruit.actions.paper.entries import offered
from recruit.actions.paper.form_pdf import Print, form
from recruit.core.errors import NotFound
from recruit.people.communities.register import DIRECT
from recruit.web.access import anyone
from recruit.web.service import service

pages = Blueprint("paper_form", __name__)

SIZES: Final = f"<any({', '.join(Print)}):size>-<any(en, fr):tongue>.pdf"


@pages.get(f"/join/form/{SIZES}")
@pages.get(f"/join/<name>/form/{SIZES}")
@anyone
def blank(size: str, tongue: str, name: str = DIRECT) -> Response:
    """The form to print; none while nobody is named whom it is sent back to."""
    taking.check_place(service().engine, name, tongue)
    operator = service().settings.operator
    if not operator:
        raise NotFound(what=taking.WHAT, identifier="")
    agreed = taking.terms(service().engine, name)
    community = agreed.title if agreed else "" if name == DIRECT else name
    made = form(community, offered(agreed), tongue, Print(size), operator)
    answer = Response(made.content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="join-{size}-{tongue}.pdf"'
    return answer
