"""Who has somebody in hand: the person, those who judge matches, a site, or the operator's own.

A site that a centre staffs has them for as long as it can take them. When it closes, or the study
does, the operator's coordinators have them: nobody is left with a site that does not look.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.following.stages import Stage
from recruit.people.organisations import Organisation
from recruit.referrals.paths import Path, State
from recruit.trials import centres
from recruit.trials import store as trials
from recruit.trials.about import recruits
from recruit.trials.centres import site_key
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus

OVER: Final = frozenset(
    {TrialStatus.COMPLETED, TrialStatus.TERMINATED, TrialStatus.WITHDRAWN, TrialStatus.SUSPENDED}
)
BY_REVIEW: Final = frozenset({Stage.PROPOSED, Stage.APPROVED})
BY_PERSON: Final = frozenset({Stage.ASKED, Stage.INTERESTED, Stage.PRESCREENED})
BY_SITE: Final = frozenset({Stage.RELEASED, Stage.CONTACTED, Stage.SCREENING})


class Holder(StrEnum):
    """Whose turn it is."""

    REVIEW = "review"
    """Those who judge matches and invite."""
    PERSON = "person"
    SITE = "site"
    """The centre that staffs the site."""
    OPERATOR = "operator"
    """The operator's own coordinators: no centre staffs the site, or it can take nobody."""
    NOBODY = "nobody"
    """Nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Having:
    """Whose turn it is; `centre` and its `name` where it is a site's."""

    holder: Holder
    centre: int | None = None
    name: str = ""


@dataclass(slots=True)
class Holders:
    """Finds out who has whom; what it has looked up it keeps, for one list of people."""

    session: Session
    _drafts: dict[str, TrialDraft] = field(default_factory=dict)
    _centres: dict[tuple[str, str], Organisation | None] = field(default_factory=dict)

    def of(self, trial: str, stage: Stage, site: str | None) -> Having:
        """Who has somebody who stands at a stage, with a site by its key."""
        if stage in BY_REVIEW:
            return Having(Holder.REVIEW)
        if stage in BY_PERSON:
            return Having(Holder.PERSON)
        if stage not in BY_SITE:
            return Having(Holder.NOBODY)
        centre = self._centre(trial, site or "")
        if centre is None or not takes(self.draft(trial), site, State(stage.value)):
            return Having(Holder.OPERATOR)
        return Having(Holder.SITE, centre.id, centre.name)

    def draft(self, trial: str) -> TrialDraft:
        """The trial as it stands."""
        if trial not in self._drafts:
            self._drafts[trial] = trials.get(self.session, trial).draft
        return self._drafts[trial]

    def _centre(self, trial: str, site: str) -> Organisation | None:
        if (trial, site) not in self._centres:
            self._centres[trial, site] = centres.centre_of(self.session, trial, site)
        return self._centres[trial, site]


def takes(draft: TrialDraft, key: str | None, state: State) -> bool:
    """Whether a site can go on with somebody: before they are screened it must look for people.

    Who is being screened, or takes part, stays where they are until site or study is over.
    """
    site = next((each for each in draft.sites if site_key(each) == key), None)
    if site is None:
        return False
    if state in {State.SCREENING, State.ENROLLED}:
        return not OVER & {site.status, draft.status}
    return _looks(site, draft)


def works_on(session: Session, organisation: int | None, path: Path) -> bool:
    """Whether somebody of an organisation (None: the operator's own) has this path in hand now."""
    centre = centres.centre_of(session, path.trial, path.site or "")
    open_here = takes(trials.get(session, path.trial).draft, path.site, path.state)
    if organisation is None:
        return centre is None or not open_here
    return centre is not None and centre.id == organisation and open_here


def was_theirs(session: Session, organisation: int | None, path: Path) -> bool:
    """Whether they had it before site or study closed."""
    centre = centres.centre_of(session, path.trial, path.site or "")
    return organisation is not None and centre is not None and centre.id == organisation


def _looks(site: SiteDraft, draft: TrialDraft) -> bool:
    return recruits(site, draft.status) and not OVER & {draft.status}
