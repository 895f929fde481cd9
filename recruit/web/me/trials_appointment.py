"""`/me/trials/…/appointment`: one of the times that a site offers, to take, move or leave."""

from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.visits import appointments
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.referrals import slots
from recruit.referrals.slots import Slot
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.trials import Standing, after, hand, keyring, standing
from recruit.web.service import service
from recruit.web.typed import typed
from recruit.web.whom import whose

pages = Blueprint("my_appointment", __name__, url_prefix="/me/trials/<path:slug>/appointment")

BOOKED: Final = N_("Thank you. Your appointment is noted. We have sent you a message about it.")
CANCELLED: Final = N_("Done. Your appointment is cancelled. The place is free again.")
NOT_CHOSEN: Final = N_("Please choose one of the times.")
NOTHING: Final = N_("There was no appointment to cancel.")
LONGEST_NUMBER: Final = 18


@pages.get("")
@participant
def times(slug: str) -> ResponseReturnValue:
    """The times that are free."""
    look = standing(whose(), slug)
    return _elsewhere(slug, look) or _page(slug, look, {})


@pages.post("")
@participant
def book(slug: str) -> ResponseReturnValue:
    """Take one, or move to it."""
    person, chosen = whose(), typed("slot")
    look = standing(person, slug)
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) <= LONGEST_NUMBER):
        return _elsewhere(slug, look) or (_page(slug, look, {"slot": say(NOT_CHOSEN)}), 422)
    try:
        appointments.book(service().engine, keyring(), hand(person), slug, int(chosen))
    except Refusal as refusal:
        look = standing(person, slug)
        return _elsewhere(slug, look) or (_page(slug, look, {"slot": say(refusal.problem)}), 422)
    return after(slug, BOOKED)


@pages.post("/cancel")
@participant
def cancel(slug: str) -> ResponseReturnValue:
    """Give the place back."""
    done = appointments.cancel(service().engine, keyring(), hand(whose()), slug)
    return after(slug, CANCELLED if done else NOTHING)


def _elsewhere(slug: str, look: Standing) -> ResponseReturnValue | None:
    """To the study's first page for whoever has not released anything: nobody expects them."""
    return None if look.released else redirect(url_for("my_trials.one", slug=slug))


def _page(slug: str, look: Standing, problems: dict[str, str]) -> str:
    path = look.stand.path
    with reading(service().engine) as database:
        found = slots.of_site(database, path.trial, path.site or "", clock.now() + slots.NOTICE)
    mine = look.appointment
    free = [each for each in found if not each.is_full and not _is(each, mine)]
    return render_template(
        "me/trials/appointment.html",
        slug=slug,
        site=look.site,
        times=[(str(each.number), _when(each), _length(each)) for each in free],
        chosen=typed("slot"),
        mine=_when(mine.slot) if mine else "",
        problems=problems,
    )


def _is(slot: Slot, mine: slots.Appointment | None) -> bool:
    return mine is not None and mine.slot.number == slot.number


def _when(slot: Slot) -> str:
    return appointments.at_site(slot.offer.starts_at, slot.offer.zone, language())


def _length(slot: Slot) -> str:
    return say(N_("{n} minutes"), n=slot.offer.minutes)
