"""`/me/trials`: the studies somebody wants to know more about, and where they stand in each."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from recruit.actions.catalogue import Worded, public_title
from recruit.actions.confirming import Hand
from recruit.actions.my_choices import overview
from recruit.actions.outreach.withdrawing import settled
from recruit.actions.referring import releasing
from recruit.actions.referring.answering import Stand, stand
from recruit.actions.visits import appointments
from recruit.actions.visits.released import is_released
from recruit.actions.visits.sites import Site, site_of
from recruit.core import clock
from recruit.core.crypto import Keyring
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people.representatives import Kind, Powers
from recruit.referrals import paths, slots
from recruit.referrals.paths import AT_SITE, OUTCOMES, Path, State
from recruit.referrals.slots import Appointment
from recruit.trials import centres
from recruit.trials.about import OPEN, UNSAID
from recruit.web.access import participant
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.whom import acting, audit_actor, consent_actor, whose

pages = Blueprint("my_trials", __name__, url_prefix="/me/trials")

DONE: Final = "trial_done"
TAKEN_BACK: Final = N_(
    "Done. Your name and contact details are shown to nobody any more. What was seen before may be "
    "known there."
)
CANCELLED: Final = N_(
    "Done. Your name and contact details are shown to nobody any more. Your appointment is "
    "cancelled. What was seen before may be known there."
)
NOTHING: Final = N_("Nothing had to be changed: it is as you want it.")
# Where somebody stands, in words for a list.
STATES: Final = {
    State.INTERESTED: N_("Some questions are open."),
    State.PRESCREENED: N_("Next: choose a study centre."),
    State.RELEASED: N_("The study centre can reach you."),
    State.CONTACTED: N_("The study centre has spoken with you."),
    State.SCREENING: N_("The study centre is finding out if the study suits you."),
    State.ENROLLED: N_("You take part in this study."),
    State.SCREEN_FAILURE: N_("The study does not suit you, the study centre found."),
    State.WITHDREW: N_("You have left this study."),
    State.UNREACHABLE: N_("The study centre could not reach you."),
    State.WITHDRAWN: N_("You took back your yes to the study centre."),
    State.DECLINED: N_("You do not want this study."),
}
GOES_ON: Final = AT_SITE - {State.ENROLLED}
PAUSED: Final = N_("You are on a pause. The study centre sees nothing of you.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the first page of a study shows to the person themselves."""

    stand: Stand
    title: Worded
    site: Site | None
    released: bool
    handed_on: bool
    paused: bool
    appointment: Appointment | None
    offers: bool
    looks_for_people: bool
    is_over: bool


@pages.get("")
@participant
def listed() -> str:
    """Every study that somebody said yes to."""
    person = whose()
    with reading(service().engine) as database:
        found = [
            (
                path,
                public_title(database, path.trial, language()),
                _words(database, path),
            )
            for path in paths.of_person(database, person)
        ]
    return render_template("me/trials/list.html", found=found)


@pages.get("/<path:slug>")
@participant
def one(slug: str) -> str:
    """Where somebody stands in a study, and the one thing to do next."""
    look = standing(whose(), slug)
    link = acting()
    return render_template(
        "me/trials/one.html",
        look=look,
        path=look.stand.path,
        words=STATES,
        slug=slug,
        done=session.pop(DONE, None),
        when=_when(look.appointment),
        may_act=link is None or link.powers is Powers.ACT,
        in_person=link is None or link.kind is Kind.GUARDIAN,
    )


@pages.post("/<path:slug>/take-back")
@participant
def take_back(slug: str) -> ResponseReturnValue:
    """Let the site see nothing more; it holds when the answer leaves."""
    person = whose()
    booked = standing(person, slug).appointment
    done = releasing.take_back(service().engine, keyring(), hand(person), slug)
    settled(service().engine, person)
    said = CANCELLED if booked else TAKEN_BACK
    return after(slug, said if done else NOTHING)


@pages.get("/<path:slug>/appointment.ics")
@participant
def calendar(slug: str) -> ResponseReturnValue:
    """The appointment for one's own calendar."""
    person = whose()
    look = standing(person, slug)
    if look.appointment is None:
        return redirect(url_for("my_trials.one", slug=slug))
    written = appointments.calendar_file(look.appointment, look.site, hand(person))
    answer = Response(written, mimetype="text/calendar")
    answer.headers.set("Content-Disposition", "attachment", filename="appointment.ics")
    return answer


def standing(person: str, slug: str) -> Standing:
    """Where the person stands; NotFound for a study that they have not said yes to."""
    lexicon = service().open_lexicon()
    with reading(service().engine) as database:
        found = stand(database, slug, person, lexicon, clock.today())
        draft, path = found.version.draft, found.path
        offers = path.site is not None and any(
            not each.is_full
            for each in slots.of_site(database, path.trial, path.site, clock.now() + slots.NOTICE)
        )
        return Standing(
            found,
            public_title(database, path.trial, language()),
            site_of(draft, path.site),
            is_released(database, path, clock.now()),
            is_handed_on(database, path),
            _is_paused(database, path),
            slots.of_path(database, path),
            offers,
            draft.status in OPEN | UNSAID,
            path.state in OUTCOMES,
        )


def hand(person: str) -> Hand:
    """Who acts for whom; a message about it leads to the list, whose address names no study."""
    link = service().settings.base_url + url_for("my_trials.listed")
    return Hand(person, consent_actor(), audit_actor(), language(), link)


def keyring() -> Keyring:
    """The keys of the vault."""
    return service().secrets.vault


def after(slug: str, what: str) -> ResponseReturnValue:
    """Back to the study's first page, which says once what has been done."""
    session[DONE] = what
    return redirect(url_for("my_trials.one", slug=slug))


def is_handed_on(database: Session, path: Path) -> bool:
    """Whether no centre of the service staffs the site: then the operator's coordinators see it."""
    return centres.centre_of(database, path.trial, path.site or "") is None


def _words(database: Session, path: Path) -> str:
    if path.state in GOES_ON and not is_released(database, path, clock.now()):
        return PAUSED if _is_paused(database, path) else STATES[State.WITHDRAWN]
    return STATES[path.state]


def _is_paused(database: Session, path: Path) -> bool:
    return overview(database, path.person, clock.now()).pause is not None


def _when(booked: Appointment | None) -> str:
    return appointments.when(booked, language()) if booked else ""
