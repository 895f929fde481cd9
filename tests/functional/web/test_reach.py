"""A sponsor sees how many people its trials could reach, and nothing closer."""

import re
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, insert, select
from sqlmodel import col

from recruit.actions import reach
from recruit.actions.match_table import MatchRow
from recruit.audit.tables import AUDIT
from recruit.consent import ledger
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import organisations, store
from recruit.people.accounts import Account
from recruit.people.organisations import OrganisationKind
from recruit.trials import tenants
from tests.web_world import CONSENT, DIABETES, SPONSOR, TESTER, World

CROWD = 400


def tenant(engine: Engine, email: str, trial: str) -> None:
    """Put the account into an organisation that has this trial alone."""
    with unit_of_work(engine) as session:
        made = organisations.add(session, "Example University", OrganisationKind.SPONSOR)
        tenants.assign(session, trial, made)
        account = session.scalars(select(Account).where(col(Account.email) == email)).one()
        account.organisation = made.id


def crowd(engine: Engine, trial: str) -> list[str]:
    """Many consenting people who match the trial."""
    with unit_of_work(engine) as session:
        people = list(store.enrol(session, "testers", [f"c{n}" for n in range(CROWD)]).values())
        ledger.grant(session, [(person, CONSENT) for person in people], TESTER)
        rows = [
            {
                "trial": trial,
                "trial_version": 1,
                "person": person,
                "profile_version": 1,
                "rules": "reference",
                "verdict": "eligible",
                "score": 1.0,
                "truths": [],
                "made_at": now(),
            }
            for person in people
        ]
        session.execute(insert(MatchRow), rows)
    return people


def test_few_people_are_shown_as_few(fresh: World) -> None:
    assert "0–10" in fresh.enter(SPONSOR).get("/sponsor/trials").text


def test_many_people_are_shown_about_and_always_alike(fresh: World) -> None:
    crowd(fresh.engine, "WEB-2")
    tenant(fresh.engine, SPONSOR, "WEB-2")
    pages = {fresh.enter(SPONSOR).get("/sponsor/trials").text for _ in range(3)}
    shown = {
        about
        for page in pages
        for about in range(300, 510, 10)
        if re.search(rf"\n +{about}\n", page)
    }
    assert len(shown) == 1


@pytest.mark.parametrize("lost", [3, 8])
def test_who_withdraws_is_not_told_apart(fresh: World, lost: int) -> None:
    people = crowd(fresh.engine, "WEB-2")
    tenant(fresh.engine, SPONSOR, "WEB-2")
    before = fresh.enter(SPONSOR).get("/sponsor/trials").text
    with unit_of_work(fresh.engine) as session:
        for person in people[:lost]:
            ledger.withdraw(session, person, None, TESTER, "page")
    after = fresh.enter(SPONSOR).get("/sponsor/trials").text
    about = [line.strip() for line in before.splitlines() if line.strip().isdigit()]
    assert about
    assert [line.strip() for line in after.splitlines() if line.strip().isdigit()] == about


def test_an_organisation_sees_its_own_trials_alone(fresh: World) -> None:
    tenant(fresh.engine, SPONSOR, DIABETES.id)
    page = fresh.enter(SPONSOR).get("/sponsor/trials").text
    assert "/studies/WEB-1" in page
    assert "/studies/WEB-2" not in page


def test_an_organisation_without_a_trial_is_told_so(fresh: World) -> None:
    with unit_of_work(fresh.engine) as session:
        made = organisations.add(session, "New Company", OrganisationKind.SPONSOR)
        account = session.scalars(select(Account).where(col(Account.email) == SPONSOR)).one()
        account.organisation = made.id
    assert "No trial is assigned" in fresh.enter(SPONSOR).get("/sponsor/trials").text


def test_no_pseudonym_stands_on_a_sponsors_page(fresh: World) -> None:
    page = fresh.enter(SPONSOR).get("/sponsor/trials").text
    with reading(fresh.engine) as session:
        pseudonyms = session.scalars(select(col(MatchRow.person)).distinct()).all()
    assert pseudonyms
    assert not [each for each in pseudonyms if each in page]


def test_every_count_that_is_shown_is_recorded(fresh: World) -> None:
    fresh.enter(SPONSOR).get("/sponsor/trials")
    with reading(fresh.engine) as session:
        tags = select(func.count()).where(AUDIT.c.tag == "disclosure:trial:reach-shown")
        assert session.execute(tags).scalar_one() == 4


def test_others_write_while_people_are_looked_up(
    fresh: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def slow(purpose: Purpose, at: datetime) -> object:
        with unit_of_work(fresh.engine) as session:
            written.append(organisations.add(session, "Clinic", OrganisationKind.CENTRE).id or 0)
        return consenting(purpose, at)

    monkeypatch.setattr(reach, "consenting", slow)
    assert fresh.enter(SPONSOR).get("/sponsor/trials").status_code == 200
    assert len(written) == 1
