"""A criterion's rule, corrected or written by hand: a new revision of the posting."""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Engine

from recruit.actions.posting import editing
from recruit.actions.posting.criteria import found, replaced
from recruit.actions.posting.editing import Edit
from recruit.actions.posting.known import check_known
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.codec import decode_criterion, encode_criterion
from recruit.criteria.eligibility import Criterion, CriterionKind, leaves
from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Not, Rule, Span
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.posting.reading import is_from_fields, is_own
from recruit.trials.posting.store import Change, Posting

LONGEST: Final = 5000
"""Letters of a criterion that is written by hand."""
EMPTY: Final = N_("Please write the criterion.")
ODD: Final = N_("Please write it in at most {most} letters, without control characters.")


@dataclass(frozen=True, slots=True)
class Written:
    """A criterion as somebody wrote it: its kind, its words, and what they mean."""

    kind: CriterionKind
    text: str
    rule: Rule


def correct(engine: Engine, lexicon: Lexicon, edit: Edit, number: int, written: Written) -> Posting:
    """Put what is `written` in place of criterion `number`.

    By kind and words a criterion is found again in another text, so those of the trial's own text
    stay: `written.kind` and `written.text` count for a criterion that somebody wrote by hand. A
    place in the text that the rule did not have before is none.

    Raises:
        NotFound: there is no such posting or criterion.
        EditedMeanwhile: `edit.base` is not the newest revision.
        Refusal: naming the posting and the field, "text" or one within "rule", that says nothing
            that can be judged, or accepts a person of whom nothing is known.
    """
    content = editing.looked_at(engine, edit)
    old = found(content, number)
    own = is_writable(content, old)
    spans = frozenset(leaf.span for leaf in leaves(old.criterion.rule))
    criterion = replace(
        old.criterion,
        kind=written.kind if own else old.criterion.kind,
        text=written.text if own else old.criterion.text,
        rule=_placed(written.rule, spans),
    )
    if own:
        _check_text(criterion.text, edit.posting)
    check(criterion, lexicon, edit.posting)
    corrected = replaced(content, Reviewed(number, criterion, Standing.CORRECTED))
    return editing.change(engine, edit, corrected, Change.CORRECTED, str(number))


def add(engine: Engine, lexicon: Lexicon, edit: Edit, written: Written) -> int:
    """Add a criterion that stands nowhere in the trial's text, after all others.

    Returns:
        Its number.

    Raises:
        NotFound, EditedMeanwhile, Refusal: as `correct`.
    """
    content = editing.looked_at(engine, edit)
    criterion = Criterion(written.kind, written.text, _placed(written.rule, frozenset()))
    _check_text(criterion.text, edit.posting)
    check(criterion, lexicon, edit.posting)
    new = Reviewed(content.next_number, criterion, Standing.CORRECTED)
    longer = Content(content.draft, (*content.criteria, new))
    editing.change(engine, edit, longer, Change.ADDED, str(new.number))
    return new.number


def is_writable(content: Content, reviewed: Reviewed) -> bool:
    """Whether its kind and words are somebody's own: no text and no registry's field has them."""
    return is_own(reviewed) and not is_from_fields(content, reviewed)


def check(criterion: Criterion, lexicon: Lexicon, record: str) -> None:
    """Refuse a rule of which some part is not known or bounds nothing, or that accepts anybody.

    Raises:
        Refusal: naming `record` and the field within "rule".
    """
    check_known(criterion, lexicon, record)
    decode_criterion(encode_criterion(criterion), record)


def _check_text(text: str, record: str) -> None:
    if not text.strip():
        raise Refusal(record=record, field="text", problem=EMPTY)
    if len(text) > LONGEST or not all(sign.isprintable() or sign == "\n" for sign in text):
        raise Refusal(record=record, field="text", problem=ODD, most=LONGEST)


def _placed(rule: Rule, spans: frozenset[Span | None]) -> Rule:
    """The rule without places in the text that are not among `spans`."""
    match rule:
        case AllOf(of) | AnyOf(of) | AtLeast(of=of):
            return replace(rule, of=tuple(_placed(part, spans) for part in of))
        case Not(of):
            return Not(_placed(of, spans))
        case _:
            return rule if rule.span in spans else replace(rule, span=None)
