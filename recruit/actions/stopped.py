"""Trials and texts that were stopped: read before an older copy comes, stopped again in it.

A trial may have been paused, or a text suspended, by somebody who feared harm: an older copy, in
which it goes on, must not have people looked for again. What was resumed since stays paused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from recruit.actions.match_changes import end_all
from recruit.actions.match_table import Superseded
from recruit.actions.posting import public_version
from recruit.actions.posting.hindrances import approved_texts
from recruit.core import chain
from recruit.core.errors import NotFound
from recruit.trials import store as trials
from recruit.trials.draft import TrialStatus
from recruit.trials.materials import suspensions, telling
from recruit.trials.materials.content import Channel
from recruit.trials.posting import publications, store
from recruit.trials.posting.publications import Deed, Done
from recruit.trials.posting.store import Life, Posting, Revision

AUTHOR: Final = "restore"


@dataclass(frozen=True, slots=True)
class Stopped:
    """The deeds by which trials came to rest, and the approved texts that were suspended."""

    trials: Sequence[Done]
    texts: Sequence[RowMapping]


def read(session: Session) -> Stopped:
    """What is stopped now."""
    return Stopped(publications.stops(session), suspensions.suspended(session))


def stop_again(session: Session, stopped: Stopped) -> tuple[int, int]:
    """Stop here as well what is known here and goes on: how many trials, and how many texts.

    It comes first in its unit of work: postings and trials are held before the chains are.
    """
    postings = _held(session, stopped)
    due = [
        done
        for done in stopped.trials
        if done.posting in postings and _goes_on(session, postings[done.posting], done)
    ]
    versions = [_write(session, done) for done in due]
    chain.hold(session)  # no run writes matches from here on
    texts = suspensions.suspend_again(session, stopped.texts)
    for done, version in zip(due, versions, strict=True):
        _stop(session, postings[done.posting], done, version)
    for done in stopped.trials:
        if done.posting in postings:
            _decline(session, postings[done.posting], done)
    return len(due), texts


def _held(session: Session, stopped: Stopped) -> dict[str, Posting]:
    """The postings that are known here, each held, by number."""
    numbers = {done.posting for done in stopped.trials} | {row["posting"] for row in stopped.texts}
    found = {}
    for number in sorted(numbers):
        try:
            found[number] = store.held(session, number, None)
        except NotFound:  # begun since the copy
            continue
    return found


def _goes_on(session: Session, posting: Posting, done: Done) -> bool:
    """Whether the trial does more here than the deed has left it."""
    life = posting.heading.life
    lives = life is Life.OPEN or (life is Life.PAUSED and done.deed is Deed.CLOSED)
    # A posting that was published later may have had another trial's number before.
    return lives and _public(session, posting).content.draft.id == done.trial


def _public(session: Session, posting: Posting) -> Revision:
    """What is public here, or would be next."""
    number = posting.heading.published
    return posting.newest if number is None else store.revision(session, posting.id, number)


def _write(session: Session, done: Done) -> int | None:
    """Let the trial rest as it stands here; the number of its version, if it is known."""
    if not trials.is_known(session, done.trial):
        return None
    current = trials.get(session, done.trial)
    draft = public_version.at_rest(current.draft, done.status or TrialStatus.SUSPENDED)
    return trials.publish(session, draft, current.eligibility)


def _stop(session: Session, posting: Posting, done: Done, version: int | None) -> None:
    end_all(session, done.trial, Superseded.TRIAL_STOPPED)
    publications.note(
        session,
        posting,
        done.deed,
        _public(session, posting),
        author=AUTHOR,
        reason=done.reason,
        version=version,
        status=done.status,
        life=Life(done.deed.value).value,
        submitted=None,
    )
    if done.deed is Deed.CLOSED:
        telling.tell(session, approved_texts(session, posting, Channel.CLOSING), AUTHOR)


def _decline(session: Session, posting: Posting, done: Done) -> None:
    """Let nobody grant what was asked before a later pause: it has to be asked for again."""
    asked = publications.asked(publications.deeds(session, posting.id))
    if asked and asked.deed is Deed.RESUMING_ASKED:
        public = _public(session, posting)
        publications.note(
            session, posting, Deed.DECLINED, public, author=AUTHOR, reason=done.reason
        )
