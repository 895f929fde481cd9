"""How far a posting has come: what of it is done, and what is still to do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.posting.begin import wholly_read
from recruit.actions.posting.details.languages import TONGUES, said
from recruit.actions.posting.hindrances import approved_texts
from recruit.core.i18n import N_
from recruit.trials.draft import Participation, TrialDraft, TrialStatus
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import Channel
from recruit.trials.posting.content import Content, Standing
from recruit.trials.posting.store import Heading, Posting, State


class Stand(StrEnum):
    """Where a part stands."""

    DONE = "done"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a posting.

    `address` goes behind the posting's own. `sentence` is a message of the catalogue with `fields`,
    and {what} for `lacking`, which names what is not there yet, as messages too.
    """

    title: str
    address: str
    stand: Stand
    sentence: str
    fields: dict[str, object] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What has become of a posting's criteria."""

    total: int
    decided: int
    unread: int
    """Not wholly read, and nobody has decided about them."""

    @property
    def whole(self) -> int:
        """Read as a whole, or decided."""
        return self.total - self.unread


TITLES: Final = {"en": N_("public title in English"), "fr": N_("public title in French")}
SUMMARIES: Final = {"en": N_("summary in English"), "fr": N_("summary in French")}
TAKING_PART: Final = {
    "en": N_("taking part in English"),
    "fr": N_("taking part in French"),
}


def parts(session: Session, posting: Posting) -> tuple[Part, ...]:
    """All that leads to a published trial, part by part, in the order in which one does it."""
    content = posting.content
    return (
        _details(content.draft),
        _criteria(content),
        _sites(content.draft),
        _texts(session, posting),
        _publication(posting.heading),
    )


def read_of(content: Content) -> Read:
    """How many criteria there are, how many are decided, how many were not wholly read."""
    undecided = [each for each in content.criteria if each.standing is Standing.READ]
    unread = [each for each in undecided if not wholly_read(each.criterion)]
    total = len(content.criteria)
    return Read(total, total - len(undecided), len(unread))


def _details(draft: TrialDraft) -> Part:
    title, address = N_("Details"), "/details"
    lacking = tuple(_lacking(draft))
    if lacking:
        return Part(title, address, Stand.OPEN, N_("Still empty: {what}"), lacking=lacking)
    return Part(title, address, Stand.DONE, N_("Nothing is missing."))


def _lacking(draft: TrialDraft) -> Iterator[str]:
    for language in TONGUES:
        words = said(draft, language)
        if not words.title:
            yield TITLES[language]
        if not words.summary:
            yield SUMMARIES[language]
    if not draft.conditions and draft.healthy_volunteers is not True:
        yield N_("conditions")
    if draft.status is TrialStatus.UNKNOWN:
        yield N_("status")
    for language in TONGUES:
        if said(draft, language).participation == Participation():
            yield TAKING_PART[language]
    if not draft.contacts:
        yield N_("contacts")


def _criteria(content: Content) -> Part:
    title, address = N_("Criteria"), "/criteria"
    read = read_of(content)
    if not read.total:
        empty = N_("There are none yet. Paste the eligibility section, or write the first one.")
        return Part(title, address, Stand.OPEN, empty)
    stand = Stand.DONE if read.decided == read.total else Stand.OPEN
    sentence = N_("{decided} of {total} decided")
    return Part(title, address, stand, sentence, {"decided": read.decided, "total": read.total})


def _sites(draft: TrialDraft) -> Part:
    title, address = N_("Sites"), "/sites"
    if not draft.sites:
        return Part(title, address, Stand.OPEN, N_("There is none yet."))
    placed = sum(each.lat is not None for each in draft.sites)
    sentence = N_("{total} in all, {placed} with coordinates")
    return Part(title, address, Stand.DONE, sentence, {"total": len(draft.sites), "placed": placed})


def _texts(session: Session, posting: Posting) -> Part:
    title, address = N_("Texts"), "/materials"
    if approved_texts(session, posting, Channel.PAGE):
        return Part(title, address, Stand.DONE, N_("The text of the study’s page is approved."))
    waiting = materials.waiting(session, posting.heading.organisation)
    if any(each.place.posting == posting.id for each in waiting):
        return Part(title, address, Stand.OPEN, N_("A text waits for the approval to be recorded."))
    sentence = N_("The study’s page has no text yet that an ethics committee approved.")
    return Part(title, address, Stand.OPEN, sentence)


PUBLICATION: Final = {
    State.DRAFT: N_("Submit it; a second person approves it, then it is public."),
    State.SUBMITTED: N_("It waits for a second person’s approval."),
    State.PUBLISHED: N_("What stands here is public."),
    State.AMENDING: N_("The amendment is not public yet: submit it, a second person approves it."),
    State.PAUSED: N_("It is paused: nobody is matched with it."),
    State.CLOSED: N_("It is closed."),
}


def _publication(heading: Heading) -> Part:
    done = heading.state not in {State.DRAFT, State.SUBMITTED, State.AMENDING}
    stand = Stand.DONE if done else Stand.OPEN
    return Part(N_("Approval and publication"), "/publish", stand, PUBLICATION[heading.state])
