"""The contract is the one that was agreed, its examples are true, and the guide's programs run."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from recruit.api.schemas.problem import ProblemSchema
from recruit.core.clock import today
from recruit.people.scopes import COMMUNITY, OF_ROLE, Scope
from recruit.web.scope_words import SCOPE_WORDS
from tests.api_world import OURS, ApiWorld
from tests.served import served

APPROVED = Path("tests/approved/openapi.json")
GUIDE = Path("docs/api.md")


@pytest.fixture
def contract(shared: ApiWorld) -> dict[str, Any]:
    found: dict[str, Any] = shared.app.test_client().get("/api/openapi.json").get_json()
    return found


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, each in contract["paths"].items():
        for method, operation in each.items():
            if method != "parameters":
                yield f"{method} {path}", operation


def test_the_contract_is_the_one_that_was_agreed(contract: dict[str, Any]) -> None:
    assert contract == json.loads(APPROVED.read_text("utf-8"))


def test_every_operation_has_examples_of_what_goes_in_and_comes_out(
    contract: dict[str, Any],
) -> None:
    for name, operation in operations(contract):
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                assert "example" in content, (name, status)
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            assert "example" in content or kind != "application/json", name


def test_every_example_is_as_its_schema_says(contract: dict[str, Any]) -> None:
    import jsonschema_rs  # noqa: PLC0415 - comes with schemathesis

    checked = 0
    for name, operation in operations(contract):
        answers = operation["responses"].values()
        for answer in (*answers, operation.get("requestBody", {})):
            for content in answer.get("content", {}).values():
                if "example" in content:
                    schema = {**content["schema"], "components": contract["components"]}
                    validator = jsonschema_rs.Draft202012Validator(schema)
                    assert validator.is_valid(content["example"]), (name, content["example"])
                    checked += 1
    assert checked > 100
    assert ProblemSchema().validate({"type": "about:blank", "title": "x", "status": 400}) == {}


def test_every_scope_is_somebodys_named_and_documented(contract: dict[str, Any]) -> None:
    used = {each["security"][0]["key"][0] for _, each in operations(contract)}
    somebodys = COMMUNITY.union(*OF_ROLE.values())
    guide = GUIDE.read_text("utf-8")
    assert set(SCOPE_WORDS) == set(Scope) == set(somebodys)
    assert used <= {scope.value for scope in Scope}
    for scope in used:
        assert f"`{scope}`" in guide, scope


def test_every_reason_to_leave_is_documented() -> None:
    from recruit.actions.following.outcomes import REASONS  # noqa: PLC0415

    guide = GUIDE.read_text("utf-8")
    for state, reasons in REASONS.items():
        for word in reasons:
            assert f"`{word}`" in guide, (state, word)


def test_the_programs_of_the_guide_run(own: ApiWorld, capsys: pytest.CaptureFixture[str]) -> None:
    programs = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert len(programs) == 9
    with served(own.app) as address:
        names: dict[str, object] = {
            "SERVICE": address,
            "SPONSOR_KEY": own["sponsor"].key,
            "COLLEAGUE_KEY": own["colleague"].key,
            "COORDINATOR_KEY": own["coordinator"].key,
            "ADMINISTRATOR_KEY": own["administrator"].key,
            "COMMUNITY_KEY": own[OURS].key,
            "READY": own.trial,
            "REFERRAL": own.referral,
            "IN_A_WEEK": (today() + timedelta(days=7)).isoformat(),
        }
        for program in programs:
            exec(program, names)  # noqa: S102 - the programs of our own documentation
    said = capsys.readouterr().out
    assert "70" in said
    assert "version 1" in said
    assert "member-1" in said
    assert "['contact/email']" in said
    assert "delivered 3" in said
