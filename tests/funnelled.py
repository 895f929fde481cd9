"""A study whose six people came differently far, and who looks at its funnel."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, update

from recruit.actions.accounts import add_account
from recruit.actions.outreach.answer_table import ANSWER, Answer
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State as Sent
from recruit.people.accounts import Role
from recruit.people.tables import COMMUNITY, PARTICIPANT
from recruit.referrals import paths
from recruit.referrals.paths import Failure, State
from recruit.trials.centres import site_key
from tests.coordinating import ELSEWHERE, Team, team
from tests.outreach import REACHABLE, queued
from tests.web_world import ADMINISTRATOR, CHEAP, PASSWORD, lexicon

SPONSOR = "elsewhere@example.org"
OWN = "own@example.org"
"""Somebody of the operator's who does a sponsor's work."""
FORMULA = "=SUM(1)"
SITE = site_key(REACHABLE.sites[0])


def funnelled(folder: Path, engine: Engine) -> Team:
    """One is enrolled, one failed a screening, one said not now, three were found."""
    here = team(folder, engine, lexicon())
    for name in ("ada", "ben", "cleo"):
        channel = Channel.SMS if name == "ben" else Channel.EMAIL
        number = queued(engine, here.study, here.people[name], channel)
        sent = {"state": Sent.DELIVERED.value, "sent_at": now(), "changed_at": now()}
        with unit_of_work(engine) as session:
            session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(sent))
            row = {"trial": here.study.trial, "person": here.people[name], "how": "page"}
            said = Answer.NOT_NOW if name == "cleo" else Answer.YES
            session.execute(
                insert(ANSWER), row | {"answer": said.value, "by": "own link", "at": now()}
            )
    _walk(here, "ada", State.ENROLLED)
    _walk(here, "ben", State.SCREEN_FAILURE, reason="criterion", failure=Failure(1, 1))
    with unit_of_work(engine) as session:
        session.execute(insert(COMMUNITY), {"name": FORMULA, "created_at": now()})
        finn = PARTICIPANT.c.pseudonym == here.people["finn"]
        session.execute(update(PARTICIPANT).where(finn).values(community=FORMULA))
    for email, role, where in (
        (SPONSOR, Role.SPONSOR, ELSEWHERE),
        (OWN, Role.SPONSOR, ""),
        (ADMINISTRATOR, Role.ADMINISTRATOR, ""),
    ):
        add_account(
            engine,
            email=email,
            role=role,
            password=PASSWORD,
            actor="test",
            organisation=where,
            cost=CHEAP,
        )
    return here


def _walk(
    here: Team, name: str, last: State, reason: str = "", failure: Failure | None = None
) -> None:
    """Go all the way to a site, and to an outcome there."""
    way = (State.PRESCREENED, State.RELEASED, State.CONTACTED, State.SCREENING)
    with unit_of_work(here.engine) as session:
        at = now()
        path = paths.begin(session, here.study.trial, here.people[name], at, "own link")
        for state in way:
            path = paths.step(session, path, state, at + timedelta(hours=1), "test", site=SITE)
        paths.step(session, path, last, at, "test", reason=reason, failure=failure)
