"""A match for a coordinator: each criterion with its verdict, its rule and what is on record."""

from dataclasses import dataclass
from typing import Final

from recruit.actions.evidence import OnRecord, evidence
from recruit.actions.questions import questions
from recruit.core.i18n import N_
from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.nodes import Clinical, Unparsed
from recruit.criteria.phrase import Lexicon, capitalised, phrase, thing
from recruit.criteria.truth import Truth
from recruit.matching.outcome import CriterionOutcome, LeafOutcome, Outcome, Verdict, Why, holds
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

    `text` is the study's own sentence, `pieces` the same in parts. `grounds` says of each part that
    no fact on record speaks of what it rests on: (the part in words, message). `unread` are the
    words that no rule was read from, where others were. `contradicts` says that facts on record
    contradict each other.
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
    grounds: tuple[tuple[str, str], ...]
    unread: tuple[str, ...]
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
    facts = evidence(outcome, profile, language, lexicon)
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
        grounds=_grounds(outcome, language, lexicon) if facts else (),
        unread=_unread(outcome, pieces),
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
        (*leaf.leaf.span, _sign(leaf, outcome))
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


def _sign(leaf: LeafOutcome, outcome: CriterionOutcome) -> str:
    """The sign of a part: that of the whole criterion, unless one of the two is not known.

    That an exclusion is not so lets the person in: it is no "no" beneath a "yes".
    """
    if Truth.UNKNOWN in {leaf.truth, outcome.holds}:
        return SIGNS[holds(outcome.criterion.kind, leaf.truth)]
    return SIGNS[outcome.holds]


def _grounds(
    outcome: CriterionOutcome, language: str, lexicon: Lexicon
) -> tuple[tuple[str, str], ...]:
    """On what each part rests that is settled though no fact speaks of it; nothing where all do."""
    return tuple(
        (capitalised(thing(each.leaf, language, lexicon)), REASONS[each.why])
        for each in outcome.leaves
        if each.why is Why.COMPLETE and not each.evidence and isinstance(each.leaf, Clinical)
    )


def _unread(outcome: CriterionOutcome, pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    """The words that no rule was read from; none where no rule was read at all: that is said."""
    if not any(piece.sign for piece in pieces):
        return ()
    left = (
        " ".join(leaf.leaf.text.split())
        for leaf in outcome.leaves
        if isinstance(leaf.leaf, Unparsed)
    )
    return tuple(dict.fromkeys(left))


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
