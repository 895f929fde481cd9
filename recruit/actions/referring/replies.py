"""What a person can answer to a question of a study, in plain words, and which facts that makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from recruit.actions.clinical_questions import clinical_question
from recruit.actions.questions import question
from recruit.actions.referring.prescreening import Question, becomes_fact
from recruit.core.dates import PartialDate
from recruit.core.i18n import N_, translate
from recruit.core.written import tongue
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import (
    Clinical,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Ordinal,
    Sex,
    SexValue,
    State,
    Unparsed,
)
from recruit.criteria.phrase import Lexicon, phrase, thing
from recruit.people import telling
from recruit.people.asking import latest
from recruit.people.facts import ClinicalFact, FactStatus, OrdinalFact, Profile, Source
from recruit.referrals.asked import DECLINED, NO, SILENT, UNSURE, YES
from recruit.terminology.concepts import Kind
from recruit.terminology.scales import scale

Change = Callable[[Profile], Profile]

NOW: Final = "now"
EARLIER: Final = "earlier"
NEVER: Final = "never"
STOPPED: Final = "stopped"
ONE_WORD: Final = {
    UNSURE: N_("I do not know"),
    DECLINED: N_("I would rather not say"),
}
YES_OR_NO: Final = {YES: N_("Yes"), NO: N_("No")}
OVER_TIME: Final = {
    NOW: N_("Yes, now"),
    EARLIER: N_("Yes, but not any more"),
    NEVER: N_("No, never"),
}
SMOKING: Final = {
    YES: N_("Yes"),
    STOPPED: N_("No, I have stopped"),
    NO: N_("No, I have never smoked"),
}
SEXES: Final = {"female": N_("Female"), "male": N_("Male")}
# They happen on one day, or show what stays: there is no "not any more".
ONCE: Final = frozenset({Kind.PROCEDURE, Kind.BIOMARKER})
STATUSES: Final[Mapping[str, FactStatus]] = {
    NOW: "present",
    EARLIER: "past",
    NEVER: "absent",
    YES: "present",
    NO: "absent",
    STOPPED: "past",
    UNSURE: "unknown",
    DECLINED: "unknown",
}
SPEAKS: Final = N_("Do you speak and read this language well: {name}?")
IS_IT_SO: Final = N_("Is this so for you? {sentence}")


@dataclass(frozen=True, slots=True)
class Days:
    """When something began and ended, as far as the person knows."""

    began: PartialDate | None = None
    ended: PartialDate | None = None


def wording(asked: Question, language: str, lexicon: Lexicon) -> str:
    """The question in `language` ("en" or "fr")."""
    leaf = asked.leaf
    match leaf:
        case None:
            sentence = reason(asked, language, lexicon, as_written=True)
            return translate(IS_IT_SO, language, sentence=sentence)
        case Language(value=code):
            return translate(SPEAKS, language, name=tongue(code, language))
        case Clinical() if becomes_fact(leaf):
            return clinical_question(replace(leaf, within=None, status="ever"), language, lexicon)
        case _:
            # What cannot be asked is not among the questions: there is always a sentence.
            return question(leaf, language, lexicon) or phrase(leaf, language, lexicon)


def reason(asked: Question, language: str, lexicon: Lexicon, *, as_written: bool = False) -> str:
    """Why it is asked: what the study asks for, as one sentence.

    What must not be so is turned round, unless the statement is shown `as_written`. Where a part
    was not read the protocol's own words stand.
    """
    criterion = asked.criterion
    if any(isinstance(leaf, Unparsed) for leaf in leaves(criterion.rule)):
        return " ".join(criterion.text.split())
    turned = criterion.kind == "exclusion" and not as_written
    return phrase(Not(criterion.rule) if turned else criterion.rule, language, lexicon)


def options(asked: Question, language: str) -> list[tuple[str, str]]:
    """(word, label) of what can be chosen, the two ways to say nothing last."""
    chosen = {**_own_options(asked.leaf), **ONE_WORD}
    return [(word, translate(label, language)) for word, label in chosen.items()]


def change_of(  # noqa: PLR0911 - one return for each type of leaf
    asked: Question, given: str, days: Days, language: str, lexicon: Lexicon
) -> Change | None:
    """What an answer out of `options` changes in the profile; None where it is kept by itself."""
    leaf = asked.leaf
    if leaf is None or not becomes_fact(leaf):
        return partial(_speaks, leaf.value) if isinstance(leaf, Language) and given == YES else None
    match leaf:
        case State(state=key):
            return partial(_with_state, given, key)
        case Clinical():
            fact = _clinical(leaf, given, days, language, lexicon)
            return partial(_with_fact, given, fact)
        case Sex():
            if given in SILENT:
                return _without_sex
            sex: SexValue = "female" if given == "female" else "male"
            return partial(telling.with_sex, sex=sex)
        case Ordinal(variable=key) if given not in SILENT:
            return lambda profile: telling.with_facts(profile, [OrdinalFact(key, given)])
        case Measure(variable=key) | Ordinal(variable=key):
            return partial(_doubting, key)
        case _:
            return None


def _own_options(leaf: Leaf | None) -> Mapping[str, str]:
    match leaf:
        case State(state=key, within=None):
            return SMOKING if key == telling.SMOKER else YES_OR_NO
        case Clinical() if becomes_fact(leaf) and leaf.kind not in ONCE:
            return OVER_TIME
        case Sex():
            return SEXES
        case Ordinal(variable=key):
            grades = scale(key)
            return {grade: grade for grade in grades.grades} if grades else {}
        case Measure() | Location():
            return {}
        case _:
            return YES_OR_NO


def _clinical(
    leaf: Clinical, given: str, days: Days, language: str, lexicon: Lexicon
) -> ClinicalFact:
    status = STATUSES[given]
    if leaf.kind is Kind.PROCEDURE and status == "present":
        status = "past"
    is_there = status in {"present", "past"}
    once = leaf.kind in ONCE
    return ClinicalFact(
        leaf.kind,
        thing(replace(leaf, kind=Kind.CONDITION, within=None), language, lexicon),
        leaf.concepts,
        status,
        began=days.began if is_there else None,
        ended=(days.began if once else days.ended) if is_there and status != "present" else None,
    )


def _with_fact(given: str, fact: ClinicalFact, profile: Profile) -> Profile:
    tell = telling.with_unknown if given in SILENT else telling.with_facts
    return tell(profile, [fact])


def _with_state(given: str, key: str, profile: Profile) -> Profile:
    tell = telling.with_unknown if given in SILENT else telling.with_facts
    return tell(profile, telling.states_said(key, STATUSES[given]))


def _speaks(code: str, profile: Profile) -> Profile:
    spoken = profile.languages | {code}
    return telling.with_languages(profile, spoken, all_of_them=profile.all_languages)


def _without_sex(profile: Profile) -> Profile:
    """The profile of somebody who does not say it; what others reported stays."""
    if "sex" in profile.own.told:
        return telling.with_sex(profile, None)
    return telling.with_doubts(profile, ["sex"])


def _doubting(key: str, profile: Profile) -> Profile:
    """The profile of somebody who does not know a value; one they told before is taken out.

    One that others reported stays.
    """
    known = latest(profile, key)
    own = known if known and known.source is Source.OWN else None
    told = telling.without_fact(profile, own) if own else profile
    return telling.with_doubts(told, [key])
