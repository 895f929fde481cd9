"""What JSON and addresses can say and no database keeps is refused, and changes nothing."""

import json

import pytest
from werkzeug.test import TestResponse

from tests.api_world import MEMBER, OURS, ApiWorld, person


def sent(world: ApiWorld, who: str, method: str, path: str, body: str) -> TestResponse:
    caller = world[who]
    return world.app.test_client().open(
        f"/api/v1{path}",
        method=method,
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {caller.key}", "If-Match": '"1"'},
    )


@pytest.mark.parametrize(
    ("who", "method", "path", "body"),
    [
        ("sponsor", "POST", "/trials", '{"title": "\\ud800", "language": "en"}'),
        ("sponsor", "PATCH", "/trials/{trial}/details/titles", '{"title_en": "\\ud800"}'),
        ("sponsor", "POST", "/trials", "[" * 100_000),
        (OURS, "POST", f"/people/{MEMBER}/withdrawals", '{"purposes": ["\\ud800"]}'),
    ],
    ids=["value", "change", "depth", "withdrawal"],
)
def test_a_body_that_is_no_text_is_not_understood(
    shared: ApiWorld, who: str, method: str, path: str, body: str
) -> None:
    answer = sent(shared, who, method, path.format(trial=shared.trial), body)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_body_with_nul_cannot_be_taken(shared: ApiWorld) -> None:
    answer = sent(shared, "sponsor", "POST", "/trials", '{"title": "a\\u0000", "language": "en"}')
    assert answer.status_code == 422


def test_a_record_of_half_a_letter_is_refused_alone(own: ApiWorld) -> None:
    odd = {**person("half"), "id": "\ud800"}
    answer = sent(own, OURS, "POST", "/people", json.dumps([odd, person("whole")]))
    said = answer.get_json()
    assert (len(said["kept"]), len(said["refused"])) == (1, 1)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("administrator", "/deliveries?trial="),
        ("administrator", "/deliveries?reference="),
        ("coordinator", "/matches?study="),
        ("coordinator", "/matches?site="),
        ("coordinator", "/matches?search="),
    ],
)
def test_a_query_with_nul_cannot_be_taken(shared: ApiWorld, who: str, path: str) -> None:
    answer = shared[who].send("GET", f"{path}a%00b")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == path[:-1].partition("?")[2]


def test_an_address_with_two_slashes_leads_to_the_right_one(shared: ApiWorld) -> None:
    answer = shared.app.test_client().get("/api//v1/trials")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/api/v1/trials")
