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
class Piece:
    """A part of the study's own sentence; `sign` where a rule was read from it ("" elsewhere)."""

    text: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """One criterion as the page shows it; `word`, `kind` and `reason` are catalogue messages.

    `text` is the study's own sentence, `pieces` the same in parts. `contradicts` says that facts on
    record contradict each other.
    """

    sign: str
    word: str
    kind: str
    rule: str | None
    text: str
    pieces: tuple[Piece, ...]
    language: str
    questions: tuple[str, ...]
    facts: tuple[OnRecord, ...]
    reason: str | None
    contradicts: bool


def explained(  # noqa: PLR0913, PLR0917 - a match, and how it is read
    outcome: Outcome,
    profile: Profile,
    text_language: str,
    language: str,
    lexicon: Lexicon,
    source: str = "",
) -> dict[Truth, list[Explained]]:
    """The criteria of a match by whether they hold, each group in the protocol's order.

    `source` is the text that their spans lie in, where their parts are to be told apart.
    """
    groups: dict[Truth, list[Explained]] = {truth: [] for truth in Truth}
    for each in outcome.criteria:
        pieces = _pieces(each, source)
        groups[each.holds].append(
            _criterion(each, pieces, profile, text_language, language, lexicon)
        )
    return groups


def contradictions_first(criteria: list[Explained]) -> list[Explained]:
    """The same criteria, those about which the record contradicts itself before the others."""
    return sorted(criteria, key=lambda each: not each.contradicts)


def _criterion(  # noqa: PLR0913, PLR0917 - a criterion, and how it is read
    outcome: CriterionOutcome,
    pieces: tuple[Piece, ...],
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
        pieces=pieces,
        language=text_language,
        questions=tuple(questions(outcome, language, lexicon)),
        facts=facts,
        reason=_reason(outcome, shown=bool(facts)),
        contradicts=any(leaf.why is Why.CONTRADICTION for leaf in outcome.leaves),
    )


def _pieces(outcome: CriterionOutcome, source: str) -> tuple[Piece, ...]:
    """The criterion's sentence, cut where a rule was read from it; whole where that is not known.

    What was understood of no part of it answers no part of it: nothing is cut out then.
    """
    criterion = outcome.criterion
    whole = " ".join(criterion.text.split())
    start, end = criterion.span or (0, 0)
    if whole != " ".join(source[start:end].split()) or not whole:
        return (Piece(whole),)
    marks = sorted(
        (*leaf.leaf.span, SIGNS[leaf.truth])
        for leaf in outcome.leaves
        if leaf.leaf.span and not isinstance(leaf.leaf, Unparsed)
    )
    pieces, at = [], start
    for first, last, sign in marks:
        if at <= first < last <= end:  # what lies within another mark is marked by that one
            pieces += [Piece(source[at:first]), Piece(source[first:last], sign)]
            at = last
    pieces.append(Piece(source[at:end]))
    return tuple(each for each in pieces if each.text)


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
