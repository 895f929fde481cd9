"""What the form of a first version starts with: what is on record of person and study."""

from sqlalchemy.orm import Session

from recruit.actions.safety.cases import Case
from recruit.actions.safety.report import (
    LONGEST_LINE,
    Change,
    Kind,
    Outcome,
    Product,
    Related,
    Report,
    Sex,
    Source,
    age_at,
)
from recruit.actions.visits.sites import site_of
from recruit.core.dates import PartialDate
from recruit.people import store as people
from recruit.people.facts import Profile
from recruit.referrals import paths
from recruit.trials import store as trials
from recruit.trials.draft import Contact, TrialDraft

NOWHERE = "FR"  # the country of who runs the service, until somebody says another


def born_of(session: Session, person: str | None) -> PartialDate | None:
    """When the person was born, as far as it is known."""
    found = _profile(session, person)
    return found.born if found else None


def start(session: Session, case: Case, *, perhaps_given: bool) -> Report:
    """What a version starts with: the one before it, or what is on record.

    `perhaps_given` is that the person may have had what the study tests.
    """
    if case.newest:
        return case.newest.report
    profile = _profile(session, case.line.person)
    draft = _draft(session, case.line.trial)
    sex = Sex(profile.sex) if profile and profile.sex else Sex.UNKNOWN
    return Report(
        patient=case.line.person or "",
        sex=sex,
        age=age_at(profile.born if profile else None, case.line.aware_at.date()),
        source=Source.PATIENT,
        country=(profile.home.country if profile else None) or NOWHERE,
        kind=Kind.STUDY if draft else Kind.SPONTANEOUS,
        trial=case.line.trial,
        study=draft.name if draft else "",
        sponsor=draft.sponsor if draft else "",
        product="; ".join(draft.interventions)[:LONGEST_LINE] if draft else "",
        role=Product.SUSPECT if perhaps_given else Product.NOT_GIVEN,
        event="",
        language="en" if profile and profile.languages == {"en"} else "fr",
        onset=None,
        criteria=frozenset(),
        outcome=Outcome.UNKNOWN,
        related=Related.NOT_SAID,
        narrative="",
        change=Change.FIRST,
        reason="",
    )


def site_that_knows(session: Session, case: Case) -> str | None:
    """The site that was told who the person of a case is; None where they released it to none."""
    if case.line.person is None or case.line.trial is None:
        return None
    path = paths.of(session, case.line.trial, case.line.person)
    if path is None or paths.released_at(session, path) is None:
        return None
    site = site_of(trials.get(session, path.trial).draft, path.site)
    return site.words if site else None


def contacts(session: Session, trial: str | None) -> tuple[str, tuple[Contact, ...]]:
    """The sponsor of a trial and whom its posting names: none of them is surely for safety."""
    draft = _draft(session, trial)
    return (draft.sponsor, draft.contacts) if draft else ("", ())


def _profile(session: Session, person: str | None) -> Profile | None:
    if person is None:
        return None
    found = next(people.current(session, {person}), None)
    return found[2] if found else None


def _draft(session: Session, trial: str | None) -> TrialDraft | None:
    return trials.get(session, trial).draft if trial else None
