"""What a person can answer to each thing that was heard, and the fact that their choice makes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from recruit.actions.fact_lines import line
from recruit.core.i18n import N_
from recruit.people.facts import ClinicalFact, Fact, FactStatus
from recruit.people.intake.heard import Heard, Understanding, meant, only_words, usual
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.web.language import say

YES: Final = "yes"
HAVE: Final = "have"
NOT: Final = "not"
WORDS: Final = "words"
DROP: Final = "drop"
MEANT: Final = "meant-"  # and the candidate's place


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that was heard: its field, its words, (value, label) pairs, what is chosen."""

    field: str
    words: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    understood: bool


@dataclass(frozen=True, slots=True)
class Look:
    """How facts are shown: with which names, in which language."""

    lexicon: Lexicon
    language: str

    def line(self, fact: Fact) -> str:
        """The fact as one line."""
        return str(line(fact, self.language, self.lexicon))


def questions(
    understanding: Understanding, about: Kind, chosen: dict[str, str], look: Look
) -> list[Question]:
    """One for each thing that was heard; `chosen` holds what the person chose so far."""
    asked = []
    for place, heard in enumerate(understanding.heard):
        field = f"item-{place}"
        options = tuple(_options(heard, about, look))
        first = _first(heard)
        asked.append(
            Question(
                field,
                heard.words,
                options,
                chosen.get(field, first),
                heard.named is not None or bool(heard.candidates),
            )
        )
    return asked


def facts_of(understanding: Understanding, asked: list[Question], about: Kind) -> list[Fact]:
    """The facts that the choices make; what was dropped makes none."""
    found = []
    for heard, question in zip(understanding.heard, asked, strict=True):
        fact = _fact(heard, question.chosen, about)
        if fact:
            found.append(fact)
    return found


def unanswered(asked: list[Question]) -> dict[str, str]:
    """A problem for each thing without a choice that it offers."""
    problem = N_("“{words}”: please choose one of the answers.")
    return {
        question.field: say(problem, words=question.words)
        for question in asked
        if question.chosen not in {value for value, _ in question.options}
    }


def fingerprint(understanding: Understanding) -> str:
    """Changes when the same words are understood differently, as after an update."""
    return sha256(repr(understanding).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _options(heard: Heard, about: Kind, look: Look) -> Iterator[tuple[str, str]]:
    fact = heard.named
    if fact is not None and not heard.either_way:
        yield YES, look.line(fact)
    if isinstance(fact, ClinicalFact) and (heard.either_way or fact.status == "absent"):
        yield HAVE, say(N_("I do have this: {what}"), what=_as(fact, "present", look))
        if heard.either_way:
            yield NOT, _as(fact, "absent", look)
    for place, concept in enumerate(heard.candidates):
        what = look.line(meant(heard, concept, about))
        yield f"{MEANT}{place}", say(N_("I meant: {what}"), what=what)
    if fact is None or isinstance(fact, ClinicalFact):
        keep = N_("Keep only my words") if fact or heard.candidates else N_("Keep my words")
        yield WORDS, say(keep)
    yield DROP, say(N_("Leave this out: it is wrong, or not about me"))


def _as(fact: ClinicalFact, status: FactStatus, look: Look) -> str:
    denied = status == "absent"
    began = None if denied else fact.began
    return look.line(replace(fact, status="absent" if denied else usual(fact.kind), began=began))


def _first(heard: Heard) -> str:
    """What is chosen before the person chooses: only what nothing speaks against."""
    if heard.sure and heard.named:
        return YES
    return WORDS if heard.named is None and not heard.candidates else ""


def _fact(heard: Heard, chosen: str, about: Kind) -> Fact | None:
    fact = heard.named
    if chosen == YES:
        return fact
    if chosen == WORDS:
        return only_words(heard, about)
    if chosen.startswith(MEANT):
        return meant(heard, heard.candidates[int(chosen.removeprefix(MEANT))], about)
    if isinstance(fact, ClinicalFact):
        if chosen == HAVE:
            return replace(fact, status=usual(fact.kind))
        if chosen == NOT:
            return replace(fact, status="absent", began=None, ended=None)
    return None
