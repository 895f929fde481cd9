"""The steps that are told in free words: what was understood is confirmed before it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from recruit.actions.fact_lines import line
from recruit.actions.profile import Answer, Shown
from recruit.core import clock
from recruit.core.i18n import N_
from recruit.people import telling
from recruit.people.facts import ClinicalFact, Fact, Profile
from recruit.people.intake.heard import (
    LONGEST,
    MOST,
    Understanding,
    listen,
    plain,
    says_none,
)
from recruit.people.own_words import is_complete
from recruit.terminology.concepts import Kind
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.profile import choices
from recruit.web.me.profile.steps import (
    BY_KEY,
    LISTS,
    Step,
    after,
    just_saved,
    onward,
    pages,
    progress,
    save,
    shown,
)
from recruit.web.service import service

ROUTE: Final = f"/<any({', '.join(LISTS)}):key>"
TOO_LONG: Final = N_("This is longer than {longest} letters. Please tell it in parts.")
TOO_MANY: Final = N_("These are more than {most} things at once. Please tell them in parts.")
NONE_AT_ALL: Final = N_("If you have none, leave the field empty and tick “This list is complete”.")
ASKED_AGAIN: Final = N_("We read your words again and understood them a little differently.")
LABELS: Final = {
    "conditions": N_("Which health problems do you have, or have you had?"),
    "treatments": N_("Which medicines do you take, or have you taken?"),
    "operations": N_("Which operations or procedures have you had?"),
    "allergies": N_("What are you allergic to?"),
}
HINTS: Final = {
    "conditions": N_("For example: type 2 diabetes since 2015, high blood pressure, no asthma"),
    "treatments": N_("For example: metformin 500 mg, aspirin, ramipril stopped in 2020"),
    "operations": N_("For example: appendix removed in 1998, cataract surgery in March 2020"),
    "allergies": N_("For example: penicillin, nuts, latex"),
}


@pages.get(ROUTE)
@participant
def ask_list(key: str) -> str:
    """What is known of one kind, and a field for more."""
    return _list(BY_KEY[key], shown())


@pages.post(ROUTE)
@participant
def tell_list(key: str) -> ResponseReturnValue:
    """Words are read and shown back; without words the two boxes are saved."""
    step, words = BY_KEY[key], plain(request.form.get("words", ""))
    problem = _problem(words)
    if problem:
        return _list(step, shown(), words=words, problems={"words": problem}), 422
    if words:
        return _confirm(step, words, {})
    return _saved(step, ())


@pages.get(f"{ROUTE}/confirm")
@participant
def back_to_list(key: str) -> ResponseReturnValue:
    """Whoever comes back to the confirmation without words begins again."""
    return redirect(BY_KEY[key].address)


@pages.post(f"{ROUTE}/confirm")
@participant
def confirm_list(key: str) -> ResponseReturnValue:
    """Save what the person confirmed; what has no answer yet is asked once more."""
    step, words = BY_KEY[key], plain(request.form.get("words", ""))
    problem = _problem(words)
    if problem or not words:
        problems = {"words": problem} if problem else {}
        return _list(step, shown(), words=words, problems=problems), 422
    understanding = heard(words, LISTS[key])
    chosen = dict(request.form.items())
    if request.form.get("reading") != choices.fingerprint(understanding):
        return _confirm(step, words, {}, notice=say(ASKED_AGAIN)), 422
    asked = choices.questions(understanding, LISTS[key], chosen, look())
    problems = choices.unanswered(asked)
    if problems:
        return _confirm(step, words, chosen, problems=problems), 422
    return _saved(step, choices.facts_of(understanding, asked, LISTS[key]))


def heard(words: str, about: Kind) -> Understanding:
    """What the words say."""
    return listen(words, about, service().open_lexicon(), clock.today())


@dataclass(frozen=True, slots=True)
class _Told:
    """Facts of a list that were confirmed, and its two boxes."""

    kind: Kind
    facts: tuple[Fact, ...]
    complete: bool
    unsure: bool

    def onto(self, profile: Profile) -> Profile:
        """Things are only added: what another window told meanwhile stays."""
        told = telling.with_facts(profile, self.facts)
        told = telling.with_list(told, self.kind, complete=self.complete)
        unsure = self.unsure and not self.complete
        return telling.with_doubts(told, (self.kind,)) if unsure else told


def look() -> choices.Look:
    """How facts are shown to this visitor."""
    return choices.Look(service().open_lexicon(), language())


def _saved(step: Step, facts: Iterable[Fact]) -> ResponseReturnValue:
    boxes = request.form
    told = _Told(LISTS[step.key], tuple(facts), "complete" in boxes, "unsure" in boxes)
    save(Answer(step.key, told.onto))
    return onward(step)


def _problem(words: str) -> str | None:
    if len(words) > LONGEST:
        return say(TOO_LONG, longest=LONGEST)
    if says_none(words):
        return say(NONE_AT_ALL)
    if words.count(",") + words.count("\n") + words.count(";") >= MOST:
        return say(TOO_MANY, most=MOST)
    return None


def _list(step: Step, now: Shown, **more: object) -> str:
    kind, lexicon = LISTS[step.key], service().open_lexicon()
    known = [
        (place, line(fact, language(), lexicon))
        for place, fact in enumerate(now.profile.facts)
        if isinstance(fact, ClinicalFact) and fact.kind is kind
    ]
    given = {"words": "", "problems": {}}
    return render_template(
        "me/profile/list.html",
        step=step,
        steps=progress(now.profile),
        next_step=after(step),
        base=now.number,
        question=say(LABELS[step.key]),
        hint=say(HINTS[step.key]),
        known=known,
        complete=_ticked("complete", known=is_complete(now.profile, kind) or False),
        unsure=_ticked("unsure", known=kind in now.profile.own.unsure),
        saved=just_saved(),
        **{**given, **more},
    )


def _ticked(name: str, *, known: bool) -> bool:
    """What was sent, else what is known."""
    return name in request.form if request.method == "POST" else known


def _confirm(
    step: Step,
    words: str,
    chosen: dict[str, str],
    problems: dict[str, str] | None = None,
    notice: str | None = None,
) -> str:
    understanding = heard(words, LISTS[step.key])
    now = shown()
    return render_template(
        "me/profile/confirm.html",
        step=step,
        steps=progress(now.profile),
        base=now.number,
        words=words,
        action=f"{step.address}/confirm",
        asked=choices.questions(understanding, LISTS[step.key], chosen, look()),
        left_out=understanding.left_out,
        reading=choices.fingerprint(understanding),
        kept=(),
        complete="complete" in request.form,
        with_complete=True,
        problems=problems or {},
        notice=notice,
        saved=None,
    )
