"""Pages for those who run trials: what is theirs, and about how many people it could reach."""

from flask import Blueprint, render_template, url_for

from recruit.actions.catalogue import STATES
from recruit.actions.reach import reach
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked_page
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sessions import actor, visitor

pages = Blueprint("sponsor", __name__, url_prefix="/sponsor")


@pages.get("/trials")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def trials() -> str:
    """The sponsor's trials, each with its reach."""
    who = visitor()
    page = reach(
        service().engine,
        service().secrets,
        organisation=who.organisation if who else None,
        page=asked_page(),
        actor=actor(),
        language=language(),
    )
    return render_template(
        "sponsor/trials.html",
        page=page,
        address=lambda number: url_for("sponsor.trials", page=number),
        states=STATES,
    )
