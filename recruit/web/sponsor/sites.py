"""`/sponsor/trials/<number>/sites`: where the trial runs, and who staffs each site."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.posting import sites as action
from recruit.actions.posting.site_fields import LABELS, shown
from recruit.actions.posting.sites import place_of, site_lines
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.about import OPEN, UNSAID
from recruit.trials.draft import SiteDraft, TrialStatus
from recruit.trials.posting import store
from recruit.trials.posting.store import Posting
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sponsor.choices import STATUSES
from recruit.web.sponsor.meanwhile import edit, meanwhile
from recruit.web.sponsor.posting import STATES, organisation, posting
from recruit.web.sponsor.rule_choices import Choices
from recruit.web.typed import again

pages = Blueprint("posting_sites", __name__, url_prefix="/sponsor/trials/<number>/sites")

FAR: Final = 30.0  # km from the centre of a postcode: beyond it, one of the two is likely wrong
AS_TRIAL: Final = N_("As the trial")
SITE_STATUSES: Final = {
    "": AS_TRIAL,
    **{value: words for value, words in STATUSES.items() if value != TrialStatus.UNKNOWN.value},
}
CENTRE: Final = N_("Name of the study centre")
DONE: Final = "site_done"
STAFFED: Final = N_("The study centre of this site is saved.")
UNSTAFFED: Final = N_("Saved: no study centre staffs this site.")
SAVE: Final = N_("save the site “{name}”")
REMOVE: Final = N_("take out a site")
MOVE: Final = N_("move a site in the list")


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def sites(number: str) -> str:
    """Every site in a table."""
    with reading(service().engine) as database:
        found = store.get(database, number, organisation())
        lines = site_lines(database, found)
    status = found.content.draft.status
    return render_template(
        "sponsor/sites.html",
        posting=found,
        states=STATES,
        lines=lines,
        statuses=SITE_STATUSES,
        recruits=lambda site: (site.status or status) in OPEN | UNSAID,
        far=FAR,
    )


@pages.get("/new")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def new(number: str) -> ResponseReturnValue:
    """An empty form for one more site."""
    return _page(posting(number), None, shown(SiteDraft(country="FR")))


@pages.post("/new")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def add(number: str) -> ResponseReturnValue:
    """Add a site."""
    return _save(number, None)


@pages.get("/<handle>")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def site(number: str, handle: str) -> ResponseReturnValue:
    """One site, to be changed, moved, taken out or given to a centre."""
    found = posting(number)
    draft = found.content.draft
    return _page(found, handle, shown(draft.sites[place_of(draft, handle)]))


@pages.post("/<handle>")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def save(number: str, handle: str) -> ResponseReturnValue:
    """Save one site."""
    return _save(number, handle)


@pages.post("/<handle>/remove")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def remove(number: str, handle: str) -> ResponseReturnValue:
    """Take a site out."""
    wanted = edit(number)
    try:
        action.remove_site(service().engine, wanted, handle)
    except EditedMeanwhile:
        return meanwhile(wanted, say(REMOVE), {})
    return _back(number)


@pages.post("/<handle>/move")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def move(number: str, handle: str) -> ResponseReturnValue:
    """Move a site up or down in the list."""
    wanted = edit(number)
    to = request.form.get("to", "")
    try:
        action.move_site(service().engine, wanted, handle, -1 if to == "up" else 1)
    except EditedMeanwhile:
        return meanwhile(wanted, say(MOVE), {"to": to})
    return redirect(url_for("posting_sites.site", number=number, handle=handle))


@pages.post("/<handle>/centre")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def centre(number: str, handle: str) -> ResponseReturnValue:
    """Say which study centre staffs a site."""
    name = request.form.get("centre", "")
    try:
        action.staff_site(service().engine, edit(number), handle, name)
    except Refusal as refusal:
        found = posting(number)
        draft = found.content.draft
        fields = shown(draft.sites[place_of(draft, handle)])
        return _page(found, handle, fields, {"centre": refusal}, centre=name)
    session[DONE] = say(STAFFED) if name.strip() else say(UNSTAFFED)
    return redirect(url_for("posting_sites.site", number=number, handle=handle))


def _save(number: str, handle: str | None) -> ResponseReturnValue:
    wanted = edit(number)
    typed = {each: request.form.get(each, "") for each in LABELS}
    try:
        saved = action.save_site(service().engine, wanted, handle, typed)
    except EditedMeanwhile:
        name = typed["name"] or typed["city"]
        return meanwhile(wanted, say(SAVE, name=name), typed)
    if saved.problems:
        return _page(posting(number), handle, typed, saved.problems)
    return _back(number)


def _back(number: str) -> ResponseReturnValue:
    return redirect(url_for("posting_sites.sites", number=number))


def _page(
    found: Posting,
    handle: str | None,
    fields: Mapping[str, str],
    problems: Mapping[str, Refusal] | None = None,
    *,
    centre: str | None = None,
) -> ResponseReturnValue:
    with reading(service().engine) as database:
        lines = {each.handle: each for each in site_lines(database, found)}
    line = lines.get(handle) if handle else None
    labels = {each: say(words) for each, words in LABELS.items()} | {"centre": say(CENTRE)}
    said = {each: why.explain(language()) for each, why in (problems or {}).items()}
    page = render_template(
        "sponsor/site.html",
        posting=found,
        states=STATES,
        done=session.pop(DONE, None),
        handle=handle,
        line=line,
        place=list(lines).index(handle) + 1 if handle else 0,
        total=len(lines),
        values={each: again(text) for each, text in fields.items()},
        centre=again(centre) if centre is not None else line.centre if line else "",
        labels=labels,
        problems=said,
        listed={each: f"{labels[each]} – {said[each]}" for each in labels if each in said},
        statuses=[(value, say(words)) for value, words in SITE_STATUSES.items()],
        countries=_countries(fields["country"]),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if said else HTTPStatus.OK


def _countries(chosen: str) -> list[tuple[str, str]]:
    """Every country by name; a registry's own word that is no code of one stays to be chosen."""
    named = Choices(language(), service().open_lexicon()).countries()
    own = [] if chosen in dict(named) else [(chosen, again(chosen))]
    return [*named, *own]
