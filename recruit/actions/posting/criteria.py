"""What a person decides about the criteria of a posting, and the text they are read from."""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Engine

from recruit.actions.posting import editing
from recruit.actions.posting.editing import Edit
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Criterion, leaves
from recruit.criteria.nodes import Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import LONGEST_TEXT, Tongue, Translation, TrialDraft
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.posting.reading import as_read, is_from_fields, reread
from recruit.trials.posting.store import Change, Posting

CHANGES: Final = {
    Standing.READ: Change.READ,
    Standing.ACCEPTED: Change.ACCEPTED,
    Standing.ASK: Change.ASK,
    Standing.SITE: Change.SITE,
}
"""What somebody can decide here; a rule is corrected in its own editor."""
EVERY: Final = "all"
"""What a revision is about that accepted every criterion that was read whole."""
MOST_CRITERIA: Final = 1_000
"""A protocol has some dozens; a page with more could not be worked with."""
NOTHING_READ: Final = N_(
    "Nothing of this criterion was read: there is no rule to accept. Write a rule, or choose who "
    "judges it."
)


@dataclass(frozen=True, slots=True)
class Texts:
    """The eligibility text as somebody typed it, and its translation, "" for none.

    `language` is the text's; the translation is in the other one. Lines end in LF.
    """

    language: Tongue
    criteria: str
    translation: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What another text would make of a posting's criteria."""

    content: Content
    new: tuple[Reviewed, ...]
    gone: tuple[Reviewed, ...]
    kept: int


def unread(criterion: Criterion) -> tuple[Unparsed, ...]:
    """The parts of a criterion that were not read as a rule."""
    return tuple(leaf for leaf in leaves(criterion.rule) if isinstance(leaf, Unparsed))


def is_unread(criterion: Criterion) -> bool:
    """Whether nothing of the criterion was read as a rule."""
    return len(unread(criterion)) == len(tuple(leaves(criterion.rule)))


def acceptable(content: Content) -> tuple[Reviewed, ...]:
    """The criteria that were read whole and about which nobody has decided."""
    return tuple(
        each
        for each in content.criteria
        if each.standing is Standing.READ and not unread(each.criterion)
    )


def found(content: Content, number: int) -> Reviewed:
    """The criterion with this number.

    Raises:
        NotFound: there is none.
    """
    for each in content.criteria:
        if each.number == number:
            return each
    raise NotFound(what="criterion", identifier=str(number))


def decide(
    engine: Engine, lexicon: Lexicon, edit: Edit, number: int, standing: Standing
) -> Posting:
    """Accept a criterion, leave it to the person or the site, or take the decision back.

    Raises:
        NotFound: no such posting, or no such criterion in it.
        EditedMeanwhile: somebody else was quicker.
        Refusal: a rule of which nothing was read cannot be accepted.
    """
    content = editing.looked_at(engine, edit)
    decided = _decided(content, found(content, number), standing, lexicon)
    return editing.change(engine, edit, replaced(content, decided), CHANGES[standing], str(number))


def accept_all(engine: Engine, edit: Edit) -> Posting:
    """Accept every criterion that was read whole and about which nobody has decided.

    Raises:
        NotFound, EditedMeanwhile: as `decide`.
    """
    content = editing.looked_at(engine, edit)
    taken = {each.number for each in acceptable(content)}
    accepted = tuple(
        replace(each, standing=Standing.ACCEPTED) if each.number in taken else each
        for each in content.criteria
    )
    changed = replace(content, criteria=accepted)
    return editing.change(engine, edit, changed, Change.ACCEPTED, EVERY)


def remove(engine: Engine, edit: Edit, number: int) -> Posting:
    """Take a criterion away; the revision before still has it.

    Raises:
        NotFound, EditedMeanwhile: as `decide`.
    """
    content = editing.looked_at(engine, edit)
    gone = found(content, number)
    left = tuple(each for each in content.criteria if each is not gone)
    return editing.change(
        engine, edit, replace(content, criteria=left), Change.REMOVED, str(number)
    )


def preview(content: Content, texts: Texts, lexicon: Lexicon) -> Preview:
    """What other texts would make of the criteria, before anything is kept.

    Raises:
        Refusal: a text is too long, holds what no text can, or far too many criteria.
    """
    then = reread(content, with_texts(content.draft, texts), lexicon)
    check_number(then)
    before = {each.number for each in content.criteria}
    after = {each.number for each in then.criteria}
    return Preview(
        then,
        new=tuple(each for each in then.criteria if each.number not in before),
        gone=tuple(each for each in content.criteria if each.number not in after),
        kept=len(before & after),
    )


def check_number(content: Content) -> None:
    """Refuse more criteria than anybody works with: each is compared with every other.

    Raises:
        Refusal: there are far too many.
    """
    if len(content.criteria) > MOST_CRITERIA:
        problem = N_("more than {limit} criteria are read in this text")
        raise Refusal(record="", field="criteria", problem=problem, limit=f"{MOST_CRITERIA:,}")


def keep_texts(engine: Engine, lexicon: Lexicon, edit: Edit, texts: Texts) -> Posting:
    """Keep other texts; what was decided about criteria whose words are still there stays.

    Raises:
        NotFound, EditedMeanwhile: as `decide`.
        Refusal: as `preview`.
    """
    then = preview(editing.looked_at(engine, edit), texts, lexicon).content
    return editing.change(engine, edit, then, Change.TEXT)


def with_texts(draft: TrialDraft, texts: Texts) -> TrialDraft:
    """The draft with its eligibility text in both languages.

    Raises:
        Refusal: a text is too long, or holds what no text can.
    """
    _check(draft, "criteria", texts.criteria)
    _check(draft, "translation", texts.translation)
    # Forms send CR LF: what nobody touched stays as the registry has it.
    text = draft.criteria if _lines(draft.criteria) == texts.criteria else texts.criteria
    other: Tongue = "en" if texts.language == "fr" else "fr"
    written = {texts.language: "", other: texts.translation}
    known = {each.language for each in draft.translations}
    translations = (*draft.translations, *(() if other in known else (Translation(other, ""),)))
    changed = (replace(each, criteria=written[each.language]) for each in translations)
    kept = tuple(each for each in changed if each != Translation(each.language, ""))
    return replace(draft, language=texts.language, criteria=text, translations=kept)


def replaced(content: Content, reviewed: Reviewed) -> Content:
    """The content with this criterion in the place of the one with its number."""
    return replace(
        content,
        criteria=tuple(
            reviewed if each.number == reviewed.number else each for each in content.criteria
        ),
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check(draft: TrialDraft, field: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        problem = N_("longer than {limit} characters")
        raise Refusal(record=draft.id, field=field, problem=problem, limit=f"{LONGEST_TEXT:,}")
    if "\0" in text:  # PostgreSQL keeps no such text
        raise Refusal(
            record=draft.id, field=field, problem=N_("this text holds a sign that is none")
        )


def _decided(
    content: Content, reviewed: Reviewed, standing: Standing, lexicon: Lexicon
) -> Reviewed:
    """The criterion with a decision; what somebody wrote by hand stays their correction."""
    own = reviewed.criterion.span is None and not is_from_fields(content, reviewed)
    if standing is Standing.ACCEPTED and is_unread(reviewed.criterion):
        raise Refusal(record=str(reviewed.number), field="standing", problem=NOTHING_READ)
    if standing is Standing.ACCEPTED and (own or reviewed.standing is Standing.CORRECTED):
        return replace(reviewed, standing=Standing.CORRECTED)
    if standing is Standing.READ:
        return (
            replace(reviewed, standing=Standing.CORRECTED)
            if own
            else as_read(content, reviewed, lexicon)
        )
    return replace(reviewed, standing=standing)
