"""People come with evidence of consent or not at all; on both databases."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from recruit.actions.admission import ERASED, RAN_OUT
from recruit.actions.export import export_person
from recruit.actions.people import Import, ImportReport, import_people
from recruit.actions.person import show_consents, withdraw
from recruit.audit import trail
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Evidence
from recruit.consent.ledger import Actor, Role
from recruit.consent.permit import people_with
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.core.files import Record
from recruit.core.paths import default_data_folder
from recruit.people import store
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS, erase
from tests.outreach import VOICE

MATCHING = Choice(Purpose.MATCHING)
CLAIM = {
    "purposes": ["matching", "contact/email"],
    "notice": "ab" * 32,
    "notice_version": "3",
    "language": "fr",
    "at": "2026-10-01T10:00:00Z",
    "method": "unticked boxes",
}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


class World:
    """One database and what is done with it."""

    def __init__(self, engine: Engine, lexicon: Lexicon) -> None:
        self.engine = engine
        self.lexicon = lexicon

    def take(self, *people: object, **more: Any) -> ImportReport:  # noqa: ANN401 - passed on
        records = (
            person if isinstance(person, Refusal) else Record(f"people.jsonl:{n}", person)
            for n, person in enumerate(people, 1)
        )
        return self.take_all(records, **more)

    def take_all(
        self,
        records: Iterator[Record | Refusal],
        progress: Callable[[int], None] | None = None,
        **of: Any,  # noqa: ANN401 - passed on
    ) -> ImportReport:
        return import_people(
            self.engine,
            self.lexicon,
            records,
            of=Import("carenity", "cli", **of),
            secrets=SECRETS,
            progress=progress,
        )

    def pseudonym(self, name: str) -> str:
        with reading(self.engine) as session:
            return store.pseudonyms(session, "carenity", {name})[name]

    def matched(self) -> set[str]:
        with reading(self.engine) as session:
            return people_with(session, Purpose.MATCHING, now())

    def holds(self) -> bool:
        with reading(self.engine) as session:
            return ledger.verify(session) is None and trail.verify(session) is None

    def rows(self, table: str) -> int:
        with self.engine.connect() as connection:
            count: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - a name of these tests
            return count


@pytest.fixture
def world(engine: Engine, lexicon: Lexicon) -> World:
    return World(engine, lexicon)


def person(name: str, **fields: object) -> dict[str, object]:
    return {"id": name, "sex": "female", "consent": CLAIM, **fields}


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, len(report.refusals)


def test_a_second_import_changes_nothing(world: World) -> None:
    people = [person("a", age=49), person("b", note="55yo woman with asthma")]
    assert counts(world.take(*people)) == (2, 0, 0, 0)
    before = [world.rows(t) for t in ("profile_version", "consent_event", "audit_event")]
    assert counts(world.take(*people)) == (0, 0, 2, 0)
    assert [world.rows(t) for t in ("profile_version", "consent_event", "audit_event")] == before
    assert world.holds()


def test_something_new_makes_a_version(world: World) -> None:
    world.take(person("a"))
    assert counts(world.take(person("a", sex="male"))) == (0, 1, 0, 0)


def test_everyone_read_is_kept_or_refused_by_name(world: World) -> None:
    broken = Refusal(record="people.jsonl:9", field="file", problem="this is not JSON")
    report = world.take(
        person("good"),
        person("old", age=450),
        person("good"),
        {"id": "silent"},
        person("vague", consent={**CLAIM, "at": "soon"}),
        person("shy", consent={**CLAIM, "purposes": ["research-reuse"]}),
        broken,
        person("odd", facts=[{"kind": "measure", "text": "HbA1c", "value": 7, "unit": "furlong"}]),
    )
    assert (report.new, [(r.record, r.field) for r in report.refusals]) == (
        2,
        [
            ("old", "age"),
            ("good", "id"),
            ("silent", "consent"),
            ("vague", "consent.at"),
            ("shy", "consent.purposes"),
            ("people.jsonl:9", "file"),
        ],
    )
    assert [(note.record, note.field) for note in report.notes] == [("odd", "facts[0].unit")]


def test_evidence_may_come_apart_and_goes_first(world: World) -> None:
    given = Evidence((MATCHING,), "cd" * 32, "4", "en", now(), "letter", "file c.jsonl")
    report = world.take({"id": "a"}, person("b"), evidence={"a": given, "b": given})
    assert report.new == 2
    events = show_consents(world.engine, person=world.pseudonym("b"), actor="cli")
    assert [(event["purpose"], event["shown"]["notice"]) for event in events] == [
        ("matching", "cd" * 32)
    ]


def test_what_was_taken_back_is_not_granted_again(world: World) -> None:
    world.take(person("a"))
    who = world.pseudonym("a")
    own = Actor(who, Role.SELF)
    withdraw(world.engine, VOICE, person=who, actor=own, choice=MATCHING, method="button")
    later = {**CLAIM, "at": now().isoformat()}
    report = world.take(person("a", sex="male", consent=later))
    assert [(r.record, r.field) for r in report.refusals] == [("a", "consent")]
    assert world.matched() == set()
    with reading(world.engine) as session:
        assert store.profile(session, who).sex == "female"


def test_another_choice_taken_back_stays_so_while_the_rest_goes_on(world: World) -> None:
    world.take(person("a"))
    who = world.pseudonym("a")
    mail = Choice.parse("contact/email")
    own = Actor(who, Role.SELF)
    withdraw(world.engine, VOICE, person=who, actor=own, choice=mail, method="button")
    later = {**CLAIM, "at": now().isoformat()}
    assert counts(world.take(person("a", sex="male", consent=later))) == (0, 1, 0, 0)
    with reading(world.engine) as session:
        standings = ledger.standings(session, {who})[who]
    assert not standings[mail].holds(now())
    assert standings[MATCHING].holds(now())


def test_an_erased_person_comes_back_only_by_later_consent(world: World) -> None:
    world.take(person("canary", note="canary words"))
    who = world.pseudonym("canary")
    erase(world.engine, who, "letter of 3 March")
    assert world.matched() == set()
    assert [(r.record, r.field) for r in world.take(person("canary")).refusals] == [
        ("canary", "consent")
    ]
    later = {**CLAIM, "at": now().isoformat()}
    assert world.take(person("canary", consent=later)).new == 1
    assert world.pseudonym("canary") != who
    assert world.holds()


def test_who_came_back_can_be_erased_again(world: World) -> None:
    for _ in range(3):
        later = {**CLAIM, "at": now().isoformat()}
        assert world.take(person("jane", consent=later)).new == 1
        who = world.pseudonym("jane")
        erase(world.engine, who)
        report = world.take(person("jane", consent=later))
        assert [refusal.problem for refusal in report.refusals] == [ERASED]
    assert world.rows("participant") == 3
    assert world.holds()


@pytest.mark.parametrize("reason", ["r" * 201, "a\x00b", "a\nb"])
def test_a_reason_that_cannot_be_kept_is_wrong_usage(world: World, reason: str) -> None:
    world.take(person("a"))
    who = world.pseudonym("a")
    with pytest.raises(WrongUsage):
        erase(world.engine, who, reason)
    assert world.matched() == {who}


@pytest.mark.parametrize("site", ["x" * 300, "\x00", "a\nb"])
def test_an_odd_purpose_is_refused_alone(world: World, site: str) -> None:
    odd = {**CLAIM, "purposes": ["matching", f"release/{site}"]}
    report = world.take(person("good"), person("odd", consent=odd))
    assert (report.new, [r.field for r in report.refusals]) == (1, ["consent.purposes"])


def test_a_consent_that_ran_out_is_renewed_by_a_newer_one_alone(world: World) -> None:
    until = now() + timedelta(seconds=1)
    given = Evidence((MATCHING,), "cd" * 32, "4", "en", now(), "box", "site", until)
    assert world.take(person("a"), evidence={"a": given}).new == 1
    while now() < until:
        time.sleep(0.1)
    assert [refusal.problem for refusal in world.take(person("a")).refusals] == [RAN_OUT]
    assert world.matched() == set()
    later = {**CLAIM, "at": now().isoformat()}
    assert counts(world.take(person("a", consent=later))) == (0, 0, 1, 0)
    assert world.matched() == {world.pseudonym("a")}


def test_an_interrupted_import_is_continued_without_doubles(world: World) -> None:
    people = [person(f"p{number}") for number in range(2500)]

    def until_the_power_goes() -> Iterator[Record]:
        for number, each in enumerate(people):
            if number == 2230:
                raise KeyboardInterrupt
            yield Record(f"line {number}", each)

    with pytest.raises(KeyboardInterrupt):
        world.take_all(until_the_power_goes())
    there = world.rows("participant")
    assert there in {1000, 2000}
    done: list[int] = []
    assert counts(world.take(*people, progress=done.append)) == (2500 - there, 0, there, 0)
    assert done == [1000, 2000, 2500]
    assert world.rows("participant") == len(world.matched()) == 2500
    assert world.holds()


def test_each_batch_leaves_one_row_in_the_trail(world: World) -> None:
    world.take(*(person(f"p{number}") for number in range(1001)))
    with world.engine.connect() as connection:
        rows = connection.execute(text("SELECT tag, subject, new FROM audit_event")).all()
    assert [tuple(row) for row in rows] == [
        ("people:batch:imported", "community carenity", "1000 new, 0 changed, 2000 consents"),
        ("people:batch:imported", "community carenity", "1 new, 0 changed, 2 consents"),
    ]


def test_an_export_holds_all_that_is_kept(world: World) -> None:
    world.take(person("a", age=49))
    who = world.pseudonym("a")
    exported = export_person(world.engine, SECRETS.vault, world.lexicon, person=who, actor="cli")
    assert (exported["id"], exported["community"], exported["person"]) == ("a", "carenity", who)
    assert [version["profile"]["sex"] for version in exported["profiles"]] == ["female"]
    assert [event["purpose"] for event in exported["consents"]] == ["matching", "contact"]


def test_consent_given_in_the_future_is_none(world: World) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    report = world.take(person("a", consent={**CLAIM, "at": tomorrow}))
    assert [refusal.field for refusal in report.refusals] == ["consent.at"]


def test_nobody_is_looked_up_who_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        export_person(world.engine, SECRETS.vault, world.lexicon, person="P-00000000", actor="cli")
    with pytest.raises(NotFound):
        erase(world.engine, "P-00000000")
    with pytest.raises(NotFound):
        show_consents(world.engine, person="P-00000000", actor="cli")


@pytest.mark.parametrize("community", ["", " ", "x" * 65, "a\nb"])
def test_a_community_has_a_name(community: str) -> None:
    with pytest.raises(WrongUsage):
        Import(community, "cli")
