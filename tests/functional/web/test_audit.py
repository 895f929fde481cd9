"""The audit trail as an administrator reads it, and that reading it leaves a row."""

import csv
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import RowMapping, select

from recruit.actions.audit import SIZE
from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.db import reading, unit_of_work
from tests.web_world import ADMINISTRATOR, COORDINATOR, World


def note(world: World, count: int = 1, **columns: str) -> None:
    """Rows about a person, as some deed leaves them."""
    said = {"actor": "account 9", "subject": "P-7F3K92QX", **columns}
    with unit_of_work(world.engine) as session:
        for _ in range(count):
            trail.record(session, Tag.CONSENT_WITHDRAWN, **said)


def of(world: World, tag: Tag) -> list[RowMapping]:
    with reading(world.engine) as session:
        query = select(AUDIT).where(AUDIT.c.tag == tag.value).order_by(AUDIT.c.sequence)
        return list(session.execute(query).mappings())


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'scope="row">(\d+)</th>', page)]


@pytest.fixture
def client(fresh: World) -> FlaskClient:
    return fresh.enter(ADMINISTRATOR)


def test_only_an_administrator_reads_the_trail(fresh: World) -> None:
    coordinator = fresh.enter(COORDINATOR)
    for address in ("/admin/audit", "/admin/audit/trail.csv", "/admin/audit/trail.jsonl"):
        assert coordinator.get(address).status_code == 403
        assert fresh.app.test_client().get(address).status_code == 302


def test_the_newest_rows_come_first(fresh: World, client: FlaskClient) -> None:
    note(fresh, 3)
    shown = numbers(client.get("/admin/audit").text)
    assert shown == sorted(shown, reverse=True)
    assert len(shown) >= 3


def test_pages_follow_one_another_without_gap_or_overlap(fresh: World, client: FlaskClient) -> None:
    note(fresh, 2 * SIZE + 5)
    seen: list[int] = []
    address = "/admin/audit?subject=P-7F3K92QX&tag=consent"
    while True:
        page = client.get(address).text
        seen += numbers(page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        if not older:
            break
        address = older[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 2 * SIZE + 5
    assert seen == sorted(seen, reverse=True)
    newer = re.search(r'rel="prev" href="([^"]+)"', page)
    assert newer
    back = numbers(client.get(newer[1].replace("&amp;", "&")).text)
    assert back == seen[SIZE : 2 * SIZE]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject=P-7F3K92QX", 1),
        ("subject=P-00000000", 0),
        ("actor=account+9", 1),
        ("tag=consent", 1),
        ("tag=consent:person:withdrawn", 1),
        ("tag=consent:person:shown", 0),
        ("subject=P-7F3K92QX&first=2020-01-01&last=2020-01-02", 0),
        ("subject=P-7F3K92QX&first=2020-01-01", 1),
        ("subject=P-7F3K92QX&last=2020-01-01", 0),
    ],
)
def test_a_filter_narrows_the_trail(
    fresh: World, client: FlaskClient, query: str, found: int
) -> None:
    with reading(fresh.engine) as session:
        last, _ = chain.head(session, AUDIT)
    note(fresh)
    shown = [each for each in numbers(client.get(f"/admin/audit?{query}").text) if each > last]
    assert len(shown) == found


@pytest.mark.parametrize(
    "query", ["first=2026-02-30", "last=soon", "first=2026-02-02&last=2026-02-01"]
)
def test_an_impossible_day_is_said_and_finds_nothing(client: FlaskClient, query: str) -> None:
    for address in ("/admin/audit", "/admin/audit/trail.csv"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert numbers(answer.text) == []


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "after=99999999999999999999", "before=²"]
)
def test_odd_values_narrow_nothing(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/admin/audit?{query}")
    assert answer.status_code == 200
    assert numbers(answer.text)


@pytest.mark.parametrize("tag", ["nope", "%27%3B--", "consent:", "consent:person:nope"])
def test_a_tag_that_does_not_exist_is_said_and_finds_nothing(client: FlaskClient, tag: str) -> None:
    for address in ("/admin/audit", "/admin/audit/trail.jsonl"):
        answer = client.get(f"{address}?tag={tag}")
        assert answer.status_code == 422
        assert "There is no such kind of row." in answer.text
        assert numbers(answer.text) == []


def test_an_address_finds_what_its_account_did(fresh: World, client: FlaskClient) -> None:
    note(fresh)
    client.get("/admin/audit")
    account = of(fresh, Tag.TRAIL_READ)[-1]["actor"]
    page = client.get(f"/admin/audit?actor={ADMINISTRATOR.upper()}").text
    shown = re.findall(r'data-label="Who">\s*(\S+)\s*<', page)
    assert set(shown) == {ADMINISTRATOR}
    assert account not in page
    rows = client.get(f"/admin/audit/trail.jsonl?actor={ADMINISTRATOR}").text.splitlines()
    assert {json.loads(row)["actor"] for row in rows} == {account}
    assert ADMINISTRATOR not in str([*of(fresh, Tag.TRAIL_READ), *of(fresh, Tag.TRAIL_EXPORTED)])


def test_an_address_of_nobody_finds_nothing(client: FlaskClient) -> None:
    answer = client.get("/admin/audit?actor=nobody@example.org")
    assert answer.status_code == 200
    assert "No row here" in answer.text
    assert numbers(answer.text) == []


def test_each_reading_is_recorded_with_what_was_asked_and_from_where(
    fresh: World, client: FlaskClient
) -> None:
    note(fresh)
    client.get("/admin/audit?subject=P-7F3K92QX&tag=consent")
    row = of(fresh, Tag.TRAIL_READ)[-1]
    assert (row["subject"], row["reason"], row["origin"]) == (
        "P-7F3K92QX",
        "tag consent",
        "127.0.0.0/24",
    )
    assert row["actor"].startswith("account ")


@pytest.mark.parametrize("page", ["", "/trail.csv", "/trail.jsonl"])
def test_a_name_that_is_looked_for_is_not_kept_for_ever(
    fresh: World, client: FlaskClient, page: str
) -> None:
    client.get(f"/admin/audit{page}?subject=ada@example.org&actor=Ada+Exemple")
    rows = [*of(fresh, Tag.TRAIL_READ), *of(fresh, Tag.TRAIL_EXPORTED)]
    assert [row["subject"] for row in rows] == ["somebody else"]
    assert not re.search("ada[@ ]", str(rows), re.IGNORECASE)  # digests may have the letters


def test_an_export_is_recorded_and_holds_what_the_filter_finds(
    fresh: World, client: FlaskClient
) -> None:
    note(fresh, SIZE + 1)
    answer = client.get("/admin/audit/trail.jsonl?subject=P-7F3K92QX&actor=account+9")
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert len(rows) == SIZE + 1
    assert {row["tag"] for row in rows} == {"consent:person:withdrawn"}
    assert [row["subject"] for row in of(fresh, Tag.TRAIL_EXPORTED)] == ["P-7F3K92QX"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_an_export_begins_a_formula(
    fresh: World, client: FlaskClient, sign: str
) -> None:
    note(fresh, reason=f"{sign}HYPERLINK(1)", actor=f"{sign}1+1")
    answer = client.get("/admin/audit/trail.csv?subject=P-7F3K92QX&tag=consent")
    assert answer.mimetype == "text/csv"
    table = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"), newline="")))
    assert [(row["reason"], row["actor"]) for row in table] == [
        (f"'{sign}HYPERLINK(1)", f"'{sign}1+1")
    ]


def test_words_of_the_trail_are_no_markup(fresh: World, client: FlaskClient) -> None:
    note(fresh, reason="<img src=x onerror=alert(1)>")
    page = client.get("/admin/audit?subject=P-7F3K92QX").text
    assert "<img" not in page


def test_a_list_of_matches_notes_each_person_shown(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    assert of(fresh, Tag.MATCH_SHOWN) == []
    client.get("/review")
    rows = of(fresh, Tag.MATCH_SHOWN)
    assert len({row["subject"] for row in rows}) == len(rows) == len(fresh.matches)
    assert {(row["new"], row["reason"], row["origin"]) for row in rows} == {
        ("WEB-1", "list", "127.0.0.0/24")
    }


def test_an_empty_list_notes_nobody(fresh: World) -> None:
    fresh.enter(COORDINATOR).get("/review?study=WEB-2")
    assert of(fresh, Tag.MATCH_SHOWN) == []


def test_rows_are_told_in_words_and_so_is_what_they_are_chosen_by(
    fresh: World, client: FlaskClient
) -> None:
    note(fresh, actor="job")
    page = client.get("/admin/audit?tag=consent").text
    assert "A consent was withdrawn" in page
    assert "the service, by itself" in page
    french = client.get("/admin/audit?tag=consent&lang=fr").text
    assert "Un consentement a été retiré" in french
    assert re.search(r'value="consent:person:withdrawn"[^>]*>Consentement\xa0: ', french)
