"""A sponsor says of a rule that reviewers called misread that it is right as it is read."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.posting import misread
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.service import service
from recruit.web.sessions import actor, tenant

pages = Blueprint(
    "posting_misread", __name__, url_prefix="/sponsor/trials/<number>/criteria/misread"
)


@pages.post("/<row:note>")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def dismiss(number: str, note: int) -> ResponseReturnValue:
    """Let a note go: the rule is right."""
    where = misread.dismiss(service().engine, number, tenant(), note, by=actor())
    anchor = f"criterion-{where}" if where else "bar"
    return redirect(url_for("posting_criteria.editor", number=number, _anchor=anchor))
