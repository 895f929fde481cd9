"""Pages for everybody: the first page, the studies, and what we do with people's data."""

from typing import Final

from flask import Blueprint, render_template, url_for

from recruit.actions.catalogue import find_study
from recruit.actions.public_words import moderating
from recruit.consent import notices
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.web import share
from recruit.web.access import anyone
from recruit.web.filters import country
from recruit.web.language import language, say
from recruit.web.linked_data import medical_trial
from recruit.web.searching import DISTANCES, GROUPS, in_query, wanted
from recruit.web.service import service
from recruit.web.wording import asks

pages = Blueprint("public", __name__)

STATES: Final = {
    "open": N_("Open now"),
    "all": N_("All studies"),
}


@pages.get("/")
@anyone
def home() -> str:
    """What this is, for patients first."""
    with reading(service().engine) as session:
        return render_template("home.html", open_studies=service().shelf.count_open(session))


@pages.get("/studies")
@anyone
def studies() -> str:
    """The list of studies, narrowed by words, place and who may take part, with a map beside it."""
    search = wanted()
    with reading(service().engine) as session:
        found = service().shelf.search(session, search, language())
    countries = sorted(((code, country(code)) for code in found.facets.countries), key=_by_name)
    return render_template(
        "studies.html",
        search=search,
        found=found,
        page=found.page,
        address=lambda number: url_for("public.studies", page=number, **in_query(search)),
        map_address=url_for("study_map.picture", page=found.page.number, **in_query(search)),
        with_anything=any(each.spots for each in found.page.items),
        distances=DISTANCES,
        groups=GROUPS,
        countries=countries,
        states=[(value, say(words)) for value, words in STATES.items()],
    )


@pages.get("/studies/<path:slug>")
@anyone
def study(slug: str) -> str:
    """One study in plain words."""
    lexicon = service().open_lexicon()
    with reading(service().engine) as session:
        found = find_study(session, slug, language(), lexicon)
        answers = moderating.shown(session, slug, language())
    wanted, unwanted = asks(found.eligibility, found.language, language(), lexicon)
    return render_template(
        "study.html",
        study=found,
        wanted=wanted,
        unwanted=unwanted,
        answers=answers,
        address=f"{service().settings.base_url}/studies/{found.slug}",
        via=share.via(),
        linked_data=medical_trial(found, service().settings.base_url),
    )


@pages.get("/privacy")
@anyone
def privacy() -> str:
    """What is known about people here, and what they can do about it."""
    return render_template("privacy.html", notice_version=notices.current(language()).version)


def _by_name(place: tuple[str, str]) -> str:
    return place[1].casefold()
