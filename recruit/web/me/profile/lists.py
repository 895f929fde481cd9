"""The steps that are told in free words: what was understood is confirmed before it counts."""

from dataclasses import dataclass
from typing import Final

from flask import redirect, request
from flask.typing import ResponseReturnValue

from recruit.actions.fact_lines import line
from recruit.actions.profile import Answer
from recruit.core.i18n import N_
from recruit.people import telling
from recruit.people.facts import ClinicalFact, Fact, Profile
from recruit.people.intake.heard import LONGEST, MOST, plain, says_none
from recruit.people.own_words import is_complete
from recruit.terminology.concepts import Kind
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.profile.confirming import TOO_LONG, confirmation, confirmed
from recruit.web.me.profile.steps import BY_KEY, LISTS, onward, page, pages, save, shown
from recruit.web.service import service

ROUTE: Final = f"/<any({', '.join(LISTS)}):key>"
TOO_MANY: Final = N_("These are more than {most} things at once. Please tell them in parts.")
NONE_AT_ALL: Final = N_("If you have none, leave the field empty and tick “This list is complete”.")
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
    return _list(key)


@pages.post(ROUTE)
@participant
def tell_list(key: str) -> ResponseReturnValue:
    """Words are read and shown back; without words the two boxes are saved."""
    words = plain(request.form.get("words", ""))
    problem = _problem(words)
    if problem:
        return _list(key, words=words, problems={"words": problem}), 422
    if words:
        return confirmation(BY_KEY[key], words)
    return _saved(key, ())


@pages.get(f"{ROUTE}/confirm")
@participant
def back_to_list(key: str) -> ResponseReturnValue:
    """Whoever comes back to the confirmation without words begins again."""
    return redirect(BY_KEY[key].address)


@pages.post(f"{ROUTE}/confirm")
@participant
def confirm_list(key: str) -> ResponseReturnValue:
    """Save what the person confirmed; what has no answer yet is asked once more."""
    words = plain(request.form.get("words", ""))
    problem = _problem(words)
    if problem or not words:
        problems = {"words": problem} if problem else {}
        return _list(key, words=words, problems=problems), 422
    read = confirmed(BY_KEY[key], words)
    return (read, 422) if isinstance(read, str) else _saved(key, read)


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


def _saved(key: str, facts: tuple[Fact, ...]) -> ResponseReturnValue:
    told = _Told(LISTS[key], facts, "complete" in request.form, "unsure" in request.form)
    save(Answer(key, told.onto))
    return onward(key)


def _problem(words: str) -> str | None:
    if len(words) > LONGEST:
        return say(TOO_LONG, longest=LONGEST)
    if says_none(words):
        return say(NONE_AT_ALL)
    if words.count(",") + words.count("\n") + words.count(";") >= MOST:
        return say(TOO_MANY, most=MOST)
    return None


def _list(key: str, words: str = "", **more: object) -> str:
    now, kind, lexicon = shown(), LISTS[key], service().open_lexicon()
    known = [
        (place, line(fact, language(), lexicon))
        for place, fact in enumerate(now.profile.facts)
        if isinstance(fact, ClinicalFact) and fact.kind is kind
    ]
    return page(
        key,
        now,
        question=say(LABELS[key]),
        hint=say(HINTS[key]),
        known=known,
        words=words,
        complete=_ticked("complete", known=is_complete(now.profile, kind) or False),
        unsure=_ticked("unsure", known=kind in now.profile.own.unsure),
        **more,
    )


def _ticked(name: str, *, known: bool) -> bool:
    """What was sent, else what is known."""
    return name in request.form if request.method == "POST" else known
