"""The vault follows what a community says until the person has changed it here; both databases."""

from datetime import date

import pytest
from sqlalchemy import Engine, select

from recruit.actions.people import Import, ImportReport, import_people
from recruit.core.clock import today
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.files import Record
from recruit.core.keys import Secrets
from recruit.people import accounts, store
from recruit.people.accounts import Role
from recruit.people.communities import contact
from recruit.people.communities.tables import CONTACT
from recruit.people.vault import Item, Vault
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS, erase
from tests.functional.samples import person

VAULT = Vault(SECRETS.vault)


def take(
    engine: Engine, lexicon: Lexicon, *people: dict[str, object], secrets: Secrets = SECRETS
) -> ImportReport:
    records = [Record(str(each["id"]), each) for each in people]
    return import_people(engine, lexicon, records, of=Import("carenity", "test"), secrets=secrets)


def pseudonym(engine: Engine, name: str = "jane") -> str:
    with reading(engine) as session:
        return store.pseudonyms(session, "carenity", {name})[name]


def held(engine: Engine, name: str = "jane", vault: Vault = VAULT) -> dict[Item, str]:
    with reading(engine) as session:
        return vault.read(session, store.pseudonyms(session, "carenity", {name})[name])


def jane(email: str = "jane@example.org", **more: object) -> dict[str, object]:
    return person("jane", contact={"email": email, **more})


def test_contact_points_come_and_follow_the_community(engine: Engine, lexicon: Lexicon) -> None:
    take(engine, lexicon, jane(name="Jane Doe"))
    take(engine, lexicon, jane("new@example.org", name="Jane Doe"))
    assert held(engine) == {Item.EMAIL: "new@example.org", Item.NAME: "Jane Doe"}


def test_what_the_person_changed_here_stays(engine: Engine, lexicon: Lexicon) -> None:
    take(engine, lexicon, jane(name="Jane Doe"))
    with unit_of_work(engine) as session:
        VAULT.keep(session, {pseudonym(engine): {Item.EMAIL: "own@example.org"}})
    take(engine, lexicon, jane("new@example.org", name="Jane Roe"))
    assert held(engine) == {Item.EMAIL: "own@example.org", Item.NAME: "Jane Roe"}


def test_what_the_person_took_away_does_not_come_back(engine: Engine, lexicon: Lexicon) -> None:
    take(engine, lexicon, jane())
    with unit_of_work(engine) as session:
        VAULT.keep(session, {pseudonym(engine): {Item.EMAIL: ""}})
    take(engine, lexicon, jane())
    take(engine, lexicon, jane("new@example.org"))
    assert held(engine) == {}


@pytest.mark.parametrize("pushed", [{"email": "thief@example.org"}, {"phone": "+33639981234"}])
def test_nobody_with_the_communitys_key_comes_in_as_somebody_who_has_signed_in(
    engine: Engine, lexicon: Lexicon, pushed: dict[str, str]
) -> None:
    take(engine, lexicon, jane(name="Jane Doe"))
    with unit_of_work(engine) as session:
        accounts.of_holder(session, pseudonym(engine), Role.PARTICIPANT)
    for _ in range(2):  # the second time as the first: what was not taken is not remembered
        take(engine, lexicon, person("jane", contact={"name": "Jane Roe", **pushed}))
        assert held(engine) == {Item.EMAIL: "jane@example.org", Item.NAME: "Jane Roe"}


def test_what_the_person_told_first_is_not_replaced(engine: Engine, lexicon: Lexicon) -> None:
    take(engine, lexicon, person("jane"))
    with unit_of_work(engine) as session:
        VAULT.keep(session, {pseudonym(engine): {Item.EMAIL: "own@example.org"}})
    take(engine, lexicon, jane())
    assert held(engine) == {Item.EMAIL: "own@example.org"}


def test_a_new_master_key_changes_nothing_of_this(engine: Engine, lexicon: Lexicon) -> None:
    take(engine, lexicon, jane())
    both = Secrets(SECRETS.sessions, Keyring.of(["n" * 32, "v" * 32]), SECRETS.erasures)
    take(engine, lexicon, jane(), secrets=both)
    take(engine, lexicon, jane("new@example.org"), secrets=both)
    assert held(engine, vault=Vault(both.vault)) == {Item.EMAIL: "new@example.org"}


def test_an_odd_contact_point_is_noted_and_the_person_kept(
    engine: Engine, lexicon: Lexicon
) -> None:
    odd = person(
        "jane", contact={"email": "nowhere", "phone": "jane@example.org", "name": "x" * 201}
    )
    report = take(engine, lexicon, odd)
    assert (report.new, [note.field for note in report.notes]) == (
        1, ["contact.name", "contact.email", "contact.phone"],
    )  # fmt: skip
    assert not any("nowhere" in str(note) for note in report.notes)


def test_an_exact_birth_date_is_in_the_vault_alone(engine: Engine, lexicon: Lexicon) -> None:
    take(engine, lexicon, person("jane", birth_date="1975-04-12"))
    assert held(engine) == {Item.BIRTH_DATE: "1975-04-12"}
    with reading(engine) as session:
        [profile] = store.encoded(session, [pseudonym(engine)]).values()
    assert profile["born"] == "1975-04"


def test_what_a_community_said_goes_with_the_person(engine: Engine, lexicon: Lexicon) -> None:
    take(engine, lexicon, jane())
    erase(engine, pseudonym(engine))
    with reading(engine) as session:
        assert session.execute(select(CONTACT)).all() == []


def years_ago(years: int) -> date:
    return today().replace(year=today().year - years, day=1)


@pytest.mark.parametrize(
    "told",
    [
        {"birth_date": f"{years_ago(17):%Y-%m-%d}"},
        {"birth_date": f"{years_ago(18):%Y}"},  # the end of that year may still be to come
        {"age": 17},
        {"answers": [{"question": "age", "answer": "12yo"}], "birth_date": None},
    ],
)
def test_who_is_not_surely_of_age_is_refused(
    engine: Engine, lexicon: Lexicon, told: dict[str, object]
) -> None:
    refused = person("young", **told)
    if "age" in told:
        refused.pop("birth_date")
    report = take(engine, lexicon, refused, person("old"))
    assert report.new == 1
    assert [(each.record, each.field) for each in report.refusals] == [("young", "birth_date")]


def test_many_are_kept_by_few_queries(engine: Engine, lexicon: Lexicon) -> None:
    people = [
        person(f"p{number}", contact={"email": f"p{number}@example.org"}) for number in range(60)
    ]
    take(engine, lexicon, *people)
    with unit_of_work(engine) as session:
        given = {pseudonym(engine, "p7"): {Item.EMAIL: "p7@example.org"}}
        contact.keep(session, VAULT, given, frozenset())
    assert held(engine, "p59") == {Item.EMAIL: "p59@example.org"}
