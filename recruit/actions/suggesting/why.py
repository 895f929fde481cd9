"""Why a study suits a person, in plain words: a line for each of its criteria."""

from collections.abc import Iterator
from typing import Final

from recruit.actions.criterion_words import in_one_line
from recruit.actions.evidence import evidence
from recruit.actions.suggesting.suggest import Suggestion
from recruit.core.i18n import N_, translate
from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.truth import Truth
from recruit.matching.outcome import CriterionOutcome
from recruit.people.facts import Profile
from recruit.terminology.lexicon import Lexicon

# What keeps somebody out is never suggested: of an exclusion "holds" means that it is not so.
HOLDS: Final[dict[CriterionKind, str]] = {
    "inclusion": N_("Fits: {criterion}"),
    "exclusion": N_("Does not apply, as it should be: {criterion}"),
}
OPEN: Final = N_("Not known yet: {criterion}")
ON_RECORD: Final = N_("{reason} On record: {facts}.")


def why(suggestion: Suggestion, profile: Profile, language: str, lexicon: Lexicon) -> Iterator[str]:
    """What is known to fit first, with what is on record, then what is still open."""
    for truth in (Truth.YES, Truth.UNKNOWN):
        for each in suggestion.outcome.criteria:
            if each.holds is truth:
                yield _line(each, suggestion, profile, language, lexicon)


def _line(
    outcome: CriterionOutcome,
    suggestion: Suggestion,
    profile: Profile,
    language: str,
    lexicon: Lexicon,
) -> str:
    criterion = outcome.criterion
    written = suggestion.version.draft.language
    said = in_one_line(criterion, written, language, lexicon).text
    reason = OPEN if outcome.holds is Truth.UNKNOWN else HOLDS[criterion.kind]
    line = translate(reason, language, criterion=said)
    facts = ", ".join(str(each) for each in evidence(outcome, profile, language, lexicon))
    return translate(ON_RECORD, language, reason=line, facts=facts) if facts else line
