"""What cannot be read is said to be so, with what would be right."""

import pytest
from werkzeug.test import TestResponse

from tests.api_world import ApiWorld


def sent(world: ApiWorld, body: bytes, kind: str | None, language: str = "en") -> TestResponse:
    return world.app.test_client().post(
        "/api/v1/trials",
        data=body,
        content_type=kind,
        headers={
            "Authorization": f"Bearer {world['sponsor'].key}",
            "Accept-Language": language,
        },
    )


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_of_another_kind_is_told_its_own(shared: ApiWorld, kind: str | None) -> None:
    answer = sent(shared, b'{"title": "A study", "language": "en"}', kind)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["detail"] == (
        "Send JSON, and say so: “Content-Type: application/json”."
    )


@pytest.mark.parametrize("body", [b'{"title"', b"\xff\xfe", b'\xef\xbb\xbf{"title": "A"}'])
def test_a_body_that_is_no_json_is_said_to_be_none(shared: ApiWorld, body: bytes) -> None:
    answer = sent(shared, body, "application/json")
    assert answer.status_code == 400
    assert answer.get_json()["errors"] == [
        {"field": "*", "problem": "this is not JSON, or it ends too early"}
    ]


def test_the_same_is_said_in_french(shared: ApiWorld) -> None:
    answer = sent(shared, b"title=A", "text/plain", language="fr")
    assert answer.get_json()["detail"].startswith("Envoyez du JSON")


@pytest.mark.parametrize(
    ("who", "path", "body", "problem"),
    [
        (
            "coordinator",
            "/matches/1/decision",
            {"decision": "perhaps"},
            "this must be one of these: approve, ask, not_now, no",
        ),
        (
            "coordinator",
            "/matches/1/decision",
            {"decision": "not_now", "until": "soon"},
            "this must be a day, like 2026-09-30",
        ),
        ("administrator", "/trials?limit=1000", None, "this must be from 1 to 100"),
    ],
    ids=["word", "day", "number"],
)
def test_a_value_that_is_not_as_documented_is_told_what_it_may_be(
    shared: ApiWorld, who: str, path: str, body: object, problem: str
) -> None:
    answer = shared[who].send("POST" if body else "GET", path, body)
    assert answer.status_code == 400
    assert [each["problem"] for each in answer.get_json()["errors"]] == [problem]
