"""Whose people somebody counts.

The operator's own count everybody, a sponsor the people of its trials, and a study centre those
whom its sites would take or have taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.catalogue import title
from recruit.actions.match_table import MatchRow
from recruit.actions.visits.staffed import sees_every_site, trials_of
from recruit.core.errors import NotFound
from recruit.trials import centres
from recruit.trials.draft import decode_draft
from recruit.trials.materials.links import SHARE_LINK
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial, TrialVersion


@dataclass(frozen=True, slots=True)
class Scope:
    """Trials by their numbers, None for all; for a centre its sites' keys by trial, else None."""

    trials: tuple[str, ...] | None
    sites: Mapping[str, tuple[str, ...]] | None = None

    @property
    def one(self) -> str | None:
        """The trial, where it is only one."""
        return self.trials[0] if self.trials is not None and len(self.trials) == 1 else None

    def __hash__(self) -> int:
        """Two that count the same are the same."""
        return hash((self.trials, self.sites and tuple(sorted(self.sites.items()))))


def scope_of(session: Session, organisation: int | None, trial: str | None = None) -> Scope:
    """What somebody of `organisation` counts (None: the operator's own); with `trial` that alone.

    Raises:
        NotFound: there is no such trial, or it is not theirs.
    """
    everywhere = sees_every_site(session, organisation)
    if organisation is None and trial is None:
        return Scope(None)
    theirs = {trial} if organisation is None else trials_of(session, organisation)
    if trial is not None:
        known = trial.isprintable() and session.get(Trial, trial) is not None
        if not known or trial not in theirs:
            raise NotFound(what="trial", identifier=trial)
        theirs = {trial}
    wanted = tuple(sorted(each for each in theirs if each))
    if everywhere:
        return Scope(wanted)
    sites: dict[str, tuple[str, ...]] = {}
    for number, site in sorted(centres.sites_of(session, organisation or 0)):
        if number in theirs:
            sites[number] = (*sites.get(number, ()), site)
    return Scope(wanted, sites)


def studies(session: Session, scope: Scope, language: str) -> dict[str, str]:
    """Number → title of the trials of a scope with which anybody was ever matched, by title."""
    matched = select(col(MatchRow.id)).where(col(MatchRow.trial) == col(Trial.id)).exists()
    return _titles(session, scope, language, matched)


def passed_on(session: Session, scope: Scope, language: str) -> dict[str, str]:
    """The same of the trials that have an address to be passed on, matched or not yet."""
    shared = (
        select(SHARE_LINK.c.code)
        .join(POSTING, POSTING.c.id == SHARE_LINK.c.posting)
        .where(POSTING.c.trial == col(Trial.id))
        .exists()
    )
    return _titles(session, scope, language, shared)


def _titles(
    session: Session, scope: Scope, language: str, which: ColumnElement[bool]
) -> dict[str, str]:
    query = (
        select(col(TrialVersion.draft))
        .join(Trial, col(Trial.id) == col(TrialVersion.trial))
        .where(col(Trial.version) == col(TrialVersion.number), which)
    )
    if scope.trials is not None:
        query = query.where(col(Trial.id).in_(scope.trials))
    drafts = [decode_draft(text) for text in session.scalars(query)]
    named = [(draft.id, title(draft, language).text) for draft in drafts]
    return dict(sorted(named, key=lambda each: each[1].casefold()))
