"""A published trial is paused by one person at once; it goes on, or is closed, by two.

Whoever fears harm must not look for a colleague first. To let a trial look for people again, or to
tell everybody that it is over, can wait for a second look.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.match_changes import end_all
from recruit.actions.match_table import Superseded
from recruit.actions.posting import public_version
from recruit.actions.posting.hindrances import approved_texts
from recruit.actions.posting.publishing import OwnWork, Whose, given_reason
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, RecruitError
from recruit.core.i18n import N_
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialStatus
from recruit.trials.materials import telling
from recruit.trials.materials.content import Channel
from recruit.trials.posting import publications, store
from recruit.trials.posting.publications import Deed, Done
from recruit.trials.posting.store import Life, Posting, Revision

ENDS: Final = (TrialStatus.COMPLETED, TrialStatus.TERMINATED, TrialStatus.WITHDRAWN)
"""What a trial that is closed may have come to."""


class NoText(RecruitError):
    """There is no approved text to tell people with."""

    sentence = N_(
        "No text for this is approved yet: those who were asked could not be told. Nothing was "
        "changed."
    )
    http_status = 422


@dataclass(frozen=True, slots=True)
class Closing:
    """How a trial ends, and why."""

    status: TrialStatus
    reason: str


def pause(engine: Engine, lexicon: Lexicon, whose: Whose, *, reason: str) -> None:
    """Stop looking for people, at once: nobody is matched or asked any more.

    Raises:
        EditedMeanwhile: it is not public, or paused or closed already.
        Refusal: no reason.
    """
    said = given_reason(reason)
    with unit_of_work(engine) as session:
        posting = _held(session, whose, Life.OPEN)
        public = _public(session, posting)
        version = _write(session, lexicon, posting, public, TrialStatus.SUSPENDED)
        publications.note(
            session,
            posting,
            Deed.PAUSED,
            public,
            author=whose.author,
            reason=said,
            version=version,
            life=Life.PAUSED.value,
        )
        _record(session, Tag.POSTING_PAUSED, whose, f"version {version}")


def ask_to_resume(engine: Engine, whose: Whose, *, reason: str) -> None:
    """Ask a second person to let a paused trial look for people again.

    Raises:
        EditedMeanwhile: it is not paused, or this has been asked already.
        Refusal: no reason.
    """
    _ask(engine, whose, Deed.RESUMING_ASKED, (Life.PAUSED,), Closing(TrialStatus.UNKNOWN, reason))


def ask_to_close(engine: Engine, whose: Whose, closing: Closing) -> None:
    """Ask a second person to close a public trial for good.

    Raises:
        EditedMeanwhile: it is not public, or this has been asked already.
        NoText: no closing text is approved.
        Refusal: no reason.
    """
    _ask(engine, whose, Deed.CLOSING_ASKED, (Life.OPEN, Life.PAUSED), closing)


def grant(engine: Engine, lexicon: Lexicon, whose: Whose, *, asked: int) -> None:
    """Do what was asked, which is known by the number of the deed: resume or close.

    Raises:
        OwnWork: by whoever asked for it.
        EditedMeanwhile: something else is asked by now, or nothing, or another revision is public.
        NoText: no closing text is approved any more.
    """
    try:
        with unit_of_work(engine) as session:
            posting, request = _asked(session, whose, asked)
            public = _public(session, posting)
            _check(request, public, whose)
            if request.deed is Deed.RESUMING_ASKED:
                _resume(session, lexicon, whose, posting, public)
            else:
                _close(session, lexicon, whose, posting, public, request)
    except OwnWork:
        with unit_of_work(engine) as session:
            _record(session, Tag.APPROVAL_REFUSED, whose, f"deed {asked}")
        raise


def decline(engine: Engine, whose: Whose, *, asked: int, reason: str) -> None:
    """Do not do what was asked, and say why; whoever asked may take it back in this way.

    Raises:
        EditedMeanwhile: something else is asked by now, or nothing.
        Refusal: no reason.
    """
    said = given_reason(reason)
    with unit_of_work(engine) as session:
        posting, _ = _asked(session, whose, asked)
        public = _public(session, posting)
        publications.note(session, posting, Deed.DECLINED, public, author=whose.author, reason=said)
        _record(session, Tag.POSTING_DECLINED, whose, f"deed {asked}")


def tell_results(engine: Engine, whose: Whose) -> None:
    """Have the approved results told to those who were asked and agreed to hear, once each text.

    One person does this: a second one has approved the text.

    Raises:
        EditedMeanwhile: the trial is not closed.
        NoText: no text of results is approved that is not told already.
    """
    with unit_of_work(engine) as session:
        posting = _held(session, whose, Life.CLOSED)
        told = {each.digest for each in telling.tellings(session, posting.id)}
        texts = approved_texts(session, posting, Channel.RESULTS)
        fresh = [each for each in texts if each.digest not in told]
        if not fresh:
            raise NoText
        telling.tell(session, fresh, whose.author)
        digests = ", ".join(each.digest for each in fresh)
        _record(session, Tag.RESULTS_TO_TELL, whose, digests)


def _ask(
    engine: Engine, whose: Whose, deed: Deed, lives: tuple[Life, ...], closing: Closing
) -> None:
    said = given_reason(closing.reason)
    closes = deed is Deed.CLOSING_ASKED
    with unit_of_work(engine) as session:
        posting = _held(session, whose, *lives)
        waiting = publications.asked(publications.deeds(session, posting.id))
        if waiting and (waiting.deed is deed or not closes):
            raise EditedMeanwhile
        if closes and not approved_texts(session, posting, Channel.CLOSING):
            raise NoText
        publications.note(
            session,
            posting,
            deed,
            _public(session, posting),
            author=whose.author,
            reason=said,
            status=closing.status if closes else None,
        )
        tag = Tag.POSTING_CLOSING_ASKED if closes else Tag.POSTING_RESUMING_ASKED
        _record(session, tag, whose, "")


def _resume(
    session: Session, lexicon: Lexicon, whose: Whose, posting: Posting, public: Revision
) -> None:
    version = _write(session, lexicon, posting, public, None)
    publications.note(
        session,
        posting,
        Deed.RESUMED,
        public,
        author=whose.author,
        version=version,
        life=Life.OPEN.value,
    )
    _record(session, Tag.POSTING_RESUMED, whose, f"version {version}")


def _close(  # noqa: PLR0913, PLR0917 - what is closed, by whom, and what was asked
    session: Session,
    lexicon: Lexicon,
    whose: Whose,
    posting: Posting,
    public: Revision,
    request: Done,
) -> None:
    texts = approved_texts(session, posting, Channel.CLOSING)
    if not texts:
        raise NoText
    version = _write(session, lexicon, posting, public, request.status)
    publications.note(
        session,
        posting,
        Deed.CLOSED,
        public,
        author=whose.author,
        reason=request.reason,
        version=version,
        status=request.status,
        life=Life.CLOSED.value,
        submitted=None,
    )
    telling.tell(session, texts, whose.author)
    _record(session, Tag.POSTING_CLOSED, whose, f"version {version}")


def _write(
    session: Session,
    lexicon: Lexicon,
    posting: Posting,
    public: Revision,
    rests: TrialStatus | None,
) -> int:
    """Make what is public a version that looks for people, or that rests; its number."""
    shown = public_version.as_public(public.content, lexicon, rests)
    version = public_version.write(session, posting, shown)
    chain.hold(session)  # no run writes matches from here on
    if rests is not None:
        end_all(session, public.content.draft.id, Superseded.TRIAL_STOPPED)
    return version


def _held(session: Session, whose: Whose, *lives: Life) -> Posting:
    """The posting, held, when it is public and in one of these states."""
    posting = store.held(session, whose.posting, whose.organisation)
    if posting.heading.published is None or posting.heading.life not in lives:
        raise EditedMeanwhile
    return posting


def _asked(session: Session, whose: Whose, asked: int) -> tuple[Posting, Done]:
    posting = _held(session, whose, Life.OPEN, Life.PAUSED)
    request = publications.asked(publications.deeds(session, posting.id))
    if request is None or request.sequence != asked:
        raise EditedMeanwhile
    return posting, request


def _check(request: Done, public: Revision, whose: Whose) -> None:
    """Refuse whoever asked, and what was asked of another revision than is public by now."""
    if whose.author == request.author:
        raise OwnWork
    if (public.number, public.digest) != (request.revision, request.digest):
        raise EditedMeanwhile


def _public(session: Session, posting: Posting) -> Revision:
    """The revision that is public."""
    number = posting.heading.published
    if number is None:
        raise EditedMeanwhile
    return store.revision(session, posting.id, number)


def _record(session: Session, tag: Tag, whose: Whose, new: str) -> None:
    record(session, tag, actor=whose.author, subject=whose.posting, new=new)
