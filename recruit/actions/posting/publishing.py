"""Two people publish a posting: one submits a revision, another approves exactly that one.

Whoever had a hand in what is to become public, by a revision since the last publication or by
submitting it, approves nothing of it. All of that is asked again under the posting's lock, so that
no second browser, no second tab and no request of one's own making gets round it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.match_table import MatchRow
from recruit.actions.posting import public_version
from recruit.actions.posting.flips import flips, supersede
from recruit.actions.posting.hindrances import Hindrance, hindrances
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.clock import now, today
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, RecruitError, Refusal
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Eligibility
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialStatus
from recruit.trials.posting import publications, store
from recruit.trials.posting.publications import Deed
from recruit.trials.posting.store import Change, Life, Posting

LONGEST_REASON: Final = 1_000  # characters


class NotReady(RecruitError):
    """Something is in the way of publishing."""

    sentence = N_("This cannot be published yet: look at what is still in the way.")
    http_status = 422

    def __init__(self, found: Iterable[Hindrance] = ()) -> None:
        super().__init__()
        self.found = tuple(found)


class OwnWork(RecruitError):
    """Who had a hand in something cannot approve it."""

    sentence = N_(
        "You had a hand in this yourself, so somebody else has to approve it. Nothing was changed."
    )
    http_status = 403


@dataclass(frozen=True, slots=True)
class Signed:
    """Which revision somebody looked at when they decided, by its number and digest."""

    revision: int
    digest: str


@dataclass(frozen=True, slots=True)
class Whose:
    """One posting, as somebody of `organisation` asks for it; `author` is who acts."""

    posting: str
    organisation: int | None
    author: str


def submit(engine: Engine, lexicon: Lexicon, whose: Whose, *, base: int, confirmed: bool) -> None:
    """Ask a second person to approve revision `base`; `confirmed` are what does not bar.

    Raises:
        EditedMeanwhile: it is not the newest revision, or waits already.
        NotReady: something is in the way, or is not confirmed, or all of it is public.
    """
    with unit_of_work(engine) as session:
        posting = store.held(session, whose.posting, whose.organisation)
        heading = posting.heading
        if base != heading.revision or heading.submitted is not None:
            raise EditedMeanwhile
        found = hindrances(session, posting, lexicon)
        barring = [each for each in found if each.bars or not confirmed]
        if barring or heading.published == base:
            raise NotReady(barring)
        publications.note(
            session, posting, Deed.SUBMITTED, posting.newest, author=whose.author, submitted=base
        )
        _record(session, Tag.POSTING_SUBMITTED, whose, f"revision {base}")


def send_back(engine: Engine, whose: Whose, signed: Signed, *, reason: str) -> None:
    """Do not approve what was submitted, and say why.

    Raises:
        EditedMeanwhile: something else waits by now, or nothing.
        Refusal: no reason, or one that is too long.
    """
    said = given_reason(reason)
    with unit_of_work(engine) as session:
        posting = _waiting(session, whose, signed)
        publications.note(
            session,
            posting,
            Deed.SENT_BACK,
            posting.newest,
            author=whose.author,
            reason=said,
            submitted=None,
        )
        _record(session, Tag.POSTING_SENT_BACK, whose, f"revision {signed.revision}")


def approve(engine: Engine, lexicon: Lexicon, whose: Whose, signed: Signed) -> int:
    """Publish what was submitted and looked at; the number of the trial's new version.

    The matches of those who fall by it end in the same unit of work. What they come to is judged
    before that, so that nobody waits for more than the writing.

    Raises:
        OwnWork: the approver wrote some of it since the last publication, or submitted it.
        EditedMeanwhile: something else waits by now, or nothing.
        NotReady: something has come in the way since it was submitted.
        Elsewhere, Unassigned: the trial's number is another posting's, or was known before.
    """
    with reading(engine) as session:
        seen = store.get(session, whose.posting, whose.organisation)
        public = public_version.as_public(seen.content, lexicon, at_rest(seen))
        judged = _newest_match(session, seen), flips(session, lexicon, *_asks(public), today())
    try:
        with unit_of_work(engine) as session:
            posting = _waiting(session, whose, signed)
            _refuse_own(session, posting, whose.author)
            if posting.newest != seen.newest or posting.heading.life is not seen.heading.life:
                raise EditedMeanwhile
            if barring := [each for each in hindrances(session, posting, lexicon) if each.bars]:
                raise NotReady(barring)
            version = public_version.write(session, posting, public)
            chain.hold(session)  # no run writes matches from here on
            newest, found = judged
            if _newest_match(session, posting) != newest:  # one did, in between
                found = flips(session, lexicon, *_asks(public), today())
            supersede(session, found, now())
            publications.note(
                session,
                posting,
                Deed.PUBLISHED,
                posting.newest,
                author=whose.author,
                version=version,
                submitted=None,
                published=signed.revision,
            )
            new = f"revision {signed.revision}, digest {signed.digest}, version {version}"
            _record(session, Tag.POSTING_PUBLISHED, whose, new)
            return version
    except OwnWork:
        with unit_of_work(engine) as session:
            _record(session, Tag.APPROVAL_REFUSED, whose, f"revision {signed.revision}")
        raise


def had_a_hand(session: Session, posting: Posting) -> set[str]:
    """Who may not approve what waits: its authors since the last publication, its submitter.

    What an undo or a restoring brought back is still the work of whoever wrote it.
    """
    heading = posting.heading
    done = publications.deeds(session, posting.id)
    submitted = publications.submission(done, heading)
    steps = store.steps(session, posting.id)
    public = {each.revision for each in done if each.deed is Deed.PUBLISHED}
    hands = {submitted.author} if submitted else set()
    counted: set[int] = set()
    ends = [heading.revision]
    while ends:
        newest = ends.pop()
        before = max((each for each in public if each <= newest), default=0)
        for step in steps:
            if before < step.number <= newest and step.number not in counted:
                counted.add(step.number)
                hands.add(step.author)
                ends += _brought_back(step)
    return hands


def _brought_back(step: store.Step) -> list[int]:
    """The earlier revision whose content a step made the newest again."""
    if step.change is Change.RESTORED:
        return [int(step.about)]
    return [int(step.about) - 1] if step.change is Change.UNDONE else []


def at_rest(posting: Posting) -> TrialStatus | None:
    """As what a paused trial is published: an amendment does not let it go on."""
    return TrialStatus.SUSPENDED if posting.heading.life is Life.PAUSED else None


def given_reason(reason: str) -> str:
    """A reason as it is kept.

    Raises:
        Refusal: there is none, or it is too long, or holds what no text can.
    """
    said = reason.strip()
    if not said:
        raise Refusal(record="", field="reason", problem=N_("Please say why."))
    if len(said) > LONGEST_REASON:
        problem = N_("Please say it in at most {limit} characters.")
        raise Refusal(record="", field="reason", problem=problem, limit=LONGEST_REASON)
    if "\0" in said:  # PostgreSQL keeps no such text
        problem = N_("There is a sign in this text that cannot be seen: type it again.")
        raise Refusal(record="", field="reason", problem=problem)
    return said


def _waiting(session: Session, whose: Whose, signed: Signed) -> Posting:
    """The posting, held, when what waits for approval is what was looked at."""
    posting = store.held(session, whose.posting, whose.organisation)
    newest = posting.newest
    waits = posting.heading.submitted == newest.number
    if not waits or (newest.number, newest.digest) != (signed.revision, signed.digest):
        raise EditedMeanwhile
    return posting


def _refuse_own(session: Session, posting: Posting, author: str) -> None:
    if author in had_a_hand(session, posting):
        raise OwnWork


def _newest_match(session: Session, posting: Posting) -> int | None:
    query = select(func.max(col(MatchRow.id)))
    return session.scalar(query.where(col(MatchRow.trial) == posting.content.draft.id))


def _asks(public: public_version.Public) -> tuple[str, Eligibility]:
    return public[0].id, public[1]


def _record(session: Session, tag: Tag, whose: Whose, new: str) -> None:
    record(session, tag, actor=whose.author, subject=whose.posting, new=new)
