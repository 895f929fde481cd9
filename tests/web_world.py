"""A small service with everything its pages show: studies, people, matches, accounts."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from recruit.actions.accounts import add_account
from recruit.actions.match_table import MatchRow
from recruit.actions.reviewing.standing import counted
from recruit.api.app import attach
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Evidence
from recruit.consent.ledger import Actor
from recruit.consent.ledger import Role as ActorRole
from recruit.core.clock import now, today
from recruit.core.config import Settings
from recruit.core.dates import PartialDate
from recruit.core.db import connect, unit_of_work
from recruit.core.keys import read_secrets
from recruit.core.paths import default_data_folder
from recruit.core.rates import Limit
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.people.accounts import Role
from recruit.people.facts import ClinicalFact, Home, MeasureFact, Profile, Source
from recruit.people.passwords import Cost
from recruit.terminology.build import open_lexicon
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import SiteDraft, Translation, TrialDraft, TrialStatus
from recruit.web.app import create_app
from recruit.web.service import EXTENSION, Service, Strictness
from tests.beginnings import begin_with, migrated_file

PASSWORD = "a long enough password"
COORDINATOR = "coordinator@example.org"
ADMINISTRATOR = "administrator@example.org"
SPONSOR = "sponsor@example.org"
APPROVER = "approver@example.org"
DATABASE = "recruit.db"
# A password is checked in a moment, and thousands of forms may come from one address.
CHEAP = Cost(passes=1, memory=8, lanes=1)
EASY = Strictness(password=CHEAP, posts=Limit(10**6, timedelta(minutes=1)), loopback=True)
BASE_URL = "http://127.0.0.1:8000"

PARIS = SiteDraft("Hôpital Saint-Exemple", "Paris", "75012", "FR", 48.84, 2.39)
LYON = SiteDraft(
    "Centre du Rhône", "Lyon", "69003", "FR", 45.76, 4.86, TrialStatus.NOT_YET_RECRUITING
)
BOSTON = SiteDraft("Harbor Clinic", "Boston", "02111", "US", 42.35, -71.06)

DIABETES = TrialDraft(
    id="WEB-1",
    title="A weekly tablet for type 2 diabetes",
    summary="This study compares a weekly tablet with a placebo.\n\nIt lasts six months.",
    criteria="Inclusion Criteria:\n\n"
    "* Age 18 to 75 years\n"
    "* Type 2 diabetes mellitus\n"
    "* HbA1c between 7.0 % and 10.5 %\n"
    "* Keeps a diary of every single breakfast\n\n"
    "Exclusion Criteria:\n\n"
    "* Pregnant or breastfeeding\n"
    "* Myocardial infarction within 6 months",
    conditions=("Type 2 Diabetes",),
    interventions=("Weekly tablet", "Placebo"),
    status=TrialStatus.RECRUITING,
    sponsor="Example University",
    url="https://clinicaltrials.gov/study/WEB-1",
    sites=(PARIS, LYON, BOSTON),
    translations=(
        Translation(
            "fr",
            "Critères d'inclusion :\n- Âge de 18 à 75 ans\n- Diabète de type 2",
            "Un comprimé par semaine dans le diabète de type 2",
            "Cette étude compare un comprimé par semaine à un placebo.\n\nElle dure six mois.",
        ),
    ),
)
MIGRAINE = TrialDraft(
    id="WEB-2",
    language="fr",
    title="Un appareil contre la migraine",
    summary="Cette étude essaie un appareil qui se pose sur le front.",
    criteria="Critères d'inclusion :\n- Âge supérieur ou égal à 18 ans\n- Migraine",
    conditions=("Migraine",),
    status=TrialStatus.RECRUITING,
    sites=(LYON,),
)
FINISHED = TrialDraft(
    id="WEB-3",
    title="Salt water for asthma",
    criteria="Inclusion Criteria:\n\n* Asthma",
    conditions=("Asthma",),
    status=TrialStatus.COMPLETED,
    url="javascript:alert(1)",
    sites=(BOSTON,),
)
HOSTILE = TrialDraft(
    id="WEB-4",
    title="</script><script>alert(1)</script>{{ 7 * 7 }}",
    summary="<img src=x onerror=alert(1)>",
    criteria="Inclusion Criteria:\n\n* <b>Bold</b> people with gout",
    conditions=("Gout",),
    status=TrialStatus.NOT_YET_RECRUITING,
)


TESTER = Actor("test", ActorRole.COMMUNITY)
CONSENT = Evidence(
    purposes=(Choice(Purpose.MATCHING),),
    notice="0" * 64,
    notice_version="1",
    language="en",
    at=now() - timedelta(days=1),
    method="unticked box",
    source="test",
)


@dataclass(frozen=True)
class World:
    """The application and what a test has to know to ask for its pages."""

    app: Flask
    engine: Engine
    matches: dict[str, int]
    """The match of each of PEOPLE with DIABETES."""

    def add_study(self, number: str, title: str) -> None:
        """Record or amend a study that looks for people with gout."""
        draft = TrialDraft(
            id=number,
            title=title,
            criteria="Inclusion Criteria:\n\n* Gout",
            conditions=("Gout",),
            status=TrialStatus.RECRUITING,
        )
        with unit_of_work(self.engine) as session:
            trials.save(session, draft, lexicon())

    def enter(self, email: str) -> FlaskClient:
        """A browser in which the account with this address is signed in."""
        client = self.app.test_client()
        sent = {"email": email, "password": PASSWORD, "csrf_token": csrf(client)}
        assert client.post("/login", data=sent).status_code == 302
        return client

    def fail(self, email: str, address: str) -> None:
        """Count one failed sign-in, without the time it takes to check a password."""
        service: Service = self.app.extensions[EXTENSION]
        service.throttle.failed(email, address)


@cache
def lexicon() -> Lexicon:
    """The lexicon of this checkout, compiled by `make setup` or now."""
    return open_lexicon(default_data_folder())


def world(folder: Path, engine: Engine, matches: dict[str, int]) -> World:
    """The application over a filled database."""
    settings = Settings(data_folder=folder, base_url=BASE_URL)
    return World(pages(settings, engine), engine, matches)


def pages(settings: Settings, engine: Engine, strictness: Strictness = EASY) -> Flask:
    """The application over any database; staff sign in with a password unless a test says more."""
    if "second_factor" not in settings.model_fields_set:
        settings = settings.model_copy(update={"second_factor": "offered"})
    secrets = read_secrets(settings)
    app = create_app(settings, engine, lexicon, secrets, strictness)
    shelf = app.extensions[EXTENSION].shelf
    attach(app, engine, lexicon, secrets, settings, shelf)
    return app


def fill(engine: Engine) -> dict[str, int]:
    """Studies, people and their matches, and an account for each role."""
    return begin_with(engine, fill, lambda: _filled(engine))


def _filled(engine: Engine) -> dict[str, int]:
    with unit_of_work(engine) as session:
        for draft in (DIABETES, MIGRAINE, FINISHED, HOSTILE):
            trials.save(session, draft, lexicon())
    for email, role in (
        (COORDINATOR, Role.COORDINATOR),
        (ADMINISTRATOR, Role.ADMINISTRATOR),
        (SPONSOR, Role.SPONSOR),
        (APPROVER, Role.SPONSOR),
    ):
        add_account(engine, email=email, role=role, password=PASSWORD, actor="test", cost=CHEAP)
    with unit_of_work(engine) as session:
        people.know_community(session, "testers")
        pseudonyms = people.enrol(session, "testers", list(PEOPLE))
        profiles = {name: build(pseudonyms[name]) for name, build in PEOPLE.items()}
        people.save(session, list(profiles.values()))
        ledger.grant(session, [(person, CONSENT) for person in pseudonyms.values()], TESTER)
        eligibility = trials.get(session, DIABETES.id).eligibility
        rows = {}
        for score, (name, profile) in enumerate(reversed(profiles.items())):
            judged = explain(eligibility, profile, lexicon(), today()).judgement
            rows[name] = MatchRow(
                trial=DIABETES.id,
                trial_version=1,
                person=profile.person,
                profile_version=1,
                rules="reference",
                verdict=judged.verdict,
                score=float(score),
                truths=[truth.name.lower() for truth in judged.truths],
                made_at=now(),
                **counted(eligibility, judged.truths),
            )
        session.add_all(rows.values())
        session.flush()
        return {name: row.id or 0 for name, row in rows.items()}


def _diabetic(person: str, *, hba1c: float | None, age: int = 49) -> Profile:
    began = PartialDate.parse("2015")
    diabetes = ClinicalFact(
        Kind.CONDITION, "diabète de type 2", ("MESH:D003924",), "present", began
    )
    taken = PartialDate.parse(f"{today():%Y-%m}-01")
    measured = (
        ()
        if hba1c is None
        else (MeasureFact("hba1c", hba1c, taken, text=f"{hba1c} %", source=Source.RECORD),)
    )
    return Profile(
        person=person,
        born=PartialDate.of_age(age, today()),
        sex="female",
        home=Home("FR", "75012", 48.85, 2.35),
        facts=(diabetes, *measured),
    )


def _known(person: str) -> Profile:
    return _diabetic(person, hba1c=7.8)


def _open(person: str) -> Profile:
    return _diabetic(person, hba1c=None)


def _old(person: str) -> Profile:
    return _diabetic(person, hba1c=8.1, age=80)


def _born(person: str) -> Profile:
    return replace(_diabetic(person, hba1c=7.2), born=PartialDate.parse("1975-04-17"))


PEOPLE = {"known": _known, "born": _born, "open": _open, "against": _old}


def empty_database(folder: Path) -> Engine:
    """A migrated SQLite database without anything in it."""
    (folder / DATABASE).write_bytes(migrated_file())
    return connect(f"sqlite:///{folder / DATABASE}")


def settled(page: str) -> str:
    """A page without what is another with every answer: the token of a form holds the second."""
    return re.sub(r'name="csrf_token" value="[^"]+"|nonce="[^"]+"', "", page)


def csrf(client: FlaskClient, path: str = "/login") -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]
