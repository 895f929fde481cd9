"""The people who act for somebody: asked, confirmed and ended by that somebody."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from recruit.actions import invitations, representatives
from recruit.actions.invitations import Invitation
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.contact_points import read_contact_point
from recruit.people.representatives import (
    Kind,
    Powers,
    Representation,
    State,
    name_by,
    of_person,
)
from recruit.people.vault import Item
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.acting import INVITATION
from recruit.web.service import service
from recruit.web.typed import again, typed
from recruit.web.whom import acting, audit_actor, in_person

pages = Blueprint("my_representatives", __name__)

DONE: Final = "representatives_done"
INVITED: Final = N_(
    "Done. We sent an invitation. Nobody acts for you before you have confirmed it here."
)
CONFIRMED: Final = N_("Done. From now on this person can act for you.")
ALLOWED: Final = N_("Done. Your guardian can go on acting for you.")
ENDED: Final = N_("Done. This person does not act for you any more.")
POWERS: Final = {
    Powers.LOOK: N_("Only look"),
    Powers.ACT: N_("Look, answer questions and take choices back"),
}
STATES: Final = {
    State.INVITED: N_("Asked on {day}. There is no answer yet."),
    State.ACCEPTED: N_("This person has accepted. Is it whom you meant?"),
    State.LIVE: N_("Acts for you since {day}."),
    State.BLOCKED: N_("You are of age now. This person acts for you only if you want it."),
    State.EXPIRED: N_("The time of this is over."),
    State.ENDED: N_("Ended on {day}."),
}
NO_POWERS: Final = N_("Please choose what this person may do.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A link as the person sees it; `name` is what the other calls themselves, "" while unknown."""

    link: Representation
    state: State
    name: str
    words: str


@pages.get("/me/representatives")
@participant
def listed() -> str:
    """Everybody who acts for the person or was asked to, and a form to ask somebody."""
    return _page(in_person())


@pages.post("/me/representatives")
@participant
def invite() -> ResponseReturnValue:
    """Ask somebody to act for the person."""
    person = in_person()
    chosen = typed("powers")
    if chosen not in set(Powers):
        return _page(person, {"powers": say(NO_POWERS)}), 422
    try:
        invitations.invite(
            service().engine,
            service().secrets.vault,
            person=person,
            invitation=Invitation(read_contact_point(typed("contact")), typed("label"), language()),
            powers=Powers(chosen),
            links=INVITATION.link,
            actor=audit_actor(),
        )
    except Refusal as refusal:
        return _page(person, {refusal.field or "contact": say(refusal.problem)}), 422
    return _after(INVITED)


@pages.post("/me/representatives/<link>/confirm")
@participant
def confirm(link: str) -> ResponseReturnValue:
    """Say that this is whom the person asked."""
    person = in_person()
    representatives.confirm(service().engine, person=person, link=link, actor=audit_actor())
    return _after(CONFIRMED)


@pages.post("/me/representatives/<link>/allow")
@participant
def allow(link: str) -> ResponseReturnValue:
    """Let a guardian go on after the 18th birthday."""
    person = in_person()
    try:
        representatives.allow(
            service().engine,
            service().secrets.vault,
            person=person,
            link=link,
            actor=audit_actor(),
        )
    except Refusal as refusal:
        return _page(person, {"contact": say(refusal.problem)}), 422
    return _after(ALLOWED)


@pages.post("/me/representatives/<link>/end")
@participant
def end(link: str) -> ResponseReturnValue:
    """Let nobody act under this link any more."""
    own = acting()
    representatives.end(service().engine, person=in_person(), link=link, actor=audit_actor())
    if own and own.id == link:
        return redirect(url_for("acting.choose"))
    return _after(ENDED)


def _page(person: str, problems: dict[str, str] | None = None) -> str:
    with reading(service().engine) as database:
        shown = [_shown(database, link) for link in of_person(database, person)]
        label = service().vault.read(database, person).get(Item.NAME, "")
    return render_template(
        "me/representatives.html",
        shown=shown,
        powers=[(each.value, say(words)) for each, words in POWERS.items()],
        may={each.value: words for each, words in POWERS.items()},
        guardian=Kind.GUARDIAN,
        written={
            "contact": again(typed("contact")),
            "label": again(typed("label")) or label,
            "powers": typed("powers"),
        },
        problems=problems or {},
        done=session.pop(DONE, None),
    )


def _shown(database: Session, link: Representation) -> Shown:
    state = link.state(clock.today())
    name = name_by(database, service().vault, link.authority) or ""
    return Shown(link, state, name, STATES[state])


def _after(what: str) -> ResponseReturnValue:
    session[DONE] = what
    return redirect(url_for("my_representatives.listed"))
