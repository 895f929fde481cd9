"""A match for a coordinator: each criterion with its verdict, its rule and what is on record."""

from dataclasses import dataclass
from typing import Final

from recruit.actions.evidence import OnRecord, evidence
from recruit.actions.questions import questions
from recruit.core.i18n import N_
from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.nodes import Unparsed
from recruit.criteria.phrase import Lexicon, phrase
from recruit.criteria.truth import Truth
from recruit.matching.outcome import CriterionOutcome, Outcome, Verdict, Why
from recruit.people.facts import Profile
from recruit.web.wording import understood

SIGNS: Final = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "unknown"}
# "Fulfilled" would be wrong for an exclusion: there it means that the person is kept out.
WORDS: Final[dict[CriterionKind, dict[Truth, str]]] = {
    "inclusion": {
        Truth.YES: N_("Fulfilled"),
        Truth.NO: N_("Not fulfilled"),
        Truth.UNKNOWN: N_("Not known"),
    },
    "exclusion": {
        Truth.YES: N_("Absent"),
        Truth.NO: N_("Present"),
        Truth.UNKNOWN: N_("Not known"),
    },
}
VERDICT_SIGNS: Final = {
    Verdict.ELIGIBLE: "yes",
    Verdict.INELIGIBLE: "no",
    Verdict.UNDETERMINED: "unknown",
}
VERDICT_WORDS: Final = {
    Verdict.ELIGIBLE: N_("Seems eligible"),
    Verdict.INELIGIBLE: N_("Something against"),
    Verdict.UNDETERMINED: N_("To clarify"),
}
KINDS: Final = {"inclusion": N_("Inclusion"), "exclusion": N_("Exclusion")}
REASONS: Final = {
    Why.FACT: N_("On record"),
    Why.COMPLETE: N_("Not in a list that the person says is complete"),
    Why.MISSING: N_("Nothing on record"),
    Why.VAGUE: N_("On record, but not precisely enough"),
    Why.CONTRADICTION: N_("What is on record contradicts itself"),
    Why.PERSON: N_("The sponsor wants the person to be asked, whatever is on record"),
    Why.SITE: N_("The site judges this, whatever is on record"),
    Why.UNREAD: N_("This text was not read as a rule: please judge it yourself"),
}
UNNAMED: Final = N_("This term is not in the lexicon: please judge it yourself")


@dataclass(frozen=True, slots=True)
class Explained:
    """One criterion as the page shows it; `word`, `kind` and `reason` are catalogue messages."""

    sign: str
    word: str
    kind: str
    rule: str | None
    text: str
    language: str
    questions: tuple[str, ...]
    facts: tuple[OnRecord, ...]
    reason: str | None


def explained(
    outcome: Outcome, profile: Profile, text_language: str, language: str, lexicon: Lexicon
) -> dict[Truth, list[Explained]]:
    """The criteria of a match by whether they hold, each group in the protocol's order."""
    groups: dict[Truth, list[Explained]] = {truth: [] for truth in Truth}
    for each in outcome.criteria:
        groups[each.holds].append(_criterion(each, profile, text_language, language, lexicon))
    return groups


def _criterion(
    outcome: CriterionOutcome,
    profile: Profile,
    text_language: str,
    language: str,
    lexicon: Lexicon,
) -> Explained:
    criterion = outcome.criterion
    facts = evidence(outcome, profile, language)
    return Explained(
        sign=SIGNS[outcome.holds],
        word=WORDS[criterion.kind][outcome.holds],
        kind=KINDS[criterion.kind],
        rule=phrase(criterion.rule, language, lexicon) if understood(criterion) else None,
        text=" ".join(criterion.text.split()),
        language=text_language,
        questions=tuple(questions(outcome, language, lexicon)),
        facts=facts,
        reason=_reason(outcome, shown=bool(facts)),
    )


def _reason(outcome: CriterionOutcome, *, shown: bool) -> str | None:
    """Why the criterion stands as it does, where the facts beside it do not say so themselves."""
    deciding = [leaf for leaf in outcome.leaves if leaf.truth is Truth.UNKNOWN]
    if outcome.truth is not Truth.UNKNOWN:
        deciding = [] if shown else list(outcome.leaves)
    if not deciding:
        return None
    first = deciding[0]
    named = first.why is not Why.UNREAD or isinstance(first.leaf, Unparsed)
    return REASONS[first.why] if named else UNNAMED
