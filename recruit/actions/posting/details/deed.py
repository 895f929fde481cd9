"""One step of a posting's details is saved: whatever it lacks, and never over somebody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.posting.begin import own_number, posted
from recruit.actions.posting.details import contacts, design, participation, titles
from recruit.actions.posting.details.typed import Typed
from recruit.actions.posting.editing import Edit, change
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import N_
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.posting import store
from recruit.trials.posting.content import Content
from recruit.trials.posting.reading import reread
from recruit.trials.posting.store import Change, Posting


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the details: its fields' labels, what stands in them, how they are read."""

    title: str
    labels: Mapping[str, str]
    shown: Callable[[TrialDraft], dict[str, str]]
    read: Callable[[Typed, TrialDraft], TrialDraft]


STEPS: Final[dict[str, Step]] = {
    "titles": Step(N_("Titles and summary"), titles.LABELS, titles.shown, titles.read),
    "design": Step(N_("Design and population"), design.LABELS, design.shown, design.read),
    "participation": Step(
        N_("Taking part"), participation.LABELS, participation.shown, participation.read
    ),
    "contacts": Step(N_("Contacts"), contacts.LABELS, contacts.shown, contacts.read),
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving a step: the posting as it is now, and the fields that cannot be taken.

    With any problem nothing was saved.
    """

    posting: Posting
    problems: Mapping[str, Refusal]


def values(step: str, posting: Posting) -> dict[str, str]:
    """What stands in the fields of a step."""
    found = STEPS[step].shown(posting.content.draft)
    if found.get("number") == posting.id:
        found["number"] = ""  # it has no registry number yet
    return found


def save_details(  # noqa: PLR0913 - who saves what, from which revision, by name
    engine: Engine,
    lexicon: Lexicon,
    number: str,
    *,
    step: str,
    fields: Mapping[str, str],
    base: int,
    organisation: int | None,
    author: str,
) -> Saved:
    """Save one step of a posting's details as a new revision; what is the same makes none.

    Criteria that follow from the fields, as ages, follow; what was decided stays decided.

    Raises:
        NotFound: there is no such posting, or it is another organisation's.
        EditedMeanwhile: somebody changed the posting after revision `base`.
    """
    with reading(engine) as session:
        posting = store.get(session, number, organisation)
        if base != posting.heading.revision:
            raise EditedMeanwhile
        typed = Typed(fields, posting.content.draft.id)
        draft = STEPS[step].read(typed, posting.content.draft)
        if "number" in STEPS[step].labels:
            draft = _numbered(session, typed, posting, draft, organisation)
    if typed.problems or draft == posting.content.draft:
        return Saved(posting, typed.problems)
    content = _following(posting.content, draft, lexicon)  # slow: before the transaction
    edit = Edit(number, organisation, base, author)
    changed = change(engine, edit, content, Change.DETAILS, step)
    return Saved(changed, {})


def _numbered(
    session: Session,
    typed: Typed,
    posting: Posting,
    draft: TrialDraft,
    organisation: int | None,
) -> TrialDraft:
    """The draft under the number that was typed, or the posting's own where that is empty."""
    written = typed.line("number")
    if written == values("design", posting)["number"]:
        return draft
    if posting.heading.published is not None:
        typed.refuse("number", N_("the number of a published trial stays"))
        return draft
    number = typed.fit("number", lambda: own_number(written)) if written else posting.id
    if number is None:
        return draft
    other = posted(session, number, organisation)
    if other not in {None, posting.id}:
        typed.refuse("number", N_("your posting {posting} has this number already"), posting=other)
        return draft
    return replace(draft, id=number)


def _following(content: Content, draft: TrialDraft, lexicon: Lexicon) -> Content:
    """The content with another draft; criteria are read anew where that matters."""
    if _decisive(draft) == _decisive(content.draft):
        return replace(content, draft=draft)
    return reread(content, draft, lexicon)


def _decisive(draft: TrialDraft) -> tuple[object, ...]:
    """What criteria are read from, beside the text itself."""
    return (
        draft.youngest,
        draft.oldest,
        draft.sex,
        draft.healthy_volunteers,
        draft.conditions,
        draft.keywords,
        draft.title,
        draft.official_title,
    )
