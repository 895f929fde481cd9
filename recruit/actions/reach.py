"""How many people a sponsor's trials could reach, as far as a sponsor may know it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from sqlalchemy import Engine, literal
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.catalogue import Worded, title
from recruit.actions.match_table import MatchRow
from recruit.actions.paging import Page, page_number
from recruit.audit.trail import Tag, record_each
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting, refusing
from recruit.consent.tables import STATE
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.keys import Secrets
from recruit.disclosure.counts import count_each, look_up
from recruit.disclosure.question import Question
from recruit.disclosure.rule import Answer, Grain
from recruit.disclosure.sketch import Sketch, mark, marking_key
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
    at = now()
    with reading(engine) as session:
        numbers = sorted(session.scalars(tenants.of(organisation)))
        shown = page_number(page, SIZE, len(numbers))
        listed = numbers[(shown - 1) * SIZE : shown * SIZE]
        drafts = {each.trial: each.draft for each in trials.current_among(session, listed)}
        words = {trial: f"reach {trial}" for trial in listed}
        asked = Question.each(words, partial(_who, session, listed, key))
        look_up(session, asker=asker, questions=asked, at=at, grain=Grain.FINE)
    with unit_of_work(engine) as session:
        said = count_each(session, asker=asker, questions=asked, at=at, grain=Grain.FINE)
        shown_as = (each.words if each else "refused" for each in said)
        of = zip((f"trial {trial}" for trial in listed), shown_as, strict=True)
        record_each(session, Tag.REACH_SHOWN, actor=actor, of=of)
    found = (
        Reach(trial, title(drafts[trial], language), drafts[trial].status, people)
        for trial, people in zip(listed, said, strict=True)
    )
    return Page(tuple(found), shown, SIZE, len(numbers))


def _who(session: Session, listed: Sequence[str], key: bytes) -> dict[str, Sketch]:
    """Who fits each trial and consents, from one query."""
    at, marks = now(), defaultdict[str, list[int]](list)
    scope = literal("trial/") + col(MatchRow.trial)
    refused = refusing(Purpose.MATCHING, scope, at)
    query = select(MatchRow.trial, MatchRow.person).where(
        col(MatchRow.trial).in_(listed),
        col(MatchRow.superseded_at).is_(None),
        col(MatchRow.person).in_(consenting(Purpose.MATCHING, at)),
        ~refused.where(STATE.c.person == col(MatchRow.person)).correlate(MatchRow).exists(),
    )
    for trial, person in session.execute(query):
        marks[trial].append(mark(person, key))
    return {trial: Sketch.of(np.array(marks[trial], np.uint64)) for trial in listed}
