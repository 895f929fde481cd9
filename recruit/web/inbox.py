"""`/inbox`: every conversation, one of them, and what is done with it but answering."""

from io import BytesIO
from typing import Any, Final

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from recruit.actions.catalogue import Worded, title
from recruit.actions.inbox import holding, listing, reading, stopping
from recruit.actions.inbox.listing import Place, Wanted, Which
from recruit.actions.inbox.stopping import Meant
from recruit.actions.outreach import conversations, withdrawing, words
from recruit.actions.outreach.answer_table import How
from recruit.core import clock
from recruit.core.db import reading as looking
from recruit.core.errors import NotAllowed, NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials import store as trials
from recruit.web.access import staff
from recruit.web.address import asked, asked_page
from recruit.web.conversation import DONE, page
from recruit.web.inbox_place import after_of, as_text
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import Visitor, actor, tenant, visitor
from recruit.web.typed import typed_number

pages = Blueprint("inbox", __name__, url_prefix="/inbox")

NUMBER: Final = "/<row:number>"
WAYS: Final = {
    How.PAGE: N_("on our page"),
    How.MAIL: N_("by e-mail"),
    How.SMS: N_("by text message"),
    How.LETTER: N_("by letter"),
    How.PHONE: N_("in a call"),
}
FILTERS: Final = {
    Which.ALL: N_("All of them"),
    Which.UNREAD: N_("Unread"),
    Which.MINE: N_("Mine"),
    Which.UNASSIGNED: N_("Nobody’s"),
    Which.FLAGGED: N_("Flagged"),
    Which.OWED: N_("Answer owed"),
}
STOPPED: Final = N_("Done: what the person asked for is stopped, and confirmed to them.")
NOTHING_LEFT: Final = N_("Nothing was left to stop. The mark is taken away.")
DISMISSED: Final = N_("The mark is taken away: nothing was meant to stop.")
STANDS_STILL: Final = N_(
    "What was asked for is stopped. One message was just being handed over and may still arrive."
)


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def everything() -> str:
    """The conversations, unread first, then the newest."""
    organisation = tenant()
    return _list() if organisation is None else _heard_of(organisation)


@pages.get(NUMBER)
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def one(number: int) -> ResponseReturnValue:
    """One conversation."""
    return page(ours(number), number, {})


@pages.post(f"{NUMBER}/read")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def read(number: int) -> ResponseReturnValue:
    """Somebody has read it, as far as they saw it."""
    ours(number)
    folder, up_to = service().settings.data_folder, typed_number("up_to") or 0
    reading.mark_read(service().engine, folder, number, up_to, clock.now(), actor=actor())
    session[DONE] = say(N_("The conversation is marked as read."))
    return redirect(url_for("inbox.everything"))


@pages.post(f"{NUMBER}/unread")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def unread(number: int) -> ResponseReturnValue:
    """It waits again."""
    ours(number)
    reading.mark_unread(service().engine, number, actor=actor())
    session[DONE] = say(N_("The conversation is marked as unread."))
    return redirect(url_for("inbox.everything"))


@pages.post(f"{NUMBER}/close")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def close(number: int) -> ResponseReturnValue:
    """No answer is needed."""
    ours(number)
    reading.close(service().engine, number, actor=actor())
    session[DONE] = say(N_("It is written down that no answer is needed."))
    return redirect(url_for("inbox.one", number=number))


@pages.post(f"{NUMBER}/assign")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def assign(number: int) -> ResponseReturnValue:
    """Give it to somebody, or to nobody."""
    who = ours(number)
    to = typed_number("assigned")
    try:
        holding.assign(service().engine, number, to, actor=actor())
    except Refusal as refusal:
        return page(who, number, {refusal.field: refusal.explain(language())})
    session[DONE] = say(N_("Done. Whose it is stands at the conversation."))
    return redirect(url_for("inbox.one", number=number))


@pages.post(f"{NUMBER}/stop")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def stop(number: int) -> ResponseReturnValue:
    """Do what somebody asks for in their own words, or take the mark away."""
    who = ours(number)
    meant = next((each for each in Meant if each.value == request.form.get("meant")), None)
    if meant is None:
        return page(who, number, {"meant": say(N_("Please say what was meant."))})
    engine, link = service().engine, service().settings.base_url + url_for("my_consents.choices")
    try:
        stopped = stopping.confirm(
            engine,
            service().secrets.vault,
            number,
            meant,
            clock.now(),
            actor=actor(),
            link=link,
        )
    except Refusal as refusal:
        return page(who, number, {"meant": refusal.explain(language())})
    session[DONE] = say(_said(number, meant, stopped=stopped))
    return redirect(url_for("inbox.one", number=number))


@pages.get(f"{NUMBER}/files/<row:file>")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def handed_out(number: int, file: int) -> Response:
    """A file that came along with a mail, to keep and never to show."""
    ours(number)
    keyring, folder = service().secrets.vault, service().settings.data_folder
    found, content = reading.hand_out(
        service().engine, keyring, folder, number, file, actor=actor()
    )
    answer = send_file(
        BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=found.name,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def ours(number: int) -> Visitor:
    """Who is looking; to anybody but our own staff there is no conversation of any number."""
    who = visitor()
    if who is None:
        raise NotAllowed
    if who.organisation is not None:
        raise NotFound(what=holding.WHAT, identifier=str(number))
    return who


def _list() -> str:
    who = visitor()
    if who is None:
        raise NotAllowed
    which = next((each for each in Which if each.value == asked("which")), Which.ALL)
    wanted = Wanted(which, who.id, asked("study") or None, after_of(asked("after")))
    moment, keyring = clock.now(), service().secrets.vault
    found = listing.show(service().engine, keyring, wanted, moment, actor=actor())
    with looking(service().engine) as database:
        studies = _studies(database, set(found.studies))
        names = holding.colleagues(database)

    def address(which: Which = wanted.which, after: Place | None = None) -> str:
        kept = {"which": which, "study": wanted.trial, "after": as_text(after)}
        values: dict[str, Any] = {name: value for name, value in kept.items() if value}
        return url_for("inbox.everything", **values)

    return render_template(
        "inbox.html",
        found=found,
        wanted=wanted,
        address=address,
        filters=FILTERS,
        studies=studies,
        names=names,
        ways=WAYS,
        last_day=conversations.last_day,
        at=moment,
        done=session.pop(DONE, None),
    )


def _heard_of(organisation: int) -> str:
    """Others than our own staff see that something came, and not what."""
    with looking(service().engine) as database:
        keyring = service().secrets.vault
        found = words.unread(database, keyring, organisation, asked_page())
        studies = _studies(database, {each.trial for each in found.items if each.trial})

    def address(number: int) -> str:
        return url_for("inbox.everything", page=number)

    return render_template(
        "inbox_heard_of.html", page=found, address=address, studies=studies, ways=WAYS
    )


def _said(number: int, meant: Meant, *, stopped: bool) -> str:
    if meant is Meant.NOTHING:
        return DISMISSED
    if not stopped:
        return NOTHING_LEFT
    with looking(service().engine) as database:
        person = holding.found(database, number).person
    return STOPPED if withdrawing.settled(service().engine, person) else STANDS_STILL


def _studies(database: Session, numbers: set[str]) -> dict[str, Worded]:
    return {
        number: title(trials.get(database, number).draft, language()) for number in sorted(numbers)
    }
