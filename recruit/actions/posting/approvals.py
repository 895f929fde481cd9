"""What waits for a second person, and what an approver has to see of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.catalogue import Worded, title
from recruit.actions.current_matches import current_matches
from recruit.actions.match_table import MatchRow
from recruit.actions.posting.flips import flips
from recruit.actions.posting.history import Difference, differences
from recruit.actions.posting.publishing import had_a_hand
from recruit.audit.trail import Tag, record
from recruit.core.clock import now, today
from recruit.core.db import unit_of_work
from recruit.core.errors import AskedTooMuch
from recruit.core.keys import Secrets
from recruit.disclosure.counts import count
from recruit.disclosure.rule import Answer
from recruit.disclosure.sketch import mark, marking_key
from recruit.terminology.lexicon import Lexicon
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import Material
from recruit.trials.posting import publications, store
from recruit.trials.posting.publications import Deed, Done
from recruit.trials.posting.reading import eligibility
from recruit.trials.posting.store import Posting


@dataclass(frozen=True, slots=True)
class Waiting:
    """A posting that somebody wants to publish, resume or close; `own` by whoever looks."""

    posting: str
    title: Worded
    deed: Deed
    author: str
    at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class WaitingText:
    """A text that waits, and the title of its trial."""

    material: Material
    title: Worded
    own: bool


@dataclass(frozen=True, slots=True)
class Falling:
    """About how many people are matched, and whose match would end; None: no more may be asked."""

    matched: Answer | None
    ends: Answer | None


def waiting(
    session: Session, organisation: int | None, *, author: str, language: str
) -> tuple[list[Waiting], list[WaitingText]]:
    """What waits among the postings that somebody of `organisation` sees."""
    postings = []
    for heading in store.of(session, organisation):
        if heading.submitted is not None:
            posting = store.get(session, heading.id, organisation)
            done = publications.submission(publications.deeds(session, heading.id), heading)
            if done:
                own = author in had_a_hand(session, posting)
                postings.append(_waiting(posting, done, language, own=own))
    for done in publications.unanswered(session, organisation):
        posting = store.get(session, done.posting, organisation)
        postings.append(_waiting(posting, done, language, own=author == done.author))
    texts = []
    for material in materials.waiting(session, organisation):
        posting = store.get(session, material.place.posting, organisation)
        own = author in {*material.authors, material.submitted_by}
        texts.append(WaitingText(material, title(posting.content.draft, language), own))
    return postings, texts


def how_many(session: Session, organisation: int | None) -> int:
    """How many things wait, whoever may approve them."""
    submitted = sum(each.submitted is not None for each in store.of(session, organisation))
    asked = len(publications.unanswered(session, organisation))
    return submitted + asked + len(materials.waiting(session, organisation))


def changes(
    session: Session, posting: Posting, language: str, lexicon: Lexicon
) -> tuple[Difference, ...]:
    """What the newest revision says otherwise than what is public; nothing when nothing is."""
    if posting.heading.published is None:
        return ()
    public = store.revision(session, posting.id, posting.heading.published)
    return differences(public.content, posting.content, language, lexicon)


def falling(
    engine: Engine, lexicon: Lexicon, secrets: Secrets, posting: Posting, *, author: str
) -> Falling:
    """Whose matches end when the newest revision becomes public, as far as a sponsor may know."""
    trial = posting.heading.trial  # an earlier revision may bring another's number back
    asks = eligibility(posting.content, lexicon)
    organisation = posting.heading.organisation
    key = marking_key(secrets)
    asker = "operator" if organisation is None else f"organisation {organisation}"
    with unit_of_work(engine) as session:
        at = now()
        found = flips(session, lexicon, trial, asks, today())
        standing = current_matches(at).where(col(MatchRow.trial) == trial)
        people = session.scalars(standing.with_only_columns(col(MatchRow.person))).all()
        matched = _count(session, asker, f"reach {trial}", people, key, at)
        question = f"falling {posting.id} {posting.newest.digest}"
        ends = _count(session, asker, question, found.falls, key, at)
        said = ends.words if ends else "refused"
        record(session, Tag.FLIPS_SHOWN, actor=author, subject=posting.id, new=said)
    return Falling(matched, ends)


def _waiting(posting: Posting, done: Done, language: str, *, own: bool) -> Waiting:
    called = title(posting.content.draft, language)
    return Waiting(posting.id, called, done.deed, done.author, done.at, own)


def _count(  # noqa: PLR0913, PLR0917 - who asks what about whom and when
    session: Session, asker: str, question: str, people: Iterable[str], key: bytes, at: datetime
) -> Answer | None:
    marks = np.array([mark(person, key) for person in people], np.uint64)
    try:
        return count(session, asker=asker, question=question, people=marks, at=at)
    except AskedTooMuch:
        return None
