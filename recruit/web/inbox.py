"""`/inbox`: what people wrote and nobody has read yet."""

from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from recruit.actions.catalogue import Worded, title
from recruit.actions.outreach import words
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import NotAllowed
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials import store as trials
from recruit.web.access import staff
from recruit.web.address import asked_page
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor, visitor

pages = Blueprint("inbox", __name__, url_prefix="/inbox")

DONE: Final = "inbox_done"
WAYS: Final = {
    Channel.EMAIL: N_("by e-mail"),
    Channel.SMS: N_("by text message"),
    Channel.LETTER: N_("by letter"),
    Channel.PHONE: N_("in a call"),
}


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def unread() -> str:
    """The words that wait, the oldest first."""
    engine, keyring = service().engine, service().secrets.vault
    tenant = _tenant()
    found = words.show_unread(engine, keyring, tenant, asked_page(), actor=actor())
    with reading(engine) as database:
        studies = _studies(database, {each.trial for each in found.items if each.trial})

    def address(number: int) -> str:
        return url_for("inbox.unread", page=number)

    return render_template(
        "inbox.html",
        page=found,
        may_read=tenant is None,
        address=address,
        studies=studies,
        ways=WAYS,
        done=session.pop(DONE, None),
    )


@pages.post("/<int(max=2147483647):number>/read")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def read(number: int) -> ResponseReturnValue:
    """Take a message off the list: somebody has read it."""
    words.mark_read(service().engine, number, _tenant(), now(), actor=actor())
    session[DONE] = say(N_("The message is marked as read."))
    return redirect(url_for("inbox.unread", page=asked_page()))


def _studies(database: Session, numbers: set[str]) -> dict[str, Worded]:
    return {
        number: title(trials.get(database, number).draft, language()) for number in sorted(numbers)
    }


def _tenant() -> int | None:
    who = visitor()
    if who is None:
        raise NotAllowed
    return who.organisation
