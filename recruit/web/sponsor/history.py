"""`/sponsor/trials/<number>/history`: who changed what and when, and the way back to any of it."""

from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.paging import Page, page_number
from recruit.actions.posting import undoing
from recruit.actions.posting.history import differences
from recruit.actions.posting.undoing import history
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.posting import store
from recruit.web.access import staff
from recruit.web.address import asked_page
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sponsor.differing import Shown, shown
from recruit.web.sponsor.meanwhile import edit, meanwhile
from recruit.web.sponsor.posting import STATES, organisation, posting
from recruit.web.sponsor.steps import step_words

pages = Blueprint("posting_history", __name__, url_prefix="/sponsor/trials/<number>")

SIZE: Final = 50
UNDO: Final = N_("Undo the last step")
RESTORE: Final = N_("Restore revision {number}")


@pages.get("/history")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def steps(number: str) -> str:
    """Every revision, the newest first; two of them side by side where the address says which."""
    found = posting(number)
    with reading(service().engine) as session:
        deeds = history(session, found, organisation())
    newest = found.heading.revision
    chosen = _revision("from", newest), _revision("to", newest)
    page = page_number(asked_page(), SIZE, len(deeds))
    return render_template(
        "sponsor/history.html",
        posting=found,
        states=STATES,
        page=Page(tuple(deeds[(page - 1) * SIZE : page * SIZE]), page, SIZE, len(deeds)),
        address=lambda page: url_for("posting_history.steps", number=number, page=page),
        chosen=chosen,
        changes=_changes(number, *chosen) if chosen[0] != chosen[1] else None,
        step_words=step_words,
        undoable=undoing.undoable([each.step for each in deeds]),
    )


@pages.post("/undo")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def undo(number: str) -> ResponseReturnValue:
    """Take back the newest step that still counts."""
    wanted = edit(number)
    try:
        undoing.undo(service().engine, wanted)
    except EditedMeanwhile:
        # Done again, it would take back what the other did.
        return meanwhile(wanted, say(UNDO), None)
    return redirect(url_for("posting_criteria.editor", number=number, _anchor="bar"))


@pages.post("/history/<row:revision>/restore")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def restore(number: str, revision: int) -> ResponseReturnValue:
    """Make an earlier revision the newest again."""
    wanted = edit(number)
    try:
        undoing.restore(service().engine, wanted, revision)
    except EditedMeanwhile:
        return meanwhile(wanted, say(RESTORE, number=revision), {})
    return redirect(url_for("posting_history.steps", number=number))


def _revision(name: str, newest: int) -> int:
    """The revision that the address names, or the nearest that there is."""
    return min(max(1, asked_page(name)), newest)


def _changes(number: str, one: int, other: int) -> list[Shown]:
    """What the later of two revisions says otherwise than the earlier."""
    with reading(service().engine) as session:
        old, new = (store.revision(session, number, each).content for each in sorted((one, other)))
    return shown(differences(old, new, language(), service().open_lexicon()))
