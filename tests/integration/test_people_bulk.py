"""A long import in several processes comes to the same as short ones in one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from recruit.actions.people import Import, ImportReport, import_people
from recruit.audit import trail
from recruit.consent import ledger
from recruit.core.db import connect, reading, upgrade
from recruit.core.files import read_lines
from recruit.demo.people import people
from recruit.people.tables import PARTICIPANT, VERSION
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS

COUNT = 1600


def take(engine: Engine, lexicon: Lexicon, file: Path) -> ImportReport:
    records = read_lines(file)
    return import_people(engine, lexicon, records, of=Import("ensemble", "test"), secrets=SECRETS)


def stored(engine: Engine) -> dict[str, dict[str, object]]:
    """The profiles by the community's own identifiers, without pseudonyms."""
    query = select(PARTICIPANT.c.external_id, VERSION.c.profile).where(
        VERSION.c.person == PARTICIPANT.c.pseudonym, VERSION.c.current
    )
    with reading(engine) as session:
        return {
            name: {key: value for key, value in profile.items() if key != "person"}
            for name, profile in session.execute(query)
        }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Path]]:
    """The same people in one file, and in files that are each short enough for one process."""
    folder = tmp_path_factory.mktemp("people")
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in people(COUNT)]
    whole = folder / "whole.jsonl"
    whole.write_text("".join(lines), "utf-8")
    parts = []
    for start in range(0, COUNT, 400):
        part = folder / f"part{start}.jsonl"
        part.write_text("".join(lines[start : start + 400]), "utf-8")
        parts.append(part)
    return whole, parts


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Engine]:
    """A second database."""
    database = connect(f"sqlite:///{tmp_path / 'another.db'}")
    upgrade(database)
    yield database
    database.dispose()


def test_processes_come_to_the_same_as_one(
    engine: Engine, another: Engine, lexicon: Lexicon, files: tuple[Path, list[Path]]
) -> None:
    whole, parts = files
    report = take(engine, lexicon, whole)
    small = [take(another, lexicon, part) for part in parts]
    assert stored(engine) == stored(another)
    assert report.new == sum(each.new for each in small)
    assert [str(each) for each in report.refusals] == [
        str(refusal) for each in small for refusal in each.refusals
    ]
    assert take(engine, lexicon, whole).unchanged == report.new
    with reading(engine) as session:
        assert ledger.verify(session) is None
        assert trail.verify(session) is None
