import json
import re
from datetime import date

import pytest

from recruit.consent.evidence import parse_evidence
from recruit.core.clock import now
from recruit.demo.cohorts import cohorts
from recruit.demo.notices import NOTICES
from recruit.demo.people import people

ON = date(2026, 6, 15)
DATE = re.compile(r'"(\d{4}-\d{2})(?:-(\d{2}))?')


def test_the_same_seed_and_day_give_the_same_people() -> None:
    assert list(people(40, 7, ON)) == list(people(40, 7, ON))


def test_another_seed_gives_other_people() -> None:
    assert list(people(40, 7, ON)) != list(people(40, 8, ON))


def test_asking_for_fewer_gives_the_first_of_them() -> None:
    assert list(people(10, on=ON)) == list(people(300, on=ON))[:10]


def test_no_person_has_a_name_or_an_address() -> None:
    said = {name for person in people(on=ON) for name in person}

    assert said == {
        "id", "community", "language", "birth_date", "age", "sex", "location", "seeking",
        "facts", "answers", "complete", "note", "consent",
    }  # fmt: skip


def test_a_handful_comes_without_consent_evidence() -> None:
    without = [person for person in people(on=ON) if "consent" not in person]

    assert len(without) == 5


def test_every_other_person_has_evidence_that_the_ledger_accepts() -> None:
    for person in people():
        if "consent" in person:
            found = parse_evidence(
                person["consent"], record=str(person["id"]), source="demo", moment=now()
            )
            assert "matching" in map(str, found.purposes)


def test_no_date_lies_in_the_future() -> None:
    text = json.dumps([p | {"birth_date": None} for p in people(on=ON)])
    written = {date.fromisoformat(f"{m}-{d or '01'}") for m, d in DATE.findall(text)}

    assert max(written) < ON


@pytest.mark.parametrize("language", ["en", "fr"])
def test_both_languages_are_spoken_and_some_people_write_a_note(language: str) -> None:
    assert language in NOTICES
    assert [p for p in people(on=ON) if p["language"] == language and "note" in p]


def test_the_first_people_are_one_of_each_group() -> None:
    diseases = [
        next((str(f["text"]) for f in facts if f["kind"] == "condition"), "healthy")
        for person in people(len(cohorts()), on=ON)
        if isinstance(facts := person.get("facts", [{"kind": "none"}]), list)
    ]

    assert len(set(diseases)) == len(cohorts())


def test_some_people_told_everything_and_some_hardly_anything() -> None:
    complete = [p for p in people(on=ON) if len(str(p.get("complete", ""))) > len("['drug']")]
    sparse = [p for p in people(on=ON) if "answers" not in p]

    assert len(complete) > 100
    assert len(sparse) > 40
