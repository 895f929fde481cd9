"""The information notice as everybody can read it."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.consent.notices.texts import FOLDER
from recruit.core.config import Settings
from tests.web_world import pages

OPERATOR = "Example association, 1 rue de l’Exemple, 75012 Paris, data@example.org"


def shown(folder: Path, engine: Engine, language: str, operator: str = "") -> str:
    app = pages(Settings(data_folder=folder, operator=operator), engine)
    return app.test_client().get(f"/privacy/notice/1?lang={language}").text


def test_the_notice_says_who_runs_the_site(tmp_path: Path, sqlite_engine: Engine) -> None:
    assert OPERATOR in shown(tmp_path, sqlite_engine, "fr", OPERATOR)


def test_where_nobody_was_named_it_says_whom_to_ask(tmp_path: Path, sqlite_engine: Engine) -> None:
    assert "Ask the people who told you about this site" in shown(tmp_path, sqlite_engine, "en")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_fingerprint_is_that_of_the_file(
    tmp_path: Path, sqlite_engine: Engine, language: str
) -> None:
    found = re.search(r"<code>([0-9a-f]{64})</code>", shown(tmp_path, sqlite_engine, language))
    assert found
    assert found[1] == sha256((FOLDER / f"1.{language}.md").read_bytes()).hexdigest()


def test_there_is_no_other_version(tmp_path: Path, sqlite_engine: Engine) -> None:
    client = pages(Settings(data_folder=tmp_path), sqlite_engine).test_client()
    for version in ("2", "0", "1.en", "%2e%2e"):
        assert client.get(f"/privacy/notice/{version}").status_code == 404
