"""A person's choices on their own pages: how each stands, and one click to take it back."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from recruit.actions import consents
from recruit.actions.application import LETTER
from recruit.actions.catalogue import public_title
from recruit.actions.choice_words import title
from recruit.actions.confirming import Hand
from recruit.actions.consents import Said
from recruit.actions.my_choices import HAPPENED, open_to, overview
from recruit.actions.my_choices import history as past
from recruit.actions.outreach import withdrawing
from recruit.actions.outreach.withdrawing import Stopping
from recruit.actions.visits.sites import named
from recruit.consent import notices
from recruit.consent.choices import ANY, Choice, Purpose
from recruit.core import clock
from recruit.core.crypto import Keyring
from recruit.core.db import reading
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.contact_points import read_address
from recruit.people.representatives import Kind, Powers
from recruit.web.access import participant
from recruit.web.choice_boxes import box_id, boxes, ticked
from recruit.web.language import language, say
from recruit.web.me.receipts import who_acted
from recruit.web.service import service
from recruit.web.typed import again, typed
from recruit.web.whom import acting, audit_actor, consent_actor, in_person, whose

pages = Blueprint("my_consents", __name__)

METHOD: Final = "own page, one click"
DONE: Final = "choices_done"
NOTHING_TICKED: Final = N_("Please tick at least one box, or leave this page as it is.")
NO_LENGTH: Final = N_("Please choose how long the pause lasts.")
OTHER_NOTICE: Final = N_("The notice has changed. Please look at it once more, then send it again.")
LENGTHS: Final = {"1": N_("One month"), "3": N_("Three months"), "6": N_("Six months")}
OPEN_END: Final = "open"
OPEN_WORDS: Final = N_("Until I end it myself")


@pages.get("/me/consents")
@participant
def choices() -> str:
    """Every choice with its state, and what can be changed."""
    return _page(whose(), done=session.pop(DONE, None))


@pages.post("/me/consents/give")
@participant
def give() -> ResponseReturnValue:
    """Say yes to one thing more: for the person alone, whoever helps them."""
    person = in_person()
    notice = notices.current(language())
    with reading(service().engine) as database:
        allowed = open_to(database, service().vault, person, clock.now())
    yes, written = ticked(allowed), again(typed("address"))
    if not yes:
        return _page(person, problems={"give": say(NOTHING_TICKED)}, address=written), 422
    if typed("notice") != notice.digest:
        return _page(person, yes=yes, problems={"give": say(OTHER_NOTICE)}, address=written), 422
    try:
        address = read_address(typed("address")) if LETTER in yes else ""
        consents.give(service().engine, _keyring(), _hand(person), Said(yes, notice, address))
    except Refusal as refusal:
        place = "address" if LETTER in yes else "give"
        return _page(person, yes=yes, problems={place: say(refusal.problem)}, address=written), 422
    return _after("given", [say(title(each)) for each in yes])


@pages.post("/me/consents/take-back")
@participant
def take_back() -> ResponseReturnValue:
    """Take one yes back; it holds when the answer leaves."""
    person = whose()
    with reading(service().engine) as database:
        given = [line.choice for line in overview(database, person, clock.now()).given]
    meant = next((each for each in given if str(each) == typed("choice")), None)
    if meant is None:  # taken back in another tab, or nothing of theirs
        return _after("unchanged", [])
    _stop(person, [meant])
    return _after("taken", [say(title(meant))])


@pages.get("/me/consents/stop")
@participant
def stop() -> str:
    """What it means to take everything back, and one button to do it."""
    with reading(service().engine) as database:
        given = overview(database, whose(), clock.now()).given
    return render_template("me/consents_stop.html", given=given, title=title)


@pages.post("/me/consents/stop")
@participant
def stop_all() -> ResponseReturnValue:
    """Take everything back."""
    person = whose()
    done = _stop(person, None)
    return _after("stopped" if done else "unchanged", [])


@pages.post("/me/consents/pause")
@participant
def pause() -> ResponseReturnValue:
    """Let nothing be done for a while."""
    person, length = whose(), typed("months")
    if length not in {*LENGTHS, OPEN_END}:
        return _page(person, problems={"months": say(NO_LENGTH)}), 422
    months = None if length == OPEN_END else int(length)
    consents.pause(service().engine, _keyring(), _hand(person), months)
    withdrawing.settled(service().engine, person)
    return _after("paused", [])


@pages.post("/me/consents/resume")
@participant
def resume() -> ResponseReturnValue:
    """End the pause: with it each yes counts again, which is for the person alone."""
    person = in_person()
    done = consents.resume(service().engine, _keyring(), _hand(person))
    return _after("resumed" if done else "unchanged", [])


@pages.get("/me/consents/history")
@participant
def history() -> str:
    """All that has happened to the choices, and who did it."""
    with reading(service().engine) as database:
        deeds = [
            (deed, who_acted(database, deed.role, deed.authority))
            for deed in past(database, whose())
        ]
    return render_template("me/consents_history.html", deeds=deeds, title=title, words=HAPPENED)


def _page(
    person: str,
    *,
    yes: tuple[Choice, ...] = (),
    problems: dict[str, str] | None = None,
    address: str = "",
    done: tuple[str, list[str]] | None = None,
) -> str:
    with reading(service().engine) as database:
        look = overview(database, person, clock.now())
        more = open_to(database, service().vault, person, clock.now())
        narrow = (each.choice for each in look.lines if each.choice.scope != ANY)
        places = {choice: _about(database, choice) for choice in narrow}
    link = acting()
    may_change = link is None or link.powers is Powers.ACT
    may_say_yes = link is None or link.kind is Kind.GUARDIAN
    return render_template(
        "me/consents.html",
        look=look,
        places=places,
        may_change=may_change,
        may_say_yes=may_say_yes,
        title=title,
        box_id=box_id,
        more=boxes(more, yes),
        lengths=[
            *((key, say(words)) for key, words in LENGTHS.items()),
            (OPEN_END, say(OPEN_WORDS)),
        ],
        notice=notices.current(language()),
        problems=problems or {},
        address=address,
        done=done,
    )


def _about(database: Session, choice: Choice) -> str:
    """Which site or study a choice is about, as people know it."""
    if choice.purpose is Purpose.RELEASE:
        return named(database, choice)
    try:
        return public_title(database, choice.scope.removeprefix("trial/"), language()).text
    except NotFound:  # what a record brought along of a study that is not known here
        return ""


def _stop(person: str, choices: Sequence[Choice] | None) -> str | None:
    """Take back some choices or all; no message arrives once this returns."""
    stopping = Stopping(_hand(person), METHOD, choices)
    done = withdrawing.stop(service().engine, _keyring(), stopping)
    withdrawing.settled(service().engine, person)
    return done


def _after(what: str, named: list[str]) -> ResponseReturnValue:
    """Back to the choices, which say once what has been done."""
    session[DONE] = (what, named)
    return redirect(url_for("my_consents.choices"))


def _hand(person: str) -> Hand:
    link = service().settings.base_url + url_for("my_consents.choices")
    return Hand(person, consent_actor(), audit_actor(), language(), link)


def _keyring() -> Keyring:
    return service().secrets.vault
