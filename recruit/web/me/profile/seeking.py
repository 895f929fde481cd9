"""What a person looks for a study about, in free words that are confirmed like the others."""

from functools import partial
from typing import Final

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.fact_lines import concept_name
from recruit.actions.profile import Answer, Meanwhile, Shown
from recruit.core.i18n import N_
from recruit.people import telling
from recruit.people.facts import ClinicalFact, Fact
from recruit.people.intake.exchange import sought
from recruit.people.intake.heard import LONGEST, plain
from recruit.web.access import participant
from recruit.web.language import language, say
from recruit.web.me.profile.confirming import TOO_LONG, confirmation, confirmed
from recruit.web.me.profile.steps import BY_KEY, onward, page, pages, save, shown
from recruit.web.service import service

STEP: Final = BY_KEY["seeking"]
MOST_SOUGHT: Final = 20
TOO_MUCH: Final = N_("Please name at most {most} things.")


@pages.get("/seeking")
@participant
def ask_seeking() -> str:
    """What was told so far, and a field for more."""
    return _page(shown())


@pages.post("/seeking")
@participant
def tell_seeking() -> ResponseReturnValue:
    """Words are read and shown back; without words what stays ticked is saved."""
    words = plain(request.form.get("words", ""))
    if len(words) > LONGEST:
        problem = {"words": say(TOO_LONG, longest=LONGEST)}
        return _page(shown(), words=words, problems=problem), 422
    return confirmation(STEP, words) if words else _saved(())


@pages.get("/seeking/confirm")
@participant
def back_to_seeking() -> ResponseReturnValue:
    """Whoever comes back to the confirmation without words begins again."""
    return redirect(url_for("profile.ask_seeking"))


@pages.post("/seeking/confirm")
@participant
def confirm_seeking() -> ResponseReturnValue:
    """Save what the person confirmed."""
    words = plain(request.form.get("words", ""))
    if not words or len(words) > LONGEST:
        return redirect(url_for("profile.ask_seeking"))
    read = confirmed(STEP, words)
    return (read, 422) if isinstance(read, str) else _saved(read)


def _saved(facts: tuple[Fact, ...]) -> ResponseReturnValue:
    kept = request.form.getlist("keep")
    new = [_named(fact) for fact in facts if isinstance(fact, ClinicalFact)]
    texts = [*dict.fromkeys((*kept, *new))]
    now = shown()
    if len(texts) > MOST_SOUGHT:
        problem = {"words": say(TOO_MUCH, most=MOST_SOUGHT)}
        return _page(now, problems=problem), 422
    known = set(now.profile.seeking_text) | set(new)
    texts = [text for text in texts if text in known]  # nothing slips in unread
    concepts = sought(tuple(texts), service().open_lexicon())
    change = partial(telling.with_search, texts=texts, concepts=concepts)
    outcome = save(Answer(STEP.key, change, lambda profile: profile.seeking_text))
    if isinstance(outcome, Meanwhile):
        now = outcome.now
        words = ", ".join(now.profile.seeking_text) or "–"
        return _page(now, words="\n".join(new), meanwhile=words), 409
    return onward(STEP.key)


def _named(fact: ClinicalFact) -> str:
    """The concept's name, which stands for it from now on, or the words that were kept."""
    concept = service().open_lexicon().concept(fact.concepts[0]) if fact.concepts else None
    return concept_name(concept, language()) if concept else fact.text


def _page(now: Shown, words: str = "", **more: object) -> str:
    return page(STEP.key, now, sought=now.profile.seeking_text, words=words, **more)
