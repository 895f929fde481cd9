"""The steps in which people tell about themselves: their order, why each is asked, what is told."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from recruit.actions import profile as actions
from recruit.actions.profile import Answer, Meanwhile, Shown
from recruit.core.i18n import N_
from recruit.people.asking import ALWAYS, EVERYBODY, WOMEN, latest, state_of
from recruit.people.facts import ClinicalFact, Profile
from recruit.people.own_words import is_complete
from recruit.terminology.concepts import Kind
from recruit.web.service import service
from recruit.web.whom import audit_actor, whose

pages = Blueprint("profile", __name__, url_prefix="/me/profile")

# The lists of the profile, by the word in their address.
LISTS: Final = {
    "conditions": Kind.CONDITION,
    "treatments": Kind.DRUG,
    "operations": Kind.PROCEDURE,
    "allergies": Kind.ALLERGY,
}
TOLD: Final = "told"
UNSURE: Final = "unsure"
OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the conversation: its word in the address, its name, why it is asked."""

    key: str
    name: str
    why: str

    @property
    def address(self) -> str:
        """Where it is."""
        return url_for("profile.overview") + f"/{self.key}"


STEPS: Final = (
    Step(
        "sex",
        N_("Sex at birth"),
        N_("Some studies are for women only, or for men only. Normal blood values also differ."),
    ),
    Step(
        "conditions",
        N_("Your health problems"),
        N_("Most studies look for people with a certain health problem, or without one."),
    ),
    Step(
        "treatments",
        N_("Your treatments"),
        N_("Some treatments do not go together. Others are what a study is about."),
    ),
    Step(
        "operations",
        N_("Operations and procedures"),
        N_("Some studies ask for an operation you have had, or for none."),
    ),
    Step(
        "allergies",
        N_("Allergies"),
        N_("A study must not give you what you are allergic to."),
    ),
    Step(
        "measures",
        N_("A few measures"),
        N_("Studies often set limits, for example for weight or for a blood value."),
    ),
    Step(
        "life",
        N_("About your life"),
        N_("Smoking, alcohol or a pregnancy can decide whether a study is safe for you."),
    ),
    Step(
        "languages",
        N_("Your languages"),
        N_("You must be able to read and to ask everything in a language you speak well."),
    ),
    Step(
        "home",
        N_("Where you live"),
        N_("We look for study centres near you. A postcode is enough: we need no street."),
    ),
    Step(
        "seeking",
        N_("What you are looking for"),
        N_("We look first for studies about what matters to you."),
    ),
)
BY_KEY: Final = {step.key: step for step in STEPS}


def shown() -> Shown:
    """The profile of the person whose pages are shown."""
    return actions.show_profile(service().engine, person=whose())


def save(answer: Answer) -> Shown | Meanwhile:
    """Save an answer that was given in view of the form's version."""
    return actions.tell(
        service().engine, person=whose(), base=base(), answer=answer, actor=audit_actor()
    )


def base() -> int:
    """The version that the form was made from; 0 where the form does not say."""
    written = request.form.get("base", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0  # noqa: PLR2004 - as long as a version can be


def page(key: str, now: Shown, **more: object) -> str:
    """The page of a step; `more` is what it asks, and `problems` or `meanwhile` where there are."""
    step = BY_KEY[key]
    known: dict[str, object] = {"problems": {}, "meanwhile": None, "saved": just_saved()}
    return render_template(
        f"me/profile/{'list' if key in LISTS else key}.html",
        step=step,
        steps=progress(now.profile),
        next_step=_after(step),
        base=now.number,
        **{**known, **more},
    )


def onward(key: str) -> Response:
    """On to the next step, or back to the whole after the last; it says what was saved."""
    following = _after(BY_KEY[key])
    address = following.address if following else url_for("profile.overview")
    return redirect(f"{address}?saved={key}")


def just_saved() -> str | None:
    """The name of the step that was saved right before this page, as a message."""
    if request.method != "GET":  # what was sent since is not saved yet
        return None
    step = BY_KEY.get(request.args.get("saved", ""))
    return step.name if step else None


def progress(profile: Profile) -> list[tuple[Step, str]]:
    """Each step with what is known of it: told, unsure or open."""
    return [(step, _state(step.key, profile)) for step in STEPS]


def _after(step: Step) -> Step | None:
    """The step that follows, None after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def _state(key: str, profile: Profile) -> str:
    if _is_told(key, profile):
        return TOLD
    topic = LISTS.get(key, key)
    return UNSURE if topic in profile.own.unsure or _all_unsure(key, profile) else OPEN


def _is_told(key: str, profile: Profile) -> bool:
    if key in LISTS:
        return _has_list(LISTS[key], profile)
    states = (state_of(profile, each) for each in (*EVERYBODY, *WOMEN))
    told = {
        "sex": profile.sex is not None,
        "measures": any(latest(profile, each) for each in ALWAYS),
        "life": any(state and state.status != "unknown" for state in states),
        "languages": bool(profile.languages),
        "home": profile.home.country is not None,
        "seeking": bool(profile.seeking_text),
    }
    return told[key]


def _has_list(kind: Kind, profile: Profile) -> bool:
    facts = (f for f in profile.facts if isinstance(f, ClinicalFact) and f.kind is kind)
    return any(facts) or bool(is_complete(profile, kind))


def _all_unsure(key: str, profile: Profile) -> bool:
    if key == "measures":
        return all(each in profile.own.unsure for each in ALWAYS)
    return key == "life" and state_of(profile, EVERYBODY[0]) is not None
