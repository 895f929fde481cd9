"""What a registry says otherwise than a posting: looked at part by part, taken over or declined."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.posting.editing import Edit, change_within
from recruit.actions.posting.history import Difference, differences
from recruit.audit.trail import Tag, record
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile
from recruit.terminology.lexicon import Lexicon
from recruit.trials import proposals
from recruit.trials.merging import Part, differing, merged
from recruit.trials.posting import store
from recruit.trials.posting.content import Content
from recruit.trials.posting.reading import reread
from recruit.trials.posting.store import Change, Posting
from recruit.trials.proposals import Proposal, ProposalState

# What no criterion is read from.
WITHOUT_CRITERIA: Final = frozenset(
    {
        Part.SUMMARY,
        Part.INTERVENTIONS,
        Part.STATUS,
        Part.PHASE,
        Part.SPONSOR,
        Part.DATES,
        Part.TARGET,
        Part.NUMBERS,
        Part.CONTACTS,
        Part.SITES,
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One part of a proposal, and what taking it over would change."""

    part: Part
    changes: tuple[Difference, ...]


def offers(
    posting: Posting, proposal: Proposal, language: str, lexicon: Lexicon
) -> tuple[Offer, ...]:
    """The proposal part by part, for somebody who reads `language`.

    Criteria that follow from a part (its text, its ages) stand with it.
    """
    ours = posting.content
    return tuple(
        Offer(part, differences(ours, _taken(ours, proposal, (part,), lexicon), language, lexicon))
        for part in differing(ours.draft, proposal.record, proposal.base)
    )


def take(engine: Engine, lexicon: Lexicon, edit: Edit, mark: str, parts: Collection[Part]) -> None:
    """Take `parts` of the open proposal over as a new revision; what was decided stays decided.

    The rest of it counts as declined. The revision goes the way of every other: to approval.

    Raises:
        NotFound: there is no such posting.
        EditedMeanwhile: the posting has changed since `edit.base`, or the registry says something
            newer than the proposal with the digest `mark`.
    """
    with reading(engine) as session:  # reading a text is slow: before the transaction
        content = _content(session, edit, mark, parts, lexicon)
    with unit_of_work(engine) as session:
        change_within(session, edit, content, Change.REGISTRY)
        proposals.decide(session, edit.posting, mark, ProposalState.TAKEN, by=edit.author)
        record(
            session,
            Tag.PROPOSAL_TAKEN,
            actor=edit.author,
            subject=edit.posting,
            new=", ".join(part for part in Part if part in parts),
        )


def decline(engine: Engine, edit: Edit, mark: str) -> None:
    """Leave the posting as it is; the same record is not proposed again.

    Raises:
        NotFound, EditedMeanwhile: as `take`, but a posting that has changed does not matter.
    """
    with unit_of_work(engine) as session:
        store.held(session, edit.posting, edit.organisation)
        proposals.decide(session, edit.posting, mark, ProposalState.DECLINED, by=edit.author)
        record(session, Tag.PROPOSAL_DECLINED, actor=edit.author, subject=edit.posting)


def _content(
    session: Session, edit: Edit, mark: str, parts: Collection[Part], lexicon: Lexicon
) -> Content:
    posting = store.get(session, edit.posting, edit.organisation)
    proposal = proposals.open_proposal(session, posting)
    if proposal is None or proposal.mark != mark:
        raise EditedMeanwhile
    return _taken(posting.content, proposal, parts, lexicon)


def _taken(
    content: Content, proposal: Proposal, parts: Collection[Part], lexicon: Lexicon
) -> Content:
    draft = merged(content.draft, proposal.record, proposal.base, parts)
    if set(parts) <= WITHOUT_CRITERIA:
        return replace(content, draft=draft)
    return reread(content, draft, lexicon)
