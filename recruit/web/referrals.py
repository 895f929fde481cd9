"""`/referrals`: who said yes to a study, for its coordinators, and the times that a site offers."""

import re
from datetime import date, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.following.overdue import Whose, how_many_late_on_the_way
from recruit.actions.following.stages import Stage
from recruit.actions.referring import listing, offering, waiting
from recruit.actions.referring.listing import Wanted
from recruit.actions.referring.offering import Time
from recruit.actions.visits import appointments
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.referrals.slots import Appointment
from recruit.web.access import staff
from recruit.web.address import asked_row
from recruit.web.following import gone
from recruit.web.following_words import STAGES, deadline, has
from recruit.web.language import language, say
from recruit.web.me.trials_release import TIME_WORDS, WAY_WORDS, told
from recruit.web.service import service
from recruit.web.sessions import actor, tenant, visitor
from recruit.web.typed import again, read_day, typed, typed_day

pages = Blueprint("referrals", __name__, url_prefix="/referrals")

DONE: Final = "slots_done"
OFFERED: Final = N_("The time is offered.")
ENDED: Final = N_("The time is offered no more.")
HOUR: Final = re.compile(r"([01]?\d|2[0-3])[:hH]([0-5]\d)")
NO_HOUR: Final = N_("Please write the time as hours and minutes: 09:30.")
NO_NUMBER: Final = N_("Please write a whole number.")
FIELDS: Final = ("site", "hour", "minutes", "places")


@pages.get("")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def everybody() -> str:
    """Whom the looker has in hand, by the day on which it is due, then everybody else."""
    who = visitor()
    opens = who is not None and who.role is Role.COORDINATOR
    starts = {name: asked_row(name) for name in ("mine", "others")}
    wanted = Wanted(tenant(), language(), _zone(), opens, **starts)
    lists = listing.show(service().engine, wanted, actor=actor())
    whose = Whose(tenant(), _zone(), now())
    with reading(service().engine) as database:
        late = how_many_late_on_the_way(database, whose)

    def address(**begins: int | None) -> str:
        """The same lists, one of them from another row on."""
        values: dict[str, Any] = {**starts, **begins}
        return url_for("referrals.everybody", **values)

    return render_template(
        "referrals.html",
        lists=lists,
        address=address,
        late=late,
        stages=STAGES,
        stage=Stage,
        deadline=deadline,
        has=has,
        when=_when,
        opens=opens,
    )


@pages.get("/<int(max=9007199254740991):number>")
@staff(Role.COORDINATOR)
def contact(number: int) -> ResponseReturnValue:
    """Who somebody is who released it to the looker's own site; each look is on record."""
    try:
        found = waiting.show_contact(
            service().engine,
            service().secrets.vault,
            number=number,
            organisation=tenant(),
            language=language(),
            zone=_zone(),
            lexicon=service().open_lexicon(),
            actor=actor(),
        )
    except NotFound:
        return gone()
    path, still = found.waiting.path, told(found.stand)
    return render_template(
        "referral.html",
        found=found,
        path=path,
        released_at=found.released_at,
        way=say(WAY_WORDS[path.way or "phone"]),
        times=[say(TIME_WORDS[each]) for each in path.times],
        # What was said since is for the person's next yes; what they took away is gone.
        answers=[each for each in told(found.confirmed) if each in still],
        when=_when,
    )


@pages.get("/slots")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def times() -> str:
    """The times that one's own sites offer, and a form for one more."""
    return _slots_page({}, done=session.pop(DONE, None))


@pages.post("/slots")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def offer() -> ResponseReturnValue:
    """Offer a time."""
    read = _read()
    if isinstance(read, dict):
        return _slots_page(read), 422
    try:
        offering.offer(
            service().engine,
            organisation=tenant(),
            typed=read,
            unknown=_zone(),
            actor=actor(),
        )
    except Refusal as refusal:
        return _slots_page({refusal.field: say(refusal.problem)}), 422
    session[DONE] = OFFERED
    return redirect(url_for("referrals.times"))


@pages.post("/slots/<int(max=9007199254740991):number>/end")
@staff(Role.COORDINATOR, Role.ADMINISTRATOR)
def end(number: int) -> ResponseReturnValue:
    """Offer a time no more."""
    try:
        offering.end(service().engine, organisation=tenant(), number=number, actor=actor())
    except Refusal as refusal:
        return _slots_page({"slot": say(refusal.problem)}), 422
    session[DONE] = ENDED
    return redirect(url_for("referrals.times"))


def _zone() -> ZoneInfo:
    return ZoneInfo(service().settings.timezone)


def _when(booked: Appointment) -> str:
    return appointments.when(booked, language())


def _read() -> Time | dict[str, str]:
    """The time that was typed, or what is wrong with it, by field."""
    problems: dict[str, str] = {}
    day = _day(problems)
    found = HOUR.fullmatch(typed("hour").strip())
    if not found:
        problems["hour"] = say(NO_HOUR)
    minutes, places = (_number(name, problems) for name in ("minutes", "places"))
    trial, _, site = typed("site").rpartition("/")
    if problems or day is None or found is None:
        return problems
    return Time(trial, site, day, time(int(found[1]), int(found[2])), minutes, places)


def _day(problems: dict[str, str]) -> date | None:
    try:
        return read_day(typed_day("day"))
    except Refusal as refusal:
        problems["day"] = say(refusal.problem)
        return None


def _number(name: str, problems: dict[str, str]) -> int:
    written = typed(name).strip()
    if written.isascii() and written.isdigit() and len(written) <= 4:  # noqa: PLR2004 - enough for both
        return int(written)
    problems[name] = say(NO_NUMBER)
    return 0


def _slots_page(problems: dict[str, str], done: str | None = None) -> str:
    with reading(service().engine) as database:
        sites = offering.offered(database, tenant(), language(), _zone())
    return render_template(
        "slots.html",
        sites=sites,
        options=[
            (f"{each.at.trial}/{each.at.site.key}", f"{each.at.site.words} – {each.at.title}")
            for each in sites
        ],
        typed={name: again(typed(name)) for name in FIELDS},
        day=typed_day("day"),
        at_site=lambda slot: appointments.at_site(
            slot.offer.starts_at, slot.offer.zone, language()
        ),
        problems=problems,
        done=done,
    )
