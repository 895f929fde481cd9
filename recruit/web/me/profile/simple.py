"""The whole profile at a glance, and the steps that ask one thing: sex, languages, home."""

from functools import partial
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.profile import Answer, Meanwhile, Shown
from recruit.core.i18n import N_
from recruit.core.written import LOCALES
from recruit.criteria.nodes import SexValue
from recruit.people import telling
from recruit.people.facts import Home, Profile
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.profile.steps import (
    TOLD,
    just_saved,
    onward,
    page,
    pages,
    progress,
    save,
    shown,
)

SEXES: Final[dict[str, SexValue | None]] = {"female": "female", "male": "male", "unsure": None}
LANGUAGES: Final = (
    "fr", "en", "ar", "de", "es", "it", "nl", "pl", "pt", "ro", "ru", "ta", "tr", "uk", "vi", "zh",
)  # fmt: skip
# France first, then the countries of the European Economic Area and their neighbours.
COUNTRIES: Final = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "GB", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    "CA", "US",
)  # fmt: skip
LONGEST_POSTCODE: Final = 40
NOT_CHOSEN: Final = N_("Please choose one of the answers, or leave this question.")
POSTCODE_TOO_LONG: Final = N_("A postcode is shorter than that. Please write the postcode alone.")


@pages.get("")
@participant
def overview() -> str:
    """What was told, step by step, and where to go on."""
    now = shown()
    steps = progress(now.profile)
    following = next((step for step, state in steps if state == "open"), None)
    return render_template(
        "me/profile/overview.html",
        steps=steps,
        told=sum(state == TOLD for _, state in steps),
        following=following,
        saved=just_saved(),
    )


@pages.get("/sex")
@participant
def ask_sex() -> str:
    """Which sex the person was born with."""
    now = shown()
    chosen = now.profile.sex or ("unsure" if "sex" in now.profile.own.unsure else "")
    return page("sex", now, chosen=chosen)


@pages.post("/sex")
@participant
def tell_sex() -> ResponseReturnValue:
    """Save it."""
    chosen = request.form.get("sex", "")
    if chosen not in SEXES:
        now = shown()
        problems = {"sex": say(NOT_CHOSEN)}
        return page("sex", now, chosen="", problems=problems), 422
    change = partial(telling.with_sex, sex=SEXES[chosen])
    outcome = save(Answer("sex", change, lambda profile: profile.sex))
    if isinstance(outcome, Meanwhile):
        now = outcome.now
        words = _sex_words(now.profile.sex)
        return page("sex", now, chosen=chosen, meanwhile=words), 409
    return onward("sex")


@pages.get("/languages")
@participant
def ask_languages() -> str:
    """Which languages the person speaks well."""
    now = shown()
    return _languages(now, now.profile.languages)


@pages.post("/languages")
@participant
def tell_languages() -> ResponseReturnValue:
    """Save them; none ticked means that the person does not say."""
    chosen = frozenset(request.form.getlist("language")) & frozenset(LANGUAGES)
    kept = frozenset(shown().profile.languages) - frozenset(LANGUAGES)
    change = partial(
        telling.with_languages, languages=chosen | kept, all_of_them="all" in request.form
    )
    outcome = save(Answer("languages", change, lambda profile: profile.languages))
    if isinstance(outcome, Meanwhile):
        now = outcome.now
        words = _languages_words(now.profile)
        return _languages(now, chosen, meanwhile=words), 409
    return onward("languages")


@pages.get("/home")
@participant
def ask_home() -> str:
    """Country and postcode."""
    now = shown()
    home = now.profile.home
    return _home(now, home.country or "FR", home.postcode or "")


@pages.post("/home")
@participant
def tell_home() -> ResponseReturnValue:
    """Save them; an unknown postcode is kept as it was typed, and said to be unknown."""
    country, postcode = request.form.get("country", ""), request.form.get("postcode", "")
    if "unsure" in request.form:
        country = postcode = ""
    elif country not in {"FR", *COUNTRIES}:
        now = shown()
        problems = {"country": say(NOT_CHOSEN)}
        return _home(now, country, postcode, problems=problems), 422
    if len(postcode) > LONGEST_POSTCODE:
        now = shown()
        problems = {"postcode": say(POSTCODE_TOO_LONG)}
        return _home(now, country, postcode, problems=problems), 422
    change = partial(telling.with_home, country=country or None, postcode=postcode)
    outcome = save(Answer("home", change, lambda profile: profile.home))
    if isinstance(outcome, Meanwhile):
        now = outcome.now
        words = _home_words(now.profile.home)
        return _home(now, country, postcode, meanwhile=words), 409
    if _is_unplaced(outcome.profile.home):
        return redirect(url_for("profile.ask_home", saved="home"))  # it says what is missing
    return onward("home")


def _is_unplaced(home: Home) -> bool:
    return bool(home.postcode) and home.lat is None


def _languages(now: Shown, chosen: frozenset[str], **more: object) -> str:
    names = LOCALES[language()].languages
    options = [(code, str(names.get(code, code)).capitalize()) for code in LANGUAGES]
    others = [str(names.get(code, code)) for code in sorted(now.profile.languages - set(LANGUAGES))]
    sent = request.method == "POST"
    return page(
        "languages",
        now,
        chosen=chosen,
        options=options,
        others=others,
        all_of_them="all" in request.form if sent else now.profile.all_languages,
        **more,
    )


def _home(now: Shown, country: str, postcode: str, **more: object) -> str:
    names = LOCALES[language()].territories
    rest = sorted(((code, str(names[code])) for code in COUNTRIES), key=lambda pair: pair[1])
    options = [("FR", str(names["FR"])), *rest]
    return page(
        "home",
        now,
        country=country,
        postcode=postcode,
        options=options,
        unplaced=_is_unplaced(now.profile.home),
        **more,
    )


def _sex_words(sex: SexValue | None) -> str:
    words = {"female": N_("Female"), "male": N_("Male"), None: N_("I do not know")}
    return say(words[sex])


def _languages_words(profile: Profile) -> str:
    names = LOCALES[language()].languages
    return ", ".join(str(names.get(code, code)) for code in sorted(profile.languages)) or "–"


def _home_words(home: Home) -> str:
    country = LOCALES[language()].territories.get(home.country or "", "")
    return " ".join(filter(None, (home.postcode, str(country)))) or "–"
