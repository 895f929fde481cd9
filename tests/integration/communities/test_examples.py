"""The five examples of docs/communities: what is read, who is matched, and who is not."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from recruit.actions.match_table import MatchRow
from recruit.actions.matching import match_all
from recruit.actions.people import Import, ImportReport
from recruit.actions.pushing import take_people
from recruit.actions.tenants import configure
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.core import files, sheets
from recruit.core.clock import now, today
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing
from recruit.people import store
from recruit.people.communities import register
from recruit.people.facts import ClinicalFact, MeasureFact, Profile
from recruit.people.tables import PARTICIPANT
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import TrialDraft, TrialStatus
from tests.community_samples import FOLDER, PEOPLE, samples
from tests.erasing import SECRETS
from tests.outreach import VOICE

Raw = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One example: its people, a study, and what the raw record says about who it is for.

    `stored` and `fits` read the record itself, so that they are another reading than the mapping's.
    """

    name: str
    file: str
    id: str
    condition: str
    criteria: str
    stored: Callable[[Raw], bool]
    fits: Callable[[Raw], bool]

    def raw(self) -> list[Raw]:
        """The records as they stand in the file."""
        text = (FOLDER / self.file).read_text("utf-8")
        if self.file.endswith(".csv"):
            return list(csv.DictReader(text.splitlines()))
        return [json.loads(line) for line in text.splitlines()]


def _age(born: str) -> int:
    """The age, some months more or less: no bound of a study lies near."""
    return today().year - int(born[:4])


def _last(person: Raw, score: str) -> float | None:
    """The newest value of a score."""
    found = [(each["on"], each["value"]) for each in person["scores"] if each["name"] == score]
    return max(found)[1] if found else None


def _arthritis(person: Raw) -> bool:
    ill = person["conditions"][0]["name"] == "rheumatoid arthritis"
    score = _last(person, "DAS28")
    on = {each["name"] for each in person["treatments"] if "to" not in each}
    return ill and (score is None or score >= 3.2) and "tofacitinib" not in on


def _diabetic(person: Raw) -> bool:
    value = person["hba1c"]
    return (
        person["diabète de type 2 ?"] == "oui"
        and 7.0 <= float(value) <= 10.5
        and person["asthme ?"] != "oui"
    )


def _lung(person: Raw) -> bool:
    tumour = person["tumours"][0]
    return bool(
        tumour["name"] == "non-small cell lung cancer"
        and tumour["stage"] == "IV"
        and person["markers"][0]["result"] != "negative"
        and person["ecog"] <= 1
    )


KINDS = (
    Kind(
        "chronic-illness",
        "chronic-illness.jsonl",
        "member",
        "Rheumatoid arthritis",
        "Inclusion Criteria:\n\n* Rheumatoid arthritis\n* DAS28 >= 3.2\n\n"
        "Exclusion Criteria:\n\n* Current treatment with tofacitinib",
        lambda _: True,
        _arthritis,
    ),
    Kind(
        "survey",
        "survey.csv",
        "numero",
        "Type 2 diabetes",
        "Inclusion Criteria:\n\n* Type 2 diabetes\n* HbA1c between 7.0 % and 10.5 %\n\n"
        "Exclusion Criteria:\n\n* Asthma",
        lambda person: person["accord recherche"] == "oui",
        _diabetic,
    ),
    Kind(
        "cancer",
        "cancer.jsonl",
        "id",
        "Non-small cell lung cancer",
        "Inclusion Criteria:\n\n* Stage IV non-small cell lung cancer\n* EGFR mutation\n"
        "* ECOG performance status 0-1",
        lambda _: True,
        _lung,
    ),
    Kind(
        "in-hospital",
        "in-hospital.jsonl",
        "patient",
        "Heart failure",
        "Inclusion Criteria:\n\n* Heart failure",
        lambda _: True,
        lambda person: "out" in person and "heart failure" in person["reasons"],
    ),
    Kind(
        "breast-cancer",
        "breast-cancer.jsonl",
        "compte",
        "Breast cancer",
        "Inclusion Criteria:\n\n* Breast cancer\n\nExclusion Criteria:\n\n* HER2 positive",
        lambda person: person["je suis"] == "patiente",
        lambda person: person["cancer du sein"] == "oui" and person["HER2"] != "positif",
    ),
)


def take(engine: Engine, lexicon: Lexicon, kind: Kind) -> ImportReport:
    """The people of an example come in by its configuration, as they would be pushed."""
    with unit_of_work(engine) as session:
        store.know_community(session, kind.name)
    text = (FOLDER / f"{kind.name}.toml").read_text("utf-8")
    configure(engine, community=kind.name, text=text, actor="test")
    with reading(engine) as session:
        mapping = register.mapping_of(session, kind.name)
    path = FOLDER / kind.file
    found = sheets.read_rows(path) if sheets.is_table(path) else files.read_lines(path)
    return take_people(
        engine,
        lexicon,
        found,
        of=Import(kind.name, "test", mapping),
        secrets=SECRETS,
        voice=VOICE,
    )


def matched(engine: Engine, lexicon: Lexicon, kind: Kind) -> set[str]:
    """Whom a study is proposed to that looks for what the example is about."""
    draft = TrialDraft(
        id="EXAMPLE-1",
        title=f"A study about {kind.condition}",
        criteria=kind.criteria,
        conditions=(kind.condition,),
        status=TrialStatus.RECRUITING,
    )
    with unit_of_work(engine) as session:
        trials.save(session, draft, lexicon)
    match_all(engine, lexicon, on=today(), actor="test")
    with reading(engine) as session:
        query = (
            select(PARTICIPANT.c.external_id)
            .join(MatchRow, col(MatchRow.person) == PARTICIPANT.c.pseudonym)
            .where(col(MatchRow.superseded_at).is_(None))
        )
        return set(session.scalars(query))


def profile(engine: Engine, community: str, name: str) -> Profile:
    with reading(engine) as session:
        person = store.pseudonyms(session, community, {name})[name]
        return store.profile(session, person)


def of(name: str) -> Kind:
    return next(kind for kind in KINDS if kind.name == name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_who_is_stored_and_who_is_matched(
    sqlite_engine: Engine, lexicon: Lexicon, kind: Kind
) -> None:
    people = kind.raw()
    assert len(people) >= 50
    report = take(sqlite_engine, lexicon, kind)
    stored = {person[kind.id] for person in people if kind.stored(person)}
    assert (report.new, report.notes) == (len(stored), [])
    refused = {refusal.record for refusal in report.refusals}
    assert refused == {person[kind.id] for person in people} - stored
    expected = {
        person[kind.id] for person in people if person[kind.id] in stored and kind.fits(person)
    }
    assert 0 < len(expected) < len(stored)
    assert matched(sqlite_engine, lexicon, kind) == expected
    again = take(sqlite_engine, lexicon, kind)
    assert (again.new, again.changed, again.unchanged) == (0, 0, len(stored))


def test_the_people_beside_the_examples_are_those_the_generator_makes() -> None:
    made = samples()
    assert set(made) == {kind.file for kind in KINDS}
    for name, text in made.items():
        assert (FOLDER / name).read_text("utf-8") == text, name
        assert PEOPLE >= 50


def test_scores_and_treatments_become_dated_measures_and_drugs(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    kind = of("chronic-illness")
    take(sqlite_engine, lexicon, kind)
    person = next(each for each in kind.raw() if each["scores"] and len(each["treatments"]) == 2)
    facts = profile(sqlite_engine, kind.name, person["member"]).facts
    measured = {(str(fact.taken), fact.value) for fact in facts if isinstance(fact, MeasureFact)}
    assert measured == {(each["on"], each["value"]) for each in person["scores"]}
    drugs = {
        fact.text: (fact.status, str(fact.began), str(fact.ended) if fact.ended else None)
        for fact in facts
        if isinstance(fact, ClinicalFact) and fact.kind.value == "drug"
    }
    first, second = person["treatments"]
    assert drugs == {
        "methotrexate": ("past", first["from"], first["to"]),
        "tofacitinib": ("present", second["from"], None),
    }


def test_stage_line_and_biomarker_are_read(sqlite_engine: Engine, lexicon: Lexicon) -> None:
    kind = of("cancer")
    take(sqlite_engine, lexicon, kind)
    person = next(
        each
        for each in kind.raw()
        if len(each["lines"]) == 2 and each["markers"][0]["result"] == "positive"
    )
    facts = profile(sqlite_engine, kind.name, person["id"]).facts
    details = {
        fact.text: fact.detail for fact in facts if isinstance(fact, ClinicalFact) and fact.detail
    }
    tumour, (first, second) = person["tumours"][0], person["lines"]
    stage = details[tumour["name"]]
    assert stage is not None
    assert str(stage.stage).casefold() == tumour["stage"].casefold()
    assert [details[line["drug"]].line for line in (first, second)] == ["first", "second"]
    assert any(isinstance(fact, ClinicalFact) and fact.kind.value == "biomarker" for fact in facts)


def may_be_written_to(engine: Engine, community: str, name: str) -> bool:
    with reading(engine) as session:
        person = store.pseudonyms(session, community, {name})[name]
        try:
            permit(session, person, Purpose.CONTACT, at=now(), channel=Channel.EMAIL)
        except ConsentMissing:
            return False
        return True


def test_nothing_is_sent_while_somebody_is_in_hospital(engine: Engine, lexicon: Lexicon) -> None:
    kind = of("in-hospital")
    take(engine, lexicon, kind)
    for person in kind.raw():
        assert may_be_written_to(engine, kind.name, person["patient"]) == ("out" in person)
    inside = next(each for each in kind.raw() if "out" not in each)
    outside = next(each for each in kind.raw() if "out" in each)
    name, other = inside["patient"], outside["patient"]
    _again(
        engine,
        lexicon,
        {**inside, "out": "2026-06-30"},
        {**outside, "in": "2026-07-01", "out": None},
    )
    assert may_be_written_to(engine, kind.name, name)
    assert not may_be_written_to(engine, kind.name, other)


def test_a_stay_with_a_last_day_ends_by_itself(engine: Engine, lexicon: Lexicon) -> None:
    kind = of("in-hospital")
    take(engine, lexicon, kind)
    person = kind.raw()[0]
    last = date(today().year + 1, 1, 10).isoformat()
    _again(engine, lexicon, {**person, "in": "2026-06-01", "out": last})
    who = _pseudonym(engine, kind.name, person["patient"])
    with reading(engine) as session:
        with pytest.raises(ConsentMissing):
            permit(session, who, Purpose.CONTACT, at=now(), channel=Channel.EMAIL)
        later = now().replace(year=today().year + 1, month=1, day=11, hour=0)
        permit(session, who, Purpose.CONTACT, at=later, channel=Channel.EMAIL)


def _pseudonym(engine: Engine, community: str, name: str) -> str:
    with reading(engine) as session:
        return store.pseudonyms(session, community, {name})[name]


def _again(engine: Engine, lexicon: Lexicon, *people: Raw) -> ImportReport:
    """Records of the hospital's community once more, changed."""
    with reading(engine) as session:
        mapping = register.mapping_of(session, "in-hospital")
    return take_people(
        engine,
        lexicon,
        [files.Record(each["patient"], each) for each in people],
        of=Import("in-hospital", "test", mapping),
        secrets=SECRETS,
        voice=VOICE,
    )


def test_who_turns_out_to_be_a_relative_is_matched_no_more(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    engine, kind = sqlite_engine, of("breast-cancer")
    take(engine, lexicon, kind)
    before = matched(engine, lexicon, kind)
    person = next(each for each in kind.raw() if each["compte"] in before)
    with reading(engine) as session:
        mapping = register.mapping_of(session, kind.name)
    report = take_people(
        engine,
        lexicon,
        [files.Record("1", {**person, "je suis": "proche"})],
        of=Import(kind.name, "test", mapping),
        secrets=SECRETS,
        voice=VOICE,
    )
    assert [refusal.field for refusal in report.refusals] == ["about"]
    assert not may_be_written_to(engine, kind.name, person["compte"])
    match_all(engine, lexicon, on=today(), actor="test")
    with reading(engine) as session:
        who = store.pseudonyms(session, kind.name, {person["compte"]})[person["compte"]]
        current = select(col(MatchRow.id)).where(
            col(MatchRow.person) == who, col(MatchRow.superseded_at).is_(None)
        )
        assert session.execute(current).all() == []


def test_the_mapping_of_each_example_names_only_what_its_people_have() -> None:
    for kind in KINDS:
        text = (FOLDER / f"{kind.name}.toml").read_text("utf-8")
        assert text.startswith("# A community"), kind.name
        assert Path(FOLDER / kind.file).stat().st_size < 64_000, kind.name
