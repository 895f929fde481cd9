"""A service with an operator, and forms that are typed in."""

import re
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from recruit.actions.accounts import add_account
from recruit.core.clock import today
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.people import organisations
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from tests.joining import Place, place
from tests.web_world import CHEAP, COORDINATOR, PASSWORD, csrf, pages

OTHER = "other@example.org"
NURSE = "nurse@example.org"
OPERATOR = "Recruit, 1 rue des Essais, 75012 PARIS"
SAID = {
    "reference": "scan 2026-17",
    "spoken": "fr",
    "community": "direct",
    "day": today().isoformat(),
    "place": "Lyon",
    "name": "Ada Exemple",
    "address": "2 rue des Essais\n69003 LYON",
    "born": "1950-03-27",
    "sex": "female",
    "postcode": "69003",
    "conditions": "diabète de type 2",
    "drugs": "metformine",
    "choice": ["matching", "contact/letter"],
    "helper": "relative",
    "signed": "yes",
    "notice": "1",
}


def service(folder: Path, engine: Engine) -> Place:
    """A service with an operator, two of its coordinators, and one of a study centre."""
    base = place(folder, engine)
    settings = Settings(data_folder=folder, base_url="http://127.0.0.1:8000", operator=OPERATOR)
    with unit_of_work(engine) as session:
        organisations.add(session, "Hospital", OrganisationKind.CENTRE)
    for email, whose in ((COORDINATOR, ""), (OTHER, ""), (NURSE, "Hospital")):
        add_account(
            engine,
            email=email,
            role=Role.COORDINATOR,
            password=PASSWORD,
            actor="test",
            organisation=whose,
            cost=CHEAP,
        )
    return replace(base, app=pages(settings, engine))


def enter(here: Place, email: str = COORDINATOR) -> FlaskClient:
    client = here.app.test_client()
    client.get("/login?lang=en")
    sent = {"email": email, "password": PASSWORD, "csrf_token": csrf(client)}
    assert client.post("/login", data=sent).status_code == 302
    return client


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    return client.post(path, data={**fields, "csrf_token": csrf(client, "/privacy")})


def begun(client: FlaskClient, way: str = "paper", **more: object) -> str:
    """The address of a form that was typed in once."""
    answer = send(client, f"/paper/new/{way}", **{**SAID, **more})
    assert answer.status_code == 302, re.findall(r'class="problem"[^>]*>([^<]+)', answer.text)
    return str(answer.location)
