"""Administrators try a mapping before it is kept, make keys and set webhooks."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from recruit.actions.communities import add_community, kept_mapping
from recruit.core.db import reading
from recruit.people.communities.tables import HOOK, KEY
from recruit.people.tables import PARTICIPANT
from tests.web_world import ADMINISTRATOR, COORDINATOR, World, csrf

ADDRESS = "/admin/communities"
MAPPING = """
[person]
id = "member"
birth_date = { column = "born", format = "DD/MM/YYYY" }
sex = { column = "sex", words = { F = "female", M = "male" } }

[consent]
notice = { constant = "abababababababababababababababababababababababababababababababab" }
notice_version = { constant = "3" }
language = { constant = "fr" }
at = { column = "agreed", format = "DD/MM/YYYY hh:mm", zone = "Europe/Paris" }
method = { constant = "unticked boxes" }

[[choices]]
purpose = "matching"
column = "studies"
yes = ["yes"]
"""
SAMPLE = (
    "member;born;sex;agreed;studies;spare\n"
    "jane;12/04/1975;F;01/10/2026 10:00;yes;=1+1\n"
    "joe;12/04/2015;M;01/10/2026 10:00;yes;\n"
)


@pytest.fixture
def administrator(fresh: World) -> FlaskClient:
    add_community(fresh.engine, name="carenity", actor="test")
    return fresh.enter(ADMINISTRATOR)


def send(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    token = csrf(client, ADDRESS)
    answer = client.post(f"{ADDRESS}{path}", data={"csrf_token": token, **fields})
    return answer.status_code, answer.text


def test_a_preview_shows_what_would_come_in_and_keeps_nothing(
    fresh: World, administrator: FlaskClient
) -> None:
    before = _people(fresh)
    status, page = send(
        administrator, "/carenity/mapping", mapping=MAPPING, sample=SAMPLE, do="preview"
    )
    assert status == 200
    assert "1 new, 0 changed, 0 unchanged, 1 refused" in page
    assert "joe: birth_date: only people who are surely 18 or older can take part" in page
    assert "<code>spare</code>" in page
    assert "1975-04-12" in page
    assert _people(fresh) == before
    assert kept_mapping(fresh.engine, "carenity") is None


def _people(world: World) -> int:
    with reading(world.engine) as session:
        return session.execute(select(func.count()).select_from(PARTICIPANT)).scalar_one()


def test_a_field_that_does_not_exist_is_named_with_the_nearest(administrator: FlaskClient) -> None:
    wrong = MAPPING.replace("birth_date", "bith_date")
    status, page = send(administrator, "/carenity/mapping", mapping=wrong, sample=SAMPLE)
    assert status == 422
    assert "person.bith_date" in page
    assert "“birth_date” is the nearest" in page
    assert "member;born;sex" in page  # what was typed is kept


def test_a_column_that_is_not_there_is_named_with_the_nearest(administrator: FlaskClient) -> None:
    wrong = MAPPING.replace('"agreed"', '"agred"')
    _, page = send(administrator, "/carenity/mapping", mapping=wrong, sample=SAMPLE)
    assert (
        "the file has no column “agred”, which the mapping names; “agreed” is the nearest" in page
    )


def test_a_mapping_is_kept_when_asked_for(fresh: World, administrator: FlaskClient) -> None:
    status, _ = send(administrator, "/carenity/mapping", mapping=MAPPING, sample="", do="keep")
    assert status == 302
    kept = kept_mapping(fresh.engine, "carenity")
    assert kept is not None
    assert kept["person"]["id"] == "member"
    assert "&#34;member&#34;" in administrator.get(f"{ADDRESS}/carenity/mapping").text


def test_a_key_is_shown_once(fresh: World, administrator: FlaskClient) -> None:
    _, page = send(administrator, "/carenity/keys", scope="people:write")
    found = re.search(r"recruit_(K-\w{8})_[\w-]{32}", page)
    assert found
    listed = administrator.get(f"{ADDRESS}/carenity").text
    assert found[1] in listed
    assert found[0] not in listed
    assert send(administrator, "/carenity/keys/revoke", key=found[1])[0] == 302
    with reading(fresh.engine) as session:
        assert session.execute(select(KEY.c.revoked_at)).scalar_one() is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://community.example.org/hook",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://user:secret@community.example.org/",
        "ftp://community.example.org/",
        "https://0x7f000001/",
        "nonsense",
    ],
)
def test_an_address_that_is_not_sent_to_is_refused(
    fresh: World, administrator: FlaskClient, url: str
) -> None:
    status, page = send(administrator, "/carenity/hook", url=url)
    assert status == 422
    assert "An https address in the internet is needed" in page
    with reading(fresh.engine) as session:
        assert session.execute(select(HOOK)).all() == []


def test_a_webhook_is_set_and_ended(fresh: World, administrator: FlaskClient) -> None:
    _, page = send(administrator, "/carenity/hook", url="https://community.example.org/hook")
    assert '<code class="secret">' in page
    assert send(administrator, "/carenity/hook", url="")[0] == 302
    with reading(fresh.engine) as session:
        assert session.execute(select(HOOK)).all() == []


def test_an_unknown_community_is_nowhere(administrator: FlaskClient) -> None:
    for path in ("/nobody", "/nobody/mapping"):
        assert administrator.get(f"{ADDRESS}{path}").status_code == 404


def test_a_name_that_is_none_is_explained(administrator: FlaskClient) -> None:
    status, page = send(administrator, "", name="x" * 65)
    assert status == 422
    assert "1 to 64 letters" in page


def test_coordinators_do_not_look_after_communities(fresh: World) -> None:
    assert fresh.enter(COORDINATOR).get(ADDRESS).status_code == 403
