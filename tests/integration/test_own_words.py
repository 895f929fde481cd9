"""What people correct stays corrected when their community sends its list again."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine

from recruit.actions.people import Import, import_people
from recruit.actions.profile import (
    Answer,
    Meanwhile,
    Shown,
    fact_of,
    facts_on_file,
    show_profile,
    tell,
)
from recruit.audit import trail
from recruit.core.db import reading
from recruit.core.errors import NotFound
from recruit.core.files import Record
from recruit.people import store, telling
from recruit.people.facts import ClinicalFact, Fact, MeasureFact, Profile, Source, StateFact
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS, erase

CLAIM = {
    "purposes": ["matching"],
    "notice": "ab" * 32,
    "notice_version": "3",
    "language": "fr",
    "at": "2026-10-01T10:00:00Z",
    "method": "unticked boxes",
}
ROW = {
    "id": "a",
    "sex": "female",
    "consent": CLAIM,
    "location": {"country": "FR", "postcode": "69003"},
    "facts": [
        {"kind": "condition", "text": "type 2 diabetes", "onset": "2015"},
        {"kind": "condition", "text": "asthma"},
        {"kind": "measure", "text": "HbA1c", "value": 7.8, "unit": "%", "date": "2026-10-01"},
        {"kind": "state", "text": "smoker"},
        {"kind": "drug", "text": "metformin", "source": "record"},
    ],
}
ASTHMA = "MESH:D001249"


class Person:
    """Somebody whom a community brought."""

    def __init__(self, engine: Engine, lexicon: Lexicon) -> None:
        self.engine = engine
        self.lexicon = lexicon
        self.take(ROW)
        with reading(engine) as session:
            self.name = store.pseudonyms(session, "carenity", {"a"})["a"]

    def take(self, row: Mapping[str, object]) -> None:
        records = iter([Record("people.jsonl:1", row)])
        import_people(
            self.engine, self.lexicon, records, of=Import("carenity", "cli"), secrets=SECRETS
        )

    @property
    def now(self) -> Shown:
        return show_profile(self.engine, person=self.name)

    def fact(self, words: str) -> Fact:
        return next(fact for fact in self.now.profile.facts if words in repr(fact))

    def says(self, answer: Answer, base: int | None = None) -> Shown | Meanwhile:
        seen = self.now.number if base is None else base
        return tell(self.engine, person=self.name, base=seen, answer=answer, actor="account 1")

    def corrects(self, wrong: Fact, right: Fact | None) -> None:
        change = (
            partial(telling.with_correction, wrong=wrong, right=right)
            if right
            else partial(telling.without_fact, fact=wrong)
        )
        self.says(Answer("fact", change))


@pytest.fixture
def someone(engine: Engine, lexicon: Lexicon) -> Person:
    return Person(engine, lexicon)


def test_what_a_community_brings_is_not_the_persons_own_word(someone: Person) -> None:
    sources = {fact.source for fact in someone.now.profile.facts}
    assert Source.OWN not in sources
    assert {Source.COMMUNITY, Source.RECORD} <= sources


def test_a_denied_disease_stays_denied(someone: Person) -> None:
    wrong = someone.fact(ASTHMA)
    assert isinstance(wrong, ClinicalFact)
    someone.corrects(wrong, replace(wrong, status="absent"))
    someone.take(ROW)
    assert [f.status for f in clinical(someone.now.profile) if ASTHMA in f.concepts] == ["absent"]


def test_a_corrected_value_stays_corrected(someone: Person) -> None:
    wrong = someone.fact("hba1c")
    assert isinstance(wrong, MeasureFact)
    someone.corrects(wrong, replace(wrong, value=6.9))
    someone.take(ROW)
    assert [f.value for f in someone.now.profile.facts if isinstance(f, MeasureFact)] == [6.9]


@pytest.mark.parametrize("words", [ASTHMA, "hba1c", "smoker", "A10BA02"])
def test_what_was_taken_out_stays_out(someone: Person, words: str) -> None:
    someone.corrects(someone.fact(words), None)
    someone.take(ROW)
    assert words not in repr(someone.now.profile.facts)


def test_what_only_the_person_told_stays(someone: Person) -> None:
    migraine = ClinicalFact(Kind.CONDITION, "migraine", ("MESH:D008881",))
    someone.says(Answer("conditions", lambda p: telling.with_facts(p, [migraine])))
    someone.take({**ROW, "facts": []})
    assert someone.now.profile.facts == (migraine,)


def test_answers_about_oneself_stay(someone: Person) -> None:
    someone.says(Answer("home", lambda p: telling.with_home(p, "FR", "75012")))
    someone.says(Answer("sex", lambda p: telling.with_sex(p, None)))
    someone.take(ROW)
    assert (someone.now.profile.home.postcode, someone.now.profile.sex) == ("75012", None)


def test_an_import_after_a_correction_that_brings_nothing_new_makes_no_version(
    someone: Person,
) -> None:
    someone.corrects(someone.fact(ASTHMA), None)
    before = someone.now.number
    someone.take(ROW)
    assert someone.now.number == before


def test_a_postcode_alone_places_who_a_community_brings(someone: Person) -> None:
    home = someone.now.profile.home
    assert (home.lat, home.lon) == (45.76, 4.85)


# ---------------------------------------------------------------- two windows
def test_the_second_window_adds_to_what_the_first_saved(someone: Person) -> None:
    base = someone.now.number
    for words, concept in (("migraine", "MESH:D008881"), ("gout", "MESH:D006073")):
        fact = ClinicalFact(Kind.CONDITION, words, (concept,))
        someone.says(
            Answer("conditions", lambda p, f=fact: telling.with_facts(p, [f])),  # type: ignore[misc]
            base,
        )
    told = {f.text for f in clinical(someone.now.profile) if f.source is Source.OWN}
    assert told == {"migraine", "gout"}


def sex(value: str) -> Answer:
    return Answer(
        "sex",
        lambda p: telling.with_sex(p, value),  # type: ignore[arg-type]
        lambda p: p.sex,
    )


def test_the_second_window_that_says_otherwise_is_shown_the_first(someone: Person) -> None:
    base = someone.now.number
    assert isinstance(someone.says(sex("male"), base), Shown)
    outcome = someone.says(
        Answer("sex", lambda p: telling.with_sex(p, None), lambda p: p.sex), base
    )
    assert isinstance(outcome, Meanwhile)
    assert outcome.now.profile.sex == someone.now.profile.sex == "male"


def test_the_second_window_that_says_the_same_saves_nothing_twice(someone: Person) -> None:
    base = someone.now.number
    someone.says(sex("male"), base)
    number = someone.now.number
    assert isinstance(someone.says(sex("male"), base), Shown)
    assert someone.now.number == number


# ---------------------------------------------------------------- what is on file
def test_each_fact_says_since_when_it_is_on_file(someone: Person) -> None:
    first = facts_on_file(someone.engine, person=someone.name)[1][0].since
    someone.says(Answer("life", lambda p: telling.with_facts(p, [StateFact("healthy", "absent")])))
    _, facts = facts_on_file(someone.engine, person=someone.name)
    since = {
        type(each.fact): each.since for each in facts if each.fact.source is not Source.DERIVED
    }
    assert facts[0].since == first
    later = since[StateFact]
    assert first
    assert later
    assert later > first


def test_a_fact_that_no_longer_stands_cannot_be_corrected_again(someone: Person) -> None:
    number, facts = facts_on_file(someone.engine, person=someone.name)
    place = next(each.place for each in facts if ASTHMA in repr(each.fact))
    someone.corrects(facts[place].fact, None)
    with pytest.raises(NotFound):
        fact_of(someone.engine, person=someone.name, number=number, place=place)


def test_an_erased_person_has_no_profile(someone: Person) -> None:
    erase(someone.engine, someone.name)
    with pytest.raises(NotFound):
        show_profile(someone.engine, person=someone.name)


def test_each_saved_answer_leaves_a_row_that_names_the_question_only(someone: Person) -> None:
    someone.says(Answer("sex", lambda p: telling.with_sex(p, "male")))
    with reading(someone.engine) as session:
        row = next(r for r in trail.about(session, someone.name) if "told" in r["tag"])
    assert row["new"] == f"sex, version {someone.now.number}"


def clinical(profile: Profile) -> list[ClinicalFact]:
    return [fact for fact in profile.facts if isinstance(fact, ClinicalFact)]
