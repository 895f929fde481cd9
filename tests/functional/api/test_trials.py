"""A sponsor's program begins a trial, corrects it, and has a colleague publish it."""

import json
from typing import Any

import pytest

from recruit.api.schemas.trials import CHANGES
from tests.api_world import ApiWorld

NEW = {
    "title": "Salt at noon",
    "language": "en",
    "text": "Inclusion Criteria:\n\n* Age 18 to 75 years\n* Type 2 diabetes",
}
RULE = {"type": "age", "min": 40, "max": 70, "unit": "year"}
WRITTEN = {"kind": "inclusion", "text": "Between 40 and 70 years", "rule": RULE}


def begun(world: ApiWorld) -> str:
    answer = world["sponsor"].send("POST", "/trials", NEW)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/v1/trials/{answer.get_json()['id']}"
    return str(answer.get_json()["id"])


def test_a_trial_begins_and_its_text_is_read(own: ApiWorld) -> None:
    trial = begun(own)
    assert trial in {each["id"] for each in own["sponsor"].read("/trials")["items"]}
    found = own["sponsor"].read(f"/trials/{trial}/criteria")["items"]
    assert [each["rule"]["type"] for each in found] == ["age", "condition"]
    assert found[0]["standing"] == "read"


def test_what_stands_in_the_way_of_publishing_is_named(own: ApiWorld) -> None:
    trial = begun(own)
    answer = own["sponsor"].send(
        "POST",
        f"/trials/{trial}/submission",
        {"confirmed": True},
        If_Match='"1"',
        Accept_Language="fr",
    )
    assert answer.status_code == 422
    in_the_way = {each["field"]: each["problem"] for each in answer.get_json()["errors"]}
    assert in_the_way["sites"] == "L’essai n’a aucun centre."
    assert in_the_way["criteria"].startswith("Critères sur lesquels personne n’a encore tranché")


def test_pages_follow_one_another_without_gap_or_overlap(own: ApiWorld) -> None:
    made = {begun(own) for _ in range(5)} | {own.trial}
    seen: list[str] = []
    cursor = ""
    while True:
        page = own["sponsor"].read(f"/trials?limit=2{cursor}")
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert (sorted(seen), len(seen)) == (sorted(made), len(made))


def test_a_change_names_the_version_that_was_looked_at(own: ApiWorld) -> None:
    path = f"/trials/{own.trial}/details/titles"
    new = {"title_en": "Sugar by day"}
    missing = own["sponsor"].send("PATCH", path, new)
    assert missing.status_code == 428
    changed = own["sponsor"].send("PATCH", path, new, If_Match='"1"')
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.get_json()["details"]["titles"]["title_en"] == "Sugar by day"
    late = own["colleague"].send("PATCH", path, {"title_en": "Mine"}, If_Match='"1"')
    assert late.status_code == 412
    assert own["sponsor"].read(f"/trials/{own.trial}")["title"] == "Sugar by day"


@pytest.mark.parametrize("tag", ["*", "1", 'W/"1"', '"x"', '"1", "2"', '""'])
def test_what_is_no_version_of_ours_changes_nothing(own: ApiWorld, tag: str) -> None:
    path = f"/trials/{own.trial}/details/titles"
    answer = own["sponsor"].send("PATCH", path, {"title_en": "Mine"}, If_Match=tag)
    assert answer.status_code == 412
    assert own["sponsor"].etag(f"/trials/{own.trial}") == '"1"'


def test_what_somebody_has_already_is_not_sent_again(shared: ApiWorld) -> None:
    path = f"/trials/{shared.trial}"
    etag = shared["sponsor"].etag(path)
    again = shared["sponsor"].send("GET", path, If_None_Match=etag)
    assert (again.status_code, again.data) == (304, b"")
    assert shared["sponsor"].send("GET", path, If_None_Match='"0"').status_code == 200


def test_a_rule_is_added_corrected_decided_and_removed(own: ApiWorld) -> None:
    sponsor, path = own["sponsor"], f"/trials/{own.trial}/criteria"
    added = sponsor.send("POST", path, WRITTEN, If_Match='"1"')
    assert added.status_code == 201, added.text
    number = added.get_json()["number"]
    other = {**WRITTEN, "rule": {**RULE, "max": 80}}
    corrected = sponsor.send("PUT", f"{path}/{number}", other, If_Match='"2"')
    assert corrected.get_json()["rule"]["max"] == 80
    asked = sponsor.send("PUT", f"{path}/{number}/standing", {"standing": "ask"}, If_Match='"3"')
    assert asked.get_json()["standing"] == "ask"
    gone = sponsor.send("DELETE", f"{path}/{number}", If_Match='"4"')
    assert (gone.status_code, gone.headers["ETag"]) == (204, '"5"')
    assert number not in {each["number"] for each in sponsor.read(path)["items"]}


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "nothing"},
        {"type": "age"},
        {"type": "not", "of": {"type": "drug", "text": "x", "concepts": ["MESH:NONE"]}},
        {"type": "all", "of": []},
    ],
)
def test_a_rule_that_cannot_be_judged_is_refused_by_field(
    own: ApiWorld, rule: dict[str, Any]
) -> None:
    written = {**WRITTEN, "rule": rule}
    answer = own["sponsor"].send(
        "POST", f"/trials/{own.trial}/criteria", written, If_Match='"1"', Accept_Language="fr"
    )
    assert answer.status_code == 422
    assert answer.headers["Content-Language"] == "fr"
    assert answer.get_json()["errors"][0]["field"].startswith("rule")


def test_who_wrote_it_approves_nothing_of_it(own: ApiWorld) -> None:
    sponsor, path = own["sponsor"], f"/trials/{own.trial}"
    submitted = sponsor.send("POST", f"{path}/submission", {"confirmed": True}, If_Match='"1"')
    assert submitted.get_json()["state"] == "submitted", submitted.text
    signed = {"digest": submitted.get_json()["digest"]}
    refused = sponsor.send("POST", f"{path}/approval", signed, If_Match='"1"')
    assert refused.status_code == 403
    assert (
        own["outsider"].send("POST", f"{path}/approval", signed, If_Match='"1"').status_code == 404
    )
    another = own["colleague"].send("POST", f"{path}/approval", {"digest": "0"}, If_Match='"1"')
    assert another.status_code == 412
    approved = own["colleague"].send("POST", f"{path}/approval", signed, If_Match='"1"')
    assert approved.status_code == 200, approved.text
    assert sponsor.read(path)["state"] == "published"


EXTRA = {"id": "S-MINE0000", "organisation": 1, "author": "account 1", "published": 1, "role": "x"}
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/trials", NEW),
    ("PUT", "/trials/{trial}/text", {"language": "en", "text": ""}),
    ("POST", "/trials/{trial}/criteria", WRITTEN),
    ("PUT", "/trials/{trial}/criteria/1", WRITTEN),
    ("PUT", "/trials/{trial}/criteria/1/standing", {"standing": "ask"}),
    ("POST", "/trials/{trial}/submission", {"confirmed": True}),
    ("POST", "/trials/{trial}/approval", {"digest": "0"}),
    *(("PATCH", f"/trials/{{trial}}/details/{step}", {}) for step in CHANGES),
]


@pytest.mark.parametrize(
    ("method", "path", "body"), BODIES, ids=[f"{method} {path}" for method, path, _ in BODIES]
)
@pytest.mark.parametrize("extra", EXTRA)
def test_a_field_that_nobody_documented_is_refused(
    shared: ApiWorld, method: str, path: str, body: dict[str, Any], extra: str
) -> None:
    sent = {**body, extra: EXTRA[extra]}
    path = path.format(trial=shared.trial)
    answer = shared["sponsor"].send(method, path, sent, If_Match='"1"')
    assert answer.status_code == 400, answer.text
    [wrong] = json.loads(answer.text)["errors"]
    assert wrong == {"field": extra, "problem": "there is no such field here"}
