"""Those who consent, kept in a file for counting; who takes it back is out of every count."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import time_machine
from sqlalchemy import Engine

from recruit.actions import populating, population
from recruit.actions.erasure import erase_person
from recruit.actions.population import Crowd, Population, refresh
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Evidence
from recruit.core.clock import now, today
from recruit.core.config import Settings
from recruit.core.dates import PartialDate
from recruit.core.db import connect, reading, unit_of_work, upgrade
from recruit.core.errors import ToldToEnd
from recruit.core.keys import read_secrets
from recruit.disclosure.sketch import mark
from recruit.matching.building import build
from recruit.matching.index import Index
from recruit.matching.outcome import Hierarchy
from recruit.people import store
from recruit.people.facts import ClinicalFact, Home, Profile
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from tests.web_world import CONSENT, TESTER

KEY = b"the key of a test"
TRIAL = "T-1"
MATCHING = Choice(Purpose.MATCHING)
REFUSAL = Choice(Purpose.MATCHING, scope=f"trial/{TRIAL}")


def join(engine: Engine, names: Iterable[str], proof: Evidence = CONSENT) -> dict[str, str]:
    """People with diabetes who consent; their pseudonyms by name."""
    with unit_of_work(engine) as session:
        store.know_community(session, "testers")
        known = store.enrol(session, "testers", list(names))
        store.save(session, [diabetic(person) for person in known.values()])
        ledger.grant(session, [(person, proof) for person in known.values()], TESTER)
    return known


def diabetic(person: str) -> Profile:
    return Profile(
        person=person,
        born=PartialDate.of_age(49, today()),
        sex="female",
        home=Home("FR", "75012", 48.85, 2.35),
        facts=(ClinicalFact(Kind.CONDITION, "diabète", ("MESH:D003924",)),),
    )


@pytest.fixture
def crowd(tmp_path: Path) -> Crowd:
    return Crowd(tmp_path / "people", KEY)


def built(crowd: Crowd, engine: Engine, lexicon: Lexicon) -> Population:
    populating.build(engine, lexicon, KEY, crowd.folder)
    found = crowd.newest(lexicon)
    assert found is not None
    return found


def there(found: Population, engine: Engine) -> set[int]:
    """The marks of those who count."""
    with reading(engine) as session:
        return set(found.marks[found.present(session, TRIAL, KEY, now())].tolist())


def marks(people: Iterable[str]) -> set[int]:
    return {mark(person, KEY) for person in people}


def test_everybody_who_consents_is_there(crowd: Crowd, engine: Engine, lexicon: Lexicon) -> None:
    known = join(engine, ["a", "b", "c"])
    with unit_of_work(engine) as session:
        ledger.withdraw(session, known["c"], MATCHING, TESTER, "test")
    assert there(built(crowd, engine, lexicon), engine) == marks([known["a"], known["b"]])


def test_what_an_ended_build_left_behind_goes_with_the_next(
    crowd: Crowd, sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    for name in ("population-old", "population-new"):
        (crowd.folder / name).mkdir(parents=True)
        (crowd.folder / name / "0").touch()
        (crowd.folder / f"{name}.arraysx.new").touch()
    then = (now() - populating.LEFT_BEHIND).timestamp() - 1
    for left in crowd.folder.glob("population-old*"):
        os.utime(left, (then, then))
    built(crowd, sqlite_engine, lexicon)
    kept = {each.name for each in crowd.folder.iterdir()}
    another = {"population-new", "population-new.arraysx.new"}  # another process is at it
    assert kept == {populating.file(crowd.folder).name, *another}


@pytest.mark.parametrize("how", ["withdraw", "object", "pause", "refuse", "erase"])
def test_who_takes_it_back_after_the_build_does_not_count(
    how: str, crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    known = join(engine, ["a", "b"])
    found = built(crowd, engine, lexicon)
    assert there(found, engine) == marks(known.values())
    with unit_of_work(engine) as session:
        match how:
            case "withdraw":
                ledger.withdraw(session, known["a"], MATCHING, TESTER, "test")
            case "object":
                ledger.object_to(session, known["a"], None, TESTER, "test")
            case "pause":
                ledger.pause(session, known["a"], None, TESTER)
            case "refuse":
                ledger.withdraw(session, known["a"], REFUSAL, TESTER, "test")
            case "erase":
                ledger.erase(session, known["a"], TESTER)
    assert there(found, engine) == marks([known["b"]])


def test_who_comes_back_counts_again(crowd: Crowd, engine: Engine, lexicon: Lexicon) -> None:
    known = join(engine, ["a"])
    found = built(crowd, engine, lexicon)
    with unit_of_work(engine) as session:
        ledger.pause(session, known["a"], None, TESTER)
    assert there(found, engine) == set()
    with unit_of_work(engine) as session:
        ledger.resume(session, known["a"], TESTER)
    assert there(found, engine) == marks(known.values())


def test_a_refusal_of_another_trial_changes_nothing(
    crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    known = join(engine, ["a"])
    found = built(crowd, engine, lexicon)
    with unit_of_work(engine) as session:
        other = Choice(Purpose.MATCHING, scope="trial/T-2")
        ledger.withdraw(session, known["a"], other, TESTER, "test")
    assert there(found, engine) == marks(known.values())


def test_a_consent_that_runs_out_counts_until_then(
    crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    known = join(engine, ["a"], replace(CONSENT, valid_until=now() + timedelta(days=2)))
    found = built(crowd, engine, lexicon)
    assert there(found, engine) == marks(known.values())
    with time_machine.travel(now() + timedelta(days=3)):
        assert there(found, engine) == set()


def test_the_file_names_nobody_and_is_its_owners_alone(
    crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    known = join(engine, ["a"])
    built(crowd, engine, lexicon)
    file = populating.file(crowd.folder)
    assert known["a"].encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_few_people_are_read_by_whoever_asks(
    crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    join(engine, ["a"])
    first = crowd.current(engine, lexicon)
    join(engine, ["b"])
    second = crowd.current(engine, lexicon)
    assert (first and first.size, second and second.size) == (1, 2)


def test_many_people_are_left_to_the_job(
    crowd: Crowd, engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(population, "SMALL", 0)
    join(engine, ["a"])
    assert crowd.current(engine, lexicon) is None
    assert refresh(crowd, engine, lexicon) == 1
    found = crowd.current(engine, lexicon)
    assert found is not None
    assert found.size == 1


def test_the_job_rests_a_while_after_each_build(
    crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    join(engine, ["a"])
    assert refresh(crowd, engine, lexicon) == 1
    join(engine, ["b"])
    assert refresh(crowd, engine, lexicon) is None
    with time_machine.travel(now() + population.EVERY):
        assert refresh(crowd, engine, lexicon) == 2
    with time_machine.travel(now() + 3 * population.EVERY):
        assert refresh(crowd, engine, lexicon) is None


def test_one_process_of_a_machine_brings_the_file_up_to_date(
    crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    join(engine, ["a"])
    with populating.alone_in(crowd.folder) as alone:
        assert alone
        assert refresh(crowd, engine, lexicon) is None
    assert refresh(crowd, engine, lexicon) == 1


def test_a_build_that_is_told_to_end_leaves_the_file_as_it_was(
    crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    def stop() -> None:
        raise ToldToEnd

    join(engine, ["a"])
    assert refresh(crowd, engine, lexicon) == 1
    before = populating.file(crowd.folder).read_bytes()
    join(engine, ["b"])
    with time_machine.travel(now() + population.EVERY):
        with pytest.raises(ToldToEnd):
            refresh(crowd, engine, lexicon, stop)
        assert populating.file(crowd.folder).read_bytes() == before
        assert refresh(crowd, engine, lexicon) == 2


def test_after_an_erasure_the_job_does_not_rest(
    crowd: Crowd, engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    known = join(engine, ["a", "b"])
    assert refresh(crowd, engine, lexicon) == 2
    secrets = read_secrets(Settings(data_folder=tmp_path))
    erase_person(engine, secrets, tmp_path / "outbox", person=known["a"], actor=TESTER)
    assert refresh(crowd, engine, lexicon) == 1


def test_a_file_of_another_database_counts_as_none(
    crowd: Crowd,
    engine: Engine,
    lexicon: Lexicon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(population, "SMALL", -1)
    other = connect(f"sqlite:///{tmp_path / 'other.db'}")
    upgrade(other)
    join(other, ["b"])
    join(engine, ["a"])
    built(crowd, engine, lexicon)
    assert crowd.current(engine, lexicon) is not None
    assert crowd.current(other, lexicon) is None
    other.dispose()


def test_a_file_that_knows_deeds_which_a_restore_undid_counts_as_none(
    crowd: Crowd, engine: Engine, lexicon: Lexicon
) -> None:
    """Answers are no matter of the ledger: the trail tells that they are not these any more."""
    join(engine, ["a"])
    moment = built(crowd, engine, lexicon).moment
    with reading(engine) as session:
        assert populating.is_read_from(session, moment)
        assert not populating.is_read_from(session, replace(moment, trail_digest="1" * 64))


def test_a_damaged_file_is_made_anew(
    crowd: Crowd, engine: Engine, lexicon: Lexicon, caplog: pytest.LogCaptureFixture
) -> None:
    join(engine, ["a"])
    built(crowd, engine, lexicon)
    populating.file(crowd.folder).write_bytes(b"no arrays")
    found = crowd.current(engine, lexicon)
    assert found is not None
    assert found.size == 1
    assert "made anew, as the file was damaged" in caplog.text


def test_only_those_who_changed_are_read_again(
    crowd: Crowd, engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = join(engine, ["a", "b", "c", "d"])
    built(crowd, engine, lexicon)
    join(engine, ["e"])
    with unit_of_work(engine) as session:
        ledger.withdraw(session, known["d"], MATCHING, TESTER, "test")
        store.save(session, [replace(diabetic(known["b"]), sex="male")])
    read: list[int] = []

    def counted(profiles: Sequence[Profile], hierarchy: Hierarchy) -> Index:
        read.append(len(profiles))
        return build(profiles, hierarchy)

    monkeypatch.setattr(populating, "build_index", counted)
    now_there = built(crowd, engine, lexicon)
    assert read == [2]  # b and e
    assert there(now_there, engine) == set(now_there.marks.tolist())
    assert men(now_there) == marks([known["b"]])
    populating.file(crowd.folder).unlink()
    anew = built(crowd, engine, lexicon)
    assert read == [2, 4]
    assert set(anew.marks.tolist()) == set(now_there.marks.tolist())
    assert men(anew) == men(now_there)


def men(found: Population) -> set[int]:
    """The marks of those who are said to be male."""
    sexes = found.engine.index.sexes
    return set(found.marks[np.array(sexes.labels)[sexes.codes] == "male"].tolist())


def test_nothing_of_an_erased_person_is_left_in_the_file(
    crowd: Crowd, engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    known = join(engine, ["a", "b"])
    with unit_of_work(engine) as session:
        store.save(session, [replace(diabetic(known["a"]), home=Home("KM"))])
    built(crowd, engine, lexicon)
    file = populating.file(crowd.folder)
    assert b'"KM"' in file.read_bytes()
    secrets = read_secrets(Settings(data_folder=tmp_path))
    erase_person(engine, secrets, tmp_path / "outbox", person=known["a"], actor=TESTER)
    assert refresh(crowd, engine, lexicon) == 1
    assert b'"KM"' not in file.read_bytes()


def test_with_another_lexicon_everybody_is_read_again(
    crowd: Crowd,
    sqlite_engine: Engine,
    lexicon: Lexicon,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    join(sqlite_engine, ["a"])
    assert refresh(crowd, sqlite_engine, lexicon) == 1
    assert refresh(crowd, sqlite_engine, lexicon) is None
    monkeypatch.setattr(lexicon, "file", Path("another.arrays"))
    assert refresh(crowd, sqlite_engine, lexicon) == 1
    assert "made anew, with another lexicon" in caplog.text


def test_a_file_of_another_version_is_made_anew_and_said_to_be(
    crowd: Crowd, sqlite_engine: Engine, lexicon: Lexicon, caplog: pytest.LogCaptureFixture
) -> None:
    join(sqlite_engine, ["a"])
    crowd.folder.mkdir()
    older = crowd.folder / "population-0123456789abcdef.arrays"
    older.write_bytes(b"laid out otherwise")
    assert refresh(crowd, sqlite_engine, lexicon) == 1
    assert "another version of Recruit wrote the file" in caplog.text
    assert not older.exists()
