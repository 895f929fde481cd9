"""A posting's content as the trial that people find: written, at rest, and nobody else's."""

from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.core.errors import RecruitError
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Eligibility
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials import tenants
from recruit.trials.draft import TrialDraft, TrialStatus
from recruit.trials.posting import publications
from recruit.trials.posting.content import Content
from recruit.trials.posting.reading import eligibility
from recruit.trials.posting.store import Posting
from recruit.trials.tenants import TRIAL_ORGANISATION

SEEKING: Final = frozenset(
    {
        TrialStatus.NOT_YET_RECRUITING,
        TrialStatus.RECRUITING,
        TrialStatus.ENROLLING_BY_INVITATION,
        TrialStatus.UNKNOWN,
    }
)


class Elsewhere(RecruitError):
    """A trial's number is another posting's, or another organisation's; not said, whose."""

    sentence = N_(
        "The number {number} belongs to another posting. Ask the operator of this service."
    )
    http_status = 409


class Unassigned(RecruitError):
    """A trial that is known here and not the organisation's; not said, whether another's."""

    sentence = N_(
        "This trial is known here already. Ask the operator to assign it to your organisation."
    )
    http_status = 409


Public = tuple[TrialDraft, Eligibility]


def as_public(content: Content, lexicon: Lexicon, rests: TrialStatus | None = None) -> Public:
    """What is published of a content; with `rests`, neither trial nor site looks for people."""
    if rests is not None:
        content = replace(content, draft=at_rest(content.draft, rests))
    return content.draft, eligibility(content, lexicon)


def at_rest(draft: TrialDraft, status: TrialStatus) -> TrialDraft:
    """The draft with `status`, and its sites too, but for those that sought nobody anyway."""
    sites = tuple(
        replace(site, status=status) if site.status in SEEKING else site for site in draft.sites
    )
    return replace(draft, status=status, sites=sites)


def write(session: Session, posting: Posting, public: Public) -> int:
    """Make it the trial's current version; its number. The posting is `held`.

    The trial's row is held from here on, so that of two who publish one number only one does.

    Raises:
        Elsewhere, Unassigned: the number is another posting's or organisation's, or was known
            before; nothing may be committed.
    """
    draft, asks = public
    version = trials.publish(session, draft, asks)
    # Its first version was written just now, or by this posting: nobody knew the trial before.
    if version > 1 and is_unassigned(session, draft.id, posting):
        raise Unassigned
    if is_elsewhere(session, draft.id, posting):
        raise Elsewhere(number=draft.id)
    if posting.heading.organisation is not None:
        owner = session.get_one(Organisation, posting.heading.organisation)
        tenants.assign(session, draft.id, owner)
    return version


def is_unassigned(session: Session, trial: str, posting: Posting) -> bool:
    """Whether a trial is known here, but not as one of the organisation that would publish it.

    Its staff would see the people who are matched with the trial. What the posting has published
    is its own, and the operator's own postings may be of any trial.
    """
    heading = posting.heading
    if heading.organisation is None or heading.published is not None:
        return False
    seen = tenants.of(heading.organisation).where(TRIAL_ORGANISATION.c.trial == trial)
    return trials.is_known(session, trial) and session.scalar(seen) is None


def is_elsewhere(session: Session, trial: str, posting: Posting) -> bool:
    """Whether a trial's number has been published by another posting, or is another sponsor's.

    A trial may be assigned to several organisations; study centres among them publish nothing.
    """
    if publications.published_elsewhere(session, trial, besides=posting.id):
        return True
    assigned = TRIAL_ORGANISATION.c
    query = (
        select(assigned.organisation)
        .join(Organisation, col(Organisation.id) == assigned.organisation)
        .where(assigned.trial == trial, col(Organisation.kind) == OrganisationKind.SPONSOR)
    )
    sponsors = set(session.scalars(query))
    return bool(sponsors) and posting.heading.organisation not in sponsors
