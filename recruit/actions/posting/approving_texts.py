"""Somebody who wrote none of a text approves it for the ethics committee's decision, or not."""

from sqlalchemy import Engine

from recruit.actions.posting.materials import Writing, check_decision, examined
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import today
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import N_
from recruit.terminology.lexicon import Lexicon
from recruit.trials.materials import store
from recruit.trials.materials.content import Material, State
from recruit.trials.posting import store as postings

LONGEST_REASON = 1_000


def approve(engine: Engine, lexicon: Lexicon, writing: Writing, *, digest: str) -> Material:
    """Approve the very text that was looked at: `digest` is its SHA-256.

    Raises:
        NotFound: the posting is not theirs.
        NotAllowed: they wrote some of it, or submitted it.
        EditedMeanwhile: it is not what they looked at, or waits no longer.
        Refusal: it must not be said, or the committee's decision no longer holds.
    """
    place = writing.place
    with unit_of_work(engine) as session:
        posting = postings.held(session, place.posting, writing.organisation)
        known = store.held_draft(session, place, base=writing.base)
        if known.digest != digest:
            raise EditedMeanwhile
        if known.decision:
            check_decision(known.decision, place, today())
        for problem in examined(posting, place, known.texts, lexicon).problems:
            raise Refusal(
                record=str(place), field="text", problem=problem.sentence, **problem.fields
            )
        kept = store.approve(session, known, approver=writing.author)
        trail.record(
            session,
            Tag.MATERIAL_APPROVED,
            actor=writing.author,
            subject=str(place),
            new=kept.digest,
            reason=f"version {kept.version}",
        )
        return kept


def send_back(engine: Engine, writing: Writing, *, reason: str) -> None:
    """Give a text that waits back to its authors, saying why.

    Raises:
        NotFound: the posting is not theirs.
        Refusal: no reason is given, or too long a one.
        EditedMeanwhile: it is not what they looked at, or waits no longer.
    """
    place = writing.place
    checked = _reason(place.posting, reason)
    with unit_of_work(engine) as session:
        postings.held(session, place.posting, writing.organisation)
        known = store.held_draft(session, place, base=writing.base)
        if known.state is not State.SUBMITTED:
            raise EditedMeanwhile
        store.send_back(session, known, reason=checked)
        trail.record(
            session,
            Tag.MATERIAL_SENT_BACK,
            actor=writing.author,
            subject=str(place),
            old=known.digest,
            reason=f"version {known.version}",
        )


def suspend(engine: Engine, writing: Writing, *, version: int, reason: str) -> None:
    """End an approved text at once; anybody of the sponsor's may.

    Raises:
        NotFound: the posting is not theirs, or this version is not the approved one.
        Refusal: no reason is given, or too long a one.
    """
    place = writing.place
    checked = _reason(place.posting, reason)
    with unit_of_work(engine) as session:
        postings.held(session, place.posting, writing.organisation)
        store.suspend(session, place, version, reason=checked, author=writing.author)
        trail.record(
            session,
            Tag.MATERIAL_SUSPENDED,
            actor=writing.author,
            subject=str(place),
            reason=f"version {version}",
        )


def _reason(record: str, reason: str) -> str:
    said = reason.replace("\r\n", "\n").strip()
    if not said:
        raise Refusal(record=record, field="reason", problem=N_("Please say why."))
    if len(said) > LONGEST_REASON or "\x00" in said:
        problem = N_("Please say it in at most {limit} characters.")
        raise Refusal(record=record, field="reason", problem=problem, limit=LONGEST_REASON)
    return said
