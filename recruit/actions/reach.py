"""How many people a sponsor's trials could reach, as far as a sponsor may know it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import Engine, literal
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.catalogue import Worded, title
from recruit.actions.match_table import MatchRow
from recruit.actions.paging import Page, page_number
from recruit.audit.trail import Tag, record
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting, refusing
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import AskedTooMuch
from recruit.core.keys import Secrets
from recruit.disclosure.counts import count
from recruit.disclosure.rule import Answer
from recruit.disclosure.sketch import mark, marking_key
from recruit.trials import store as trials
from recruit.trials import tenants
from recruit.trials.draft import TrialStatus

SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Reach:
    """One trial and about how many people could take part; None when no more may be asked."""

    trial: str
    title: Worded
    status: TrialStatus
    people: Answer | None


def reach(  # noqa: PLR0913 - who looks, at what, in which language
    engine: Engine,
    secrets: Secrets,
    *,
    organisation: int | None,
    page: int,
    actor: str,
    language: str,
) -> Page[Reach]:
    """The trials that somebody of an organisation sees, with their reach, by number.

    A person counts who matches by the last run, with nothing against it, and who consents now.
    """
    key = marking_key(secrets)
    asker = "operator" if organisation is None else f"organisation {organisation}"
    with unit_of_work(engine) as session:
        numbers = sorted(session.scalars(tenants.of(organisation)))
        shown = page_number(page, SIZE, len(numbers))
        found = []
        for trial in numbers[(shown - 1) * SIZE : shown * SIZE]:
            draft = trials.get(session, trial).draft
            said = _counted(session, asker, trial, key)
            words = said.words if said else "refused"
            record(session, Tag.REACH_SHOWN, actor=actor, subject=f"trial {trial}", new=words)
            found.append(Reach(trial, title(draft, language), draft.status, said))
    return Page(tuple(found), shown, SIZE, len(numbers))


def _counted(session: Session, asker: str, trial: str, key: bytes) -> Answer | None:
    at = now()
    people = session.scalars(
        select(MatchRow.person).where(
            MatchRow.trial == trial,
            col(MatchRow.superseded_at).is_(None),
            col(MatchRow.person).in_(consenting(Purpose.MATCHING, at)),
            col(MatchRow.person).not_in(refusing(Purpose.MATCHING, literal(f"trial/{trial}"), at)),
        )
    )
    marks = np.array([mark(person, key) for person in people], np.uint64)
    try:
        return count(session, asker=asker, question=f"reach {trial}", people=marks, at=at)
    except AskedTooMuch:
        return None
