"""ResearchStudy searched and read: the trials as their public pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from recruit.actions.fhir.naming import is_digest, study_id
from recruit.actions.finding.narrowing import StudySearch
from recruit.actions.finding.shelf import Shelf
from recruit.actions.finding.where import Point
from recruit.actions.paging import Page
from recruit.trials import store
from recruit.trials.draft import TrialStatus
from recruit.trials.store import Version


@dataclass(frozen=True, slots=True)
class Named:
    """A condition that is searched for: by a concept, or by words where that is None."""

    words: str
    concept: str | None = None


@dataclass(frozen=True, slots=True)
class StudyQuery:
    """What is searched for; None narrows nothing. Of each inner tuple of `conditions` one is meant.

    `ids` are those of ResearchStudy, `numbers` those of registries. `near` with `km` asks for a
    site that looks for people; with `near` alone the nearest come first.
    """

    ids: frozenset[str] | None = None
    numbers: tuple[str, ...] | None = None
    conditions: tuple[tuple[Named, ...], ...] = ()
    states: frozenset[TrialStatus] | None = None
    countries: tuple[str, ...] | None = None
    near: Point | None = None
    km: float | None = None


def search_studies(
    session: Session, shelf: Shelf, query: StudyQuery, *, size: int, page: int
) -> Page[Version]:
    """One page of the trials that fit, in the order of the public list; none past the last page."""
    fit = _fitting(session, shelf, query)
    shown = fit[(page - 1) * size : page * size]
    found = {each.trial: each for each in store.current_among(session, shown)}
    versions = tuple(found[trial] for trial in shown if trial in found)
    return Page(versions, page, size, len(fit))


def read_study(session: Session, identifier: str) -> Version:
    """The trial whose ResearchStudy has this id; NotFound where there is none."""
    return store.get(session, trial_of(session, identifier))


def trial_of(session: Session, identifier: str) -> str:
    """The number of the trial whose ResearchStudy has this id, where that is a digest of it."""
    if not is_digest(identifier):
        return identifier
    known = (trial for trial in store.known(session) if study_id(trial) == identifier)
    return next(known, identifier)


def _fitting(session: Session, shelf: Shelf, query: StudyQuery) -> list[str]:
    """The numbers of the trials that fit each part of the query."""
    conditions = query.conditions or ((Named(""),),)
    narrowing: list[set[str]] = [
        set(_any_of(session, shelf, query, each)) for each in conditions[1:]
    ]
    if query.numbers is not None:
        narrowing.append({t for each in query.numbers for t in shelf.numbered(session, each)})
    fit = _any_of(session, shelf, query, conditions[0])
    if query.ids is not None:
        fit = [trial for trial in fit if study_id(trial) in query.ids]
    return [trial for trial in fit if all(trial in each for each in narrowing)]


def _any_of(session: Session, shelf: Shelf, query: StudyQuery, names: Sequence[Named]) -> list[str]:
    """Those about one of `names`, once each."""
    return list(
        dict.fromkeys(
            found.line.slug
            for name in names
            for country in query.countries or (None,)
            for found in shelf.every(session, _search(query, name, country))
        )
    )


def _search(query: StudyQuery, name: Named, country: str | None) -> StudySearch:
    return StudySearch(
        words="" if name.concept else name.words,
        within=name.concept,
        point=query.near,
        km=query.km,
        country=country,
        all_states=query.states is None,
        states=query.states,
    )
