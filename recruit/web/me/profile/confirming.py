"""What was told in free words is shown back, and counts once the person has confirmed it."""

from typing import Final

from flask import render_template, request

from recruit.core import clock
from recruit.core.i18n import N_
from recruit.people.facts import Fact
from recruit.people.intake.heard import Understanding, listen
from recruit.terminology.concepts import Kind
from recruit.web.language import language, say
from recruit.web.me.profile import choices
from recruit.web.me.profile.choices import Look
from recruit.web.me.profile.steps import LISTS, Step, progress, shown
from recruit.web.service import service

TOO_LONG: Final = N_("This is longer than {longest} letters. Please tell it in parts.")
ASKED_AGAIN: Final = N_("We read your words again and understood them a little differently.")


def confirmation(
    step: Step,
    words: str,
    chosen: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    notice: str | None = None,
) -> str:
    """The page that shows back what the words say; `chosen` by field, as it was sent."""
    understanding, now = _heard(step, words), shown()
    return render_template(
        "me/profile/confirm.html",
        step=step,
        steps=progress(now.profile),
        base=now.number,
        words=words,
        action=f"{step.address}/confirm",
        asked=choices.questions(understanding, _about(step), chosen or {}, _look()),
        left_out=understanding.left_out,
        reading=choices.fingerprint(understanding),
        kept=request.form.getlist("keep"),
        complete="complete" in request.form,
        with_complete=step.key in LISTS,
        problems=problems or {},
        notice=notice,
        saved=None,
    )


def confirmed(step: Step, words: str) -> tuple[Fact, ...] | str:
    """What the person confirmed of the words, or the page that asks once more."""
    understanding, chosen = _heard(step, words), dict(request.form.items())
    if request.form.get("reading") != choices.fingerprint(understanding):
        return confirmation(step, words, notice=say(ASKED_AGAIN))
    asked = choices.questions(understanding, _about(step), chosen, _look())
    problems = choices.unanswered(asked)
    if problems:
        return confirmation(step, words, chosen, problems)
    return tuple(choices.facts_of(understanding, asked, _about(step)))


def _about(step: Step) -> Kind:
    """What studies are looked for about is told as health problems are."""
    return LISTS.get(step.key, Kind.CONDITION)


def _heard(step: Step, words: str) -> Understanding:
    return listen(words, _about(step), service().open_lexicon(), clock.today())


def _look() -> Look:
    return Look(service().open_lexicon(), language())
