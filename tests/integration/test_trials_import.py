"""Imports of trials: good and bad files, interruptions, registries; nothing half-written."""

import gzip
import io
import json
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel

from recruit.actions.trials import (
    ImportReport,
    fetch_trial,
    import_trials,
    reread_trials,
    sync_trials,
)
from recruit.audit.tables import AUDIT
from recruit.core import files
from recruit.core.db import connect, reading
from recruit.core.errors import NotFound, Refusal, Unreachable
from recruit.core.files import Record, read_records
from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store
from recruit.trials.tables import TrialVersion
from tests.unit.trials.samples import ctgov, ctis_now, exchange


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    database = connect(f"sqlite:///{tmp_path / 'recruit.db'}")
    SQLModel.metadata.create_all(database)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


def take(engine: Engine, lexicon: Lexicon, *paths: Path) -> ImportReport:
    records = (record for path in paths for record in read_records(path))
    return import_trials(engine, lexicon, records, actor="cli")


def kept(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return store.known(session)


def count(engine: Engine, table: Any) -> int:  # noqa: ANN401 - a table or a class of one
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def lines(*values: object) -> bytes:
    return "\n".join(json.dumps(value) for value in values).encode()


def many(number: int) -> list[dict[str, Any]]:
    return [exchange(f"T{each:03}", title=f"Study {each}") for each in range(number)]


# ---------------------------------------------------------------- files as people have them
PACKED = {
    "plain.jsonl": lambda data: data,
    "packed.jsonl.xz": lzma.compress,
    "packed.jsonl.gz": gzip.compress,
    "without-a-name": lzma.compress,
}


@pytest.mark.parametrize("name", PACKED)
def test_lines_are_taken_from_packed_and_plain_files(
    engine: Engine, lexicon: Lexicon, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(PACKED[name](lines(*many(3))))
    assert take(engine, lexicon, tmp_path / name).new == 3


def test_a_page_with_one_study_a_line_is_one_page(
    engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    studies = ",\n".join(json.dumps(ctgov(f"NCT9000000{each}")) for each in range(1, 4))
    path = tmp_path / "page.json"
    path.write_text(f'{{"studies":[\n{studies}\n],"nextPageToken":"x"}}')
    report = take(engine, lexicon, path)
    assert (report.new, report.refused) == (3, [])


def test_an_archive_is_taken_file_by_file(engine: Engine, lexicon: Lexicon, tmp_path: Path) -> None:
    path = tmp_path / "trials.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        link = tarfile.TarInfo("link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name, value in (("a/one.json", ctgov()), ("two.json", ctis_now()), ("x.txt", 1)):
            data = json.dumps(value).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    report = take(engine, lexicon, path)
    assert (report.new, report.refused) == (2, [])


# ---------------------------------------------------------------- what is wrong with files
def bad(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def sparse(places: bytes) -> bytes:
    """An archive with a file that has holes at `places`."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("a.json")
        info.pax_headers = {"GNU.sparse.map": places.decode()}
        tar.addfile(info)
    return archive.getvalue()


WRONG_FILES = [
    ("empty.json", b"", "empty.json: file: the file is empty"),
    ("blank.json", b"\n \n", "blank.json: file: the file is empty"),
    (
        "page.json",
        b"\n<!doctype html><title>Sign in</title>",
        "page.json: file: this is a web page or XML, not JSON",
    ),
    (
        "latin.json",
        '{"id": "T1", "criteria": "Asthme sévère"}'.encode("latin-1"),
        "latin.json: file: the text is not UTF-8",
    ),
    (
        "cut.json",
        json.dumps(ctgov(), indent=1).encode()[:500],
        "cut.json: file: this is not JSON, or it ends too early",
    ),
    ("cut.xz", lzma.compress(lines(*many(3)))[:-30], "cut.xz: file: the file ends too early"),
    ("cut.gz", gzip.compress(lines(*many(3)))[:-30], "cut.gz: file: the file ends too early"),
    ("bad.bz2", b"BZh91AY&SY" + b"\x00" * 50, "bad.bz2: file: the file ends too early"),
    ("sparse.tar", sparse(b"a,b"), "sparse.tar: file: the file ends too early or is damaged"),
    ("list.json", b"[]", "list.json: *: there is no study in it"),
    ("number.json", b"7", "number.json: *: this is no trial in a format known here"),
    ("deep.json", b"[" * 200_000, "deep.json: file: this is not JSON, or it ends too early"),
]


@pytest.mark.parametrize(("name", "data", "sentence"), WRONG_FILES, ids=[w[0] for w in WRONG_FILES])
def test_a_file_that_is_wrong_is_one_sentence_and_the_next_file_is_taken(  # noqa: PLR0913, PLR0917 - three of them are one case
    engine: Engine, lexicon: Lexicon, tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    good = bad(tmp_path, "good.json", lines(exchange("GOOD")))
    report = take(engine, lexicon, bad(tmp_path, name, data), good)
    assert [str(refusal).startswith(sentence) for refusal in report.refused] == [True]
    assert "GOOD" in kept(engine)


def test_a_document_that_is_too_large_is_refused_unread(
    engine: Engine, lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_DOCUMENT", 1 << 20)
    document = json.dumps([exchange("T1"), "x" * (1 << 20)], indent=1).encode()
    report = take(engine, lexicon, bad(tmp_path, "bomb.json.xz", lzma.compress(document)))
    assert [str(each) for each in report.refused] == [
        "bomb.json.xz: file: the document is larger than 1 MB"
    ]


def test_lines_before_the_cut_are_kept(engine: Engine, lexicon: Lexicon, tmp_path: Path) -> None:
    packed = lzma.compress(
        lines(*(exchange(f"T{n:03}", criteria=f"{n}" * 9999) for n in range(99)))
    )
    report = take(engine, lexicon, bad(tmp_path, "cut.xz", packed[: len(packed) // 2]))
    assert report.new > 0
    assert [str(each) for each in report.refused] == [
        "cut.xz: file: the file ends too early or is damaged"
    ]


def test_a_broken_line_is_refused_alone(engine: Engine, lexicon: Lexicon, tmp_path: Path) -> None:
    data = (
        b'{"id": "T0", "crit\n'
        + lines(exchange("T1"))
        + b'\n{"id": \xff}\n'
        + lines(exchange("T2"))
    )
    report = take(engine, lexicon, bad(tmp_path, "t.jsonl", data))
    assert [str(each) for each in report.refused] == [
        "t.jsonl:1: file: this is not JSON, or it ends too early",
        "t.jsonl:3: file: the text is not UTF-8",
    ]
    assert kept(engine) == ["T1", "T2"]


# ---------------------------------------------------------------- what is wrong with studies
WRONG_STUDIES = [
    (exchange("BAD", min_age="450 Years"), "BAD: min_age: nobody reaches the age of 450 years"),
    (exchange("BAD", criteria="x" * 1_000_001), "BAD: criteria: longer than 1,000,000 characters"),
    (exchange("BAD", criteria=" "), "BAD: criteria: this must not be empty"),
    (exchange("BAD", sex="odd"), "BAD: sex: “odd” is not a sex known here"),
    (exchange("T001"), "T001: id: this trial was there before; the first one counts"),
    (exchange(""), "trials.json study 3: id: this must not be empty"),
    (ctgov("NCT90000002", healthyVolunteers="x"), "NCT90000002: protocolSection.eligibilityModule"),
]


@pytest.mark.parametrize(
    ("study", "sentence"), WRONG_STUDIES, ids=[w[1][:30] for w in WRONG_STUDIES]
)
def test_one_wrong_study_among_good_ones_is_refused_alone(
    engine: Engine, lexicon: Lexicon, tmp_path: Path, study: object, sentence: str
) -> None:
    studies = [*many(2), study, ctgov()]
    report = take(engine, lexicon, bad(tmp_path, "trials.json", json.dumps(studies).encode()))
    assert (report.read, report.new, len(report.refused)) == (4, 3, 1)
    assert str(report.refused[0]).startswith(sentence)
    assert kept(engine) == ["NCT90000001", "T000", "T001"]


def test_a_million_characters_of_criteria_are_kept(
    engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    text = ("* " + "word " * 20 + "\n") * 9_708
    study = exchange("LONG", criteria=text + "x" * (1_000_000 - len(text)))
    assert take(engine, lexicon, bad(tmp_path, "long.json", lines(study))).new == 1


# ---------------------------------------------------------------- again, amended, interrupted
def test_a_second_import_changes_nothing(engine: Engine, lexicon: Lexicon, tmp_path: Path) -> None:
    path = bad(tmp_path, "t.jsonl", lines(*many(5), ctgov(), ctis_now(), exchange("T001")))
    first, second = take(engine, lexicon, path), take(engine, lexicon, path)
    assert str(first) == "7 new, 0 changed, 0 unchanged, 1 refused"
    assert str(second) == "0 new, 0 changed, 7 unchanged, 1 refused"
    assert count(engine, TrialVersion) == 7


def test_an_amended_study_is_counted_as_changed(
    engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    take(engine, lexicon, bad(tmp_path, "t.jsonl", lines(*many(2))))
    report = take(
        engine,
        lexicon,
        bad(tmp_path, "t.jsonl", lines(exchange("T000", title="New"), *many(2)[1:])),
    )
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)


def test_an_interrupted_import_is_resumed_without_doubles(engine: Engine, lexicon: Lexicon) -> None:
    studies = [Record(f"line {number}", study) for number, study in enumerate(many(250))]

    def broken() -> Iterator[Record]:
        yield from studies[:230]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_trials(engine, lexicon, broken(), actor="cli")
    assert len(kept(engine)) == 200
    report = import_trials(engine, lexicon, studies, actor="cli")
    assert str(report) == "50 new, 0 changed, 200 unchanged, 0 refused"
    assert count(engine, TrialVersion) == 250


def test_a_batch_that_fails_leaves_nothing_behind(
    engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, calls = store.save, iter(range(1000))

    def failing(*given: Any) -> object:  # noqa: ANN401 - handed on
        if next(calls) == 5:
            raise MemoryError
        return save(*given)

    monkeypatch.setattr(store, "save", failing)
    with pytest.raises(MemoryError):
        import_trials(engine, lexicon, [Record("f", many(10))], actor="cli")
    assert kept(engine) == []
    assert count(engine, AUDIT) == 0


def test_progress_is_told_in_studies_read(engine: Engine, lexicon: Lexicon) -> None:
    told: list[int] = []
    import_trials(engine, lexicon, [Record("f", many(150))], actor="cli", progress=told.append)
    assert told == [100, 150]


@pytest.mark.parametrize("records", [[], [Record("f", exchange())]])
def test_an_import_leaves_one_audit_row(
    engine: Engine, lexicon: Lexicon, records: list[Record]
) -> None:
    import_trials(engine, lexicon, records, actor="ada")
    with reading(engine) as session:
        row = session.execute(select(AUDIT.c.tag, AUDIT.c.actor, AUDIT.c.new)).one()
    known = f"{len(records)} new, 0 changed, 0 unchanged, 0 refused"
    assert tuple(row) == ("trials:batch:imported", "ada", known)


# ---------------------------------------------------------------- registries
API = "https://clinicaltrials.gov/api/v2/studies/"
CTIS = "https://euclinicaltrials.eu/ctis-public-api/retrieve/"


@pytest.fixture
def net() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_a_trial_is_fetched_by_number(
    engine: Engine, lexicon: Lexicon, net: responses.RequestsMock
) -> None:
    net.get(API + "NCT90000001", json=ctgov())
    assert fetch_trial(engine, lexicon, "NCT90000001", actor="cli").new == 1
    assert kept(engine) == ["NCT90000001"]


def test_a_web_page_instead_of_a_study_is_a_refusal(
    engine: Engine, lexicon: Lexicon, net: responses.RequestsMock
) -> None:
    net.get(API + "NCT90000001", body="<html>")
    report = fetch_trial(engine, lexicon, "NCT90000001", actor="cli")
    assert [str(each) for each in report.refused] == [
        "NCT90000001: answer: this is a web page or XML, not JSON"
    ]


def test_a_number_nobody_has_is_not_found(
    engine: Engine, lexicon: Lexicon, net: responses.RequestsMock
) -> None:
    net.get(API + "NCT90000001", status=404)
    with pytest.raises(NotFound):
        fetch_trial(engine, lexicon, "NCT90000001", actor="cli")


def test_known_registry_trials_are_brought_up_to_date_and_others_left_alone(
    engine: Engine, lexicon: Lexicon, net: responses.RequestsMock
) -> None:
    studies = [ctgov(f"NCT9000000{number}") for number in (1, 2, 3)]
    import_trials(engine, lexicon, [Record("f", [*studies, exchange()])], actor="cli")
    net.get(API + "NCT90000001", json=ctgov("NCT90000001"))
    net.get(API + "NCT90000002", json=ctgov("NCT90000002", sex="FEMALE"))
    net.get(API + "NCT90000003", status=404)
    report = sync_trials(engine, lexicon, actor="job")
    assert (report.changed, report.unchanged) == (1, 1)
    assert [str(each) for each in report.refused] == [
        "NCT90000003: *: its registry no longer has it"
    ]
    assert kept(engine) == ["NCT90000001", "NCT90000002", "NCT90000003", "T1"]


def test_a_registry_that_does_not_answer_is_asked_once_and_the_other_still(
    engine: Engine, lexicon: Lexicon, net: responses.RequestsMock
) -> None:
    studies = [ctgov(f"NCT9000000{number}") for number in (1, 2, 3)]
    import_trials(engine, lexicon, [Record("f", [*studies, ctis_now()])], actor="cli")
    net.get(CTIS + ctis_now()["ctNumber"], json=ctis_now())
    net.get(API + "NCT90000001", json=ctgov("NCT90000001", sex="FEMALE"))
    net.get(API + "NCT90000002", body=requests.ConnectionError())
    with pytest.raises(Unreachable, match=r"ClinicalTrials.gov .* what was read so far is kept"):
        sync_trials(engine, lexicon, actor="job")
    asked = [call.request.url for call in net.calls]
    assert asked == [CTIS + "2026-500001-11-00", API + "NCT90000001", API + "NCT90000002"]
    with reading(engine) as session:
        assert store.get(session, "NCT90000001").number == 2
        audited = session.scalars(select(AUDIT.c.new).order_by(AUDIT.c.sequence)).all()
    assert audited[-1] == "0 new, 1 changed, 1 unchanged, 0 refused"


def test_a_number_that_its_registry_turns_away_does_not_stop_the_sync(
    engine: Engine, lexicon: Lexicon, net: responses.RequestsMock
) -> None:
    studies = [ctgov(f"NCT9000000{number}") for number in (1, 2)]
    import_trials(engine, lexicon, [Record("f", studies)], actor="cli")
    net.get(API + "NCT90000001", status=400)
    net.get(API + "NCT90000002", json=ctgov("NCT90000002", sex="FEMALE"))
    report = sync_trials(engine, lexicon, actor="job")
    assert (report.changed, len(report.refused)) == (1, 1)


def test_an_answer_about_another_trial_is_refused(
    engine: Engine, lexicon: Lexicon, net: responses.RequestsMock
) -> None:
    net.get(API + "NCT90000001", json=ctgov("NCT90000009"))
    report = fetch_trial(engine, lexicon, "NCT90000001", actor="cli")
    assert [str(each) for each in report.refused] == [
        "NCT90000001: answer: the registry answered with another trial"
    ]
    assert kept(engine) == []


def test_a_trial_may_be_asked_for_by_its_former_number(
    engine: Engine, lexicon: Lexicon, net: responses.RequestsMock
) -> None:
    study = ctgov("NCT90000009")
    study["protocolSection"]["identificationModule"]["nctIdAliases"] = ["NCT90000001"]
    net.get(API + "NCT90000001", json=study)
    assert fetch_trial(engine, lexicon, "NCT90000001", actor="cli").new == 1
    assert kept(engine) == ["NCT90000009"]


def test_what_an_older_parser_read_is_read_again(
    engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "parser_version", lambda: "older")
    import_trials(engine, lexicon, [Record("f", many(120))], actor="cli")
    monkeypatch.undo()
    assert reread_trials(engine, lexicon, actor="job") == 120
    assert reread_trials(engine, lexicon, actor="job") == 0


def test_every_refusal_can_be_said_in_french(
    engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    paths = [bad(tmp_path, name, data) for name, data, _ in WRONG_FILES]
    studies = [Record("f", [study]) for study, _ in WRONG_STUDIES]
    refused = take(engine, lexicon, *paths).refused
    refused += import_trials(engine, lexicon, studies, actor="cli").refused
    assert refused
    assert [each for each in refused if each.say("fr") == each.say("en")] == []
    assert all(isinstance(each, Refusal) for each in refused)
