"""The examples of docs/fhir.md run as they stand, against a real server."""

import re
from pathlib import Path

import pytest
import requests

from recruit.actions.communities import add_community, issue_key
from tests.fhir import check
from tests.served import served
from tests.web_world import World

EXAMPLES = re.findall(r"```python\n(.*?)```", Path("docs/fhir.md").read_text("utf-8"), re.DOTALL)


def test_the_examples_of_the_guide_run(fresh: World, capsys: pytest.CaptureFixture[str]) -> None:
    add_community(fresh.engine, name="carenity", actor="test")
    key = issue_key(fresh.engine, community="carenity", actor="test").text
    with served(fresh.app) as address:
        names: dict[str, object] = {"SERVICE": address, "KEY": key, "NOTICE_SHA256": "ab" * 32}
        for example in EXAMPLES:
            exec(example, names)  # noqa: S102 - the examples of our own documentation
            answer = names["answer"]
            assert isinstance(answer, requests.Response)
            assert answer.headers["Content-Type"].startswith("application/fhir+json")
            check(answer.json())
    said = capsys.readouterr().out
    assert len(EXAMPLES) == 4
    assert "A weekly tablet for type 2 diabetes" in said
    assert "Fits: Between 18 and 75 years old." in said
    assert "WEB-1" in said
    assert "201 Created" in said
    assert "permit" in said
