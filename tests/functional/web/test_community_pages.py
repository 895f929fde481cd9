"""A community's pages: its staff see theirs alone, what is agreed holds, its look is its own."""

import json
import re
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import select, update

from recruit.actions import hearing, tenants
from recruit.actions.accounts import Place as Post
from recruit.actions.accounts import add_account, add_organisation, change_role
from recruit.actions.communities import add_community, issue_key
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from recruit.people.accounts import Role
from recruit.people.communities import hooks
from recruit.people.communities.tables import EVENT, PULL
from recruit.people.organisations import OrganisationKind
from recruit.people.scopes import Scope
from tests.community_samples import FOLDER, PEOPLE, notice
from tests.functional.web.test_api import Pusher, person
from tests.joining import BORN, EMAIL, Joiner
from tests.served import served
from tests.web_world import ADMINISTRATOR, CHEAP, PASSWORD, World, csrf

STAFF = "staff@community.example.org"
ADDRESS = "/admin/communities"
OURS, OTHERS = "breast-cancer", "cancer"


def configuration(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text("utf-8")


@pytest.fixture
def staffed(fresh: World) -> World:
    """Two communities; an organisation looks after the first."""
    for name in (OURS, OTHERS):
        add_community(fresh.engine, name=name, actor="test")
        tenants.configure(fresh.engine, community=name, text=configuration(name), actor="test")
    add_organisation(fresh.engine, name="Près", kind=OrganisationKind.COMMUNITY, actor="test")
    tenants.entrust(fresh.engine, community=OURS, organisation="Près", actor="test")
    add_account(
        fresh.engine,
        email=STAFF,
        role=Role.COMMUNITY,
        password=PASSWORD,
        actor="test",
        cost=CHEAP,
    )
    change_role(fresh.engine, email=STAFF, place=Post(Role.COMMUNITY, "Près"), actor="test")
    return fresh


def send(client: FlaskClient, path: str, **fields: str | list[str]) -> tuple[int, str]:
    token = csrf(client, f"{ADDRESS}/{OURS}")
    answer = client.post(f"{ADDRESS}{path}", data={"csrf_token": token, **fields})
    return answer.status_code, answer.text


def plain(page: str) -> str:
    """A page without its token, which says in which second it was made."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def test_its_staff_see_theirs_and_nothing_of_others(staffed: World) -> None:
    client = staffed.enter(STAFF)
    page = client.get(ADDRESS).text
    assert OURS in page
    assert f"/{OTHERS}" not in page
    assert "Add a community" not in page
    nobody = client.get(f"{ADDRESS}/nobody")
    for path in (f"/{OTHERS}", f"/{OTHERS}/mapping", f"/{OTHERS}/terms", f"/{OTHERS}/figures"):
        answer = client.get(f"{ADDRESS}{path}")
        assert (answer.status_code, plain(answer.text)) == (404, plain(nobody.text)), path
    for path in ("keys", "keys/revoke", "hook", "inbound", "pull", "pull/now", "mapping"):
        assert send(client, f"/{OTHERS}/{path}")[0] == 404, path
    for path in ("terms", "staff", "provider"):
        assert send(client, f"/{OURS}/{path}")[0] == 403, path


def test_without_an_organisation_there_is_nothing_to_see(staffed: World) -> None:
    change_role(staffed.engine, email=STAFF, place=Post(Role.COMMUNITY, ""), actor="test")
    client = staffed.enter(STAFF)
    assert "No community is yours" in client.get(ADDRESS).text
    assert client.get(f"{ADDRESS}/{OURS}").status_code == 404


def test_staff_of_a_community_see_no_exact_number(staffed: World) -> None:
    with unit_of_work(staffed.engine) as session:
        store.enrol(session, OURS, [f"m-{n}" for n in range(7)])
    page = staffed.enter(ADMINISTRATOR).get(f"{ADDRESS}/{OURS}").text
    assert "7 people came from here" in page
    client = staffed.enter(STAFF)
    assert "came from here" not in client.get(f"{ADDRESS}/{OURS}").text
    figures = client.get(f"{ADDRESS}/{OURS}/figures").text
    assert figures.count("0–190") == 6


def test_a_configuration_that_cannot_be_read_on_our_pages_is_refused(staffed: World) -> None:
    client = staffed.enter(ADMINISTRATOR)
    pale = configuration(OURS).replace("#9c1f5f", "#f5a3c7")
    status, page = send(client, f"/{OURS}/terms", configuration=pale)
    assert status == 422
    assert "its contrast is 1." in page
    assert "#f5a3c7" in page  # what was typed is kept
    good = configuration(OURS).replace("#9c1f5f", "#7a1548")
    assert send(client, f"/{OURS}/terms", configuration=good)[0] == 302
    assert "#7a1548" in client.get(f"/join/{OURS}/colours.css").text


def test_joining_under_a_community_has_its_name_colours_and_purposes(staffed: World) -> None:
    client = staffed.app.test_client()
    page = client.get(f"/join/{OURS}").text
    assert 'lang="fr"' in page  # the one language of its notices
    assert "Près de Toi" in page
    assert "Participez pour vous-même" in page
    sheet = client.get(f"/join/{OURS}/colours.css")
    assert (sheet.mimetype, "#9c1f5f" in sheet.text) == ("text/css", True)
    joiner = Joiner(client)
    joiner.begin(f"/join/{OURS}")
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    choices = client.get("/join/step/choices").text
    assert 'value="research-reuse"' in choices
    assert 'value="contact/letter"' not in choices
    mark, notice_shown = (joiner.hidden("/join/step/choices", each) for each in ("mark", "notice"))
    asked = joiner.send(
        "/join/step/choices",
        mark=mark,
        notice=notice_shown,
        choice=["matching", "contact/letter"],
        address="12 rue des Fleurs",
    )
    assert "/join/code/" in asked.headers["Location"]  # and the letter was not even heard
    assert f"/join/{OURS}/colours.css" in client.get(asked.headers["Location"]).text
    assert "colours.css" not in client.get("/join").text


def test_a_key_opens_its_scopes_alone(staffed: World) -> None:
    issued = issue_key(
        staffed.engine, community=OTHERS, actor="test", scopes=[Scope.STATISTICS_READ]
    )
    of = Pusher(staffed, issued.text, issued.name)
    assert of.push([person("a")]).status_code == 403
    assert of.take_back("a").status_code == 403
    answer = staffed.app.test_client().get(
        "/api/v1/statistics", headers={"Authorization": f"Bearer {issued.text}"}
    )
    assert answer.status_code == 200
    assert {each["about"] for each in answer.get_json()["figures"]} == {"0–190"}
    assert send(staffed.enter(STAFF), f"/{OURS}/keys")[0] == 422


def test_a_push_under_terms_needs_their_notice_and_keeps_their_purposes(staffed: World) -> None:
    issued = issue_key(staffed.engine, community=OTHERS, actor="test")
    of = Pusher(staffed, issued.text, issued.name)
    people = (FOLDER / f"{OTHERS}.jsonl").read_text("utf-8").splitlines()
    one, two = json.loads(people[0]), json.loads(people[1])
    one["consent"]["notice"] = "ab" * 32
    two["consent"]["purposes"].append("contact/sms")
    body = of.send("/api/v1/records", json.dumps([one, two]), "application/json").get_json()
    assert [(each["record"], each["field"]) for each in body["refused"]] == [
        (one["id"], "consent.notice")
    ]
    assert [(each["record"], each["field"]) for each in body["left_out"]] == [
        (two["id"], "consent.purposes")
    ]
    assert [each["id"] for each in body["kept"]] == [two["id"]]


def test_where_to_fetch_from_is_kept_shown_and_ended(staffed: World) -> None:
    client = staffed.enter(STAFF)
    path = f"/{OURS}/pull"
    for fields in (
        {"source": "http://127.0.0.1/people", "minutes": "60"},
        {"source": "https://community.example.org/people", "minutes": "1"},
        {"source": "https://community.example.org/people", "minutes": "often"},
    ):
        assert send(client, path, **fields)[0] == 422
    good = {
        "source": "https://community.example.org/people",
        "minutes": "30",
        "source_key": "a-key-of-theirs",
    }
    assert send(client, path, **good)[0] == 302
    with unit_of_work(staffed.engine) as session:
        failed = {"outcome": "failed", "problem": "status 503", "ended_at": now(), "failures": 2}
        session.execute(update(PULL).values(**failed))
    page = client.get(f"{ADDRESS}/{OURS}").text
    assert "status 503" in page
    assert "a-key-of-theirs" not in page
    assert send(client, f"{path}/now")[0] == 302
    assert send(client, path, source="")[0] == 302
    with reading(staffed.engine) as session:
        assert session.execute(select(PULL)).all() == []


def test_events_that_were_lost_are_shown(staffed: World) -> None:
    service = staffed.app.extensions["recruit"]
    with unit_of_work(staffed.engine) as session:
        hooks.set_hook(session, service.secrets.vault, OURS, "https://community.example.org/hook")
        people = store.enrol(session, OURS, ["a", "b"])
        for who in people.values():
            hooks.tell(session, who, hooks.Event.WITHDRAWN)
        lost = {"due_at": None, "sealed": None, "tried_at": now(), "answer": "status 500"}
        session.execute(update(EVENT).where(EVENT.c.person == people["a"]).values(**lost))
    client = staffed.enter(ADMINISTRATOR)
    assert "Not everything arrives" in client.get(ADDRESS).text
    page = client.get(f"{ADDRESS}/{OURS}").text
    assert "1 event was given up" in page
    assert "status 500" in page


def test_only_an_organisation_of_that_kind_looks_after_one(staffed: World) -> None:
    add_organisation(staffed.engine, name="Pharma", kind=OrganisationKind.SPONSOR, actor="test")
    client = staffed.enter(ADMINISTRATOR)
    for name in ("Pharma", "nobody"):
        assert send(client, f"/{OURS}/staff", organisation=name)[0] == 422
    assert send(client, f"/{OURS}/staff", organisation="")[0] == 302
    assert staffed.enter(STAFF).get(f"{ADDRESS}/{OURS}").status_code == 404


def test_the_secret_that_they_sign_with_is_shown_once(staffed: World) -> None:
    client = staffed.enter(STAFF)
    status, page = send(client, f"/{OURS}/inbound")
    assert (status, '<code class="secret">' in page) == (200, True)
    assert "Nothing has come so far" in client.get(f"{ADDRESS}/{OURS}").text


def test_the_examples_of_the_documentation_run(
    staffed: World, capsys: pytest.CaptureFixture[str]
) -> None:
    issued = issue_key(staffed.engine, community=OTHERS, actor="test")
    keyring = staffed.app.extensions["recruit"].secrets.vault
    heard = hearing.listen(staffed.engine, keyring, community=OTHERS, actor="test")
    records = (FOLDER / f"{OTHERS}.jsonl").read_text("utf-8").splitlines()
    text = Path("docs/communities.md").read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 4
    with served(staffed.app) as address:
        names: dict[str, object] = {
            "SERVICE": address,
            "KEY": issued.text,
            "NOTICE_SHA256": notice(OTHERS, "en"),
            "RECORDS": [json.loads(each) for each in records],
            "SECRET": heard.secret,
            "COMMUNITY": OTHERS,
        }
        said = []
        for example in examples:
            exec(example, names)  # noqa: S102 - the examples of our own documentation
            answer = names["answer"]
            assert isinstance(answer, requests.Response)
            said.append(answer.json())
    pushed, records_pushed, told, counted = said
    assert [each["result"] for each in pushed["kept"]] == ["new"]
    assert pushed["left_out"] == []
    assert len(records_pushed["kept"]) == PEOPLE
    assert told == {"outcome": "done"}
    assert len(counted["figures"]) == 6
    assert "willing to be matched" in capsys.readouterr().out
