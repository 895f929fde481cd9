"""What people do with their own data, on both databases."""

import json
from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import Engine, select

from recruit.actions import contact, leaving
from recruit.actions.deeds import Party, deeds
from recruit.actions.erased import LEAVES, STAYS
from recruit.actions.export import export_fhir, export_person
from recruit.actions.leaving import Asker
from recruit.actions.people import Import, import_people
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.ledger import Actor, Role
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.files import Record
from recruit.people import accounts, store
from recruit.people.account_tables import Account
from recruit.people.codes import Problem
from recruit.people.contact_points import ContactPoint
from recruit.people.facts import Source
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault
from recruit.terminology.lexicon import Lexicon
from tests.erasing import NOWHERE, SECRETS
from tests.joining import code_in, post_of
from tests.own_space import EMAIL, LINKS, RING, participant, vault_of


@pytest.fixture
def camille(engine: Engine) -> str:
    return participant(engine)


# ---------------------------------------------------------------- handed out
def test_an_export_holds_every_table_that_holds_something_of_the_person(
    engine: Engine, lexicon: Lexicon, camille: str
) -> None:
    exported = export_person(engine, RING, lexicon, person=camille, actor="cli")

    parts = {
        "participant": "id", "profile_version": "profiles", "vault_key": "contact",
        "vault_item": "contact", "vault_digest": "contact", "account": "account",
        "consent_event": "consents", "consent_state": "consents", "match": "matches",
        "audit_event": "record", "representation": "representatives", "community_event": "told",
        # A keyed digest of the contact points that the community knows.
        "community_contact": "contact",
        "outbox": "messages", "answer": "answers", "heard": "words", "referral": "studies",
        "question_asked": "questions", "safety_case": "safety", "decision": "decisions",
        "conversation": "words", "reply": "our_answers", "referral_card": "cards",
        "judged_person": "judged", "community_member": "sign_ins",
        "erasure_announced": "announced",
    }  # fmt: skip
    kept = {column.table.name for column in (*LEAVES, *STAYS)}
    assert kept == set(parts)
    assert {parts[name] for name in kept} <= set(exported)
    assert json.loads(json.dumps(exported)) == exported


def test_who_exports_is_recorded(engine: Engine, lexicon: Lexicon, camille: str) -> None:
    export_fhir(engine, RING, lexicon, person=camille, actor="cli")
    with reading(engine) as session:
        rows = trail.about(session, camille)
    assert [(row["tag"], row["actor"], row["new"]) for row in rows] == [
        (Tag.PERSON_EXPORTED, "cli", "fhir")
    ]


def test_an_imported_export_gives_the_same_facts_and_consents(
    engine: Engine, lexicon: Lexicon, camille: str
) -> None:
    bundle = export_fhir(engine, RING, lexicon, person=camille, actor="cli")
    Bundle.model_validate(bundle)
    report = import_people(
        engine,
        lexicon,
        [Record("camille.json", json.loads(json.dumps(bundle)))],
        of=Import("elsewhere", "test"),
        secrets=SECRETS,
    )
    assert (report.new, report.refusals, report.notes) == (1, [], [])
    with reading(engine) as session:
        query = select(PARTICIPANT.c.pseudonym).where(PARTICIPANT.c.community == "elsewhere")
        copy = session.execute(query).scalar_one()
        before, after = store.profile(session, camille), store.profile(session, copy)
        standing = ledger.standings(session, {copy})[copy]
    # Whoever hands a person's own words on is not that person.
    handed_on = {
        replace(fact, source=Source.COMMUNITY) if fact.source is Source.OWN else fact
        for fact in before.facts
    }
    assert set(after.facts) == handed_on
    assert (after.born, after.sex, after.home) == (before.born, before.sex, before.home)
    assert (after.languages, after.complete) == (before.languages, before.complete)
    assert {str(choice) for choice in standing} == {"matching", "research-reuse"}


def test_what_was_taken_back_leaves_as_a_no(engine: Engine, lexicon: Lexicon, camille: str) -> None:
    with unit_of_work(engine) as session:
        actor = Actor("account 1", Role.SELF)
        ledger.withdraw(session, camille, Choice(Purpose.MATCHING), actor, "own page")
    bundle = export_fhir(engine, RING, lexicon, person=camille, actor="cli")
    found = {
        entry["resource"]["provision"]["type"]: entry["resource"]["provision"]["purpose"]
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Consent"
    }
    assert {kind: [each["code"] for each in codes] for kind, codes in found.items()} == {
        "permit": ["HRESCH"],
        "deny": ["CLINTRCH"],
    }


@pytest.mark.parametrize("export", [export_person, export_fhir])
def test_nobody_is_exported_who_is_not_there(
    engine: Engine, lexicon: Lexicon, export: object
) -> None:
    with pytest.raises(NotFound):
        export(engine, RING, lexicon, person="P-00000000", actor="cli")  # type: ignore[operator]  # either function


def test_deeds_name_roles_and_no_staff(engine: Engine, camille: str) -> None:
    with unit_of_work(engine) as session:
        session.add(
            Account(
                email="nurse@example.org",
                role=accounts.Role.COORDINATOR,
                created_at=now(),
                stamp="x",
            )
        )
        session.flush()
        query = select(Account.id).where(Account.email == "nurse@example.org")  # type: ignore[call-overload]  # a column
        number = session.execute(query).scalar_one()
        for actor in (f"account {number}", "cli", "job", "visitor", "account 999"):
            trail.record(session, Tag.MATCH_EXPLAINED, actor=actor, subject=camille)
    with reading(engine) as session:
        found = [deed.by for deed in reversed(deeds(session, Vault(RING), camille))]
    assert [by.party for by in found] == [
        Party.STAFF, Party.OPERATOR, Party.SERVICE, Party.VISITOR, Party.STAFF,
    ]  # fmt: skip
    assert found[0].role is accounts.Role.COORDINATOR
    assert "nurse" not in repr(found)


# ---------------------------------------------------------------- contact
def test_a_new_address_is_kept_by_its_code_alone(engine: Engine, camille: str) -> None:
    new = ContactPoint(Item.EMAIL, "new@example.org")
    token = contact.ask_change(
        engine, RING, person=camille, contact=new, language="en", links=LINKS
    )
    [letter] = post_of(engine, RING)

    def shown(person: str, code: str) -> Account | Problem:
        return contact.confirm_change(
            engine, RING, person=person, token=token, code=code, links=LINKS, actor="account 1"
        )

    assert shown("P-00000000", code_in(letter)) is Problem.UNKNOWN
    assert vault_of(engine, camille)[Item.EMAIL] == EMAIL
    assert isinstance(shown(camille, code_in(letter)), Account)
    assert vault_of(engine, camille)[Item.EMAIL] == new.where
    assert [each.to for each in post_of(engine, RING)] == [EMAIL]


def test_two_people_who_want_one_address_do_not_both_get_it(engine: Engine, camille: str) -> None:
    new = ContactPoint(Item.EMAIL, "new@example.org")
    with unit_of_work(engine) as session:
        charlie = store.enrol(session, "testers", ["charlie"])["charlie"]
        Vault(RING).keep(session, {charlie: {Item.EMAIL: "charlie@example.org"}})
    asked = []
    for person in (camille, charlie):
        token = contact.ask_change(
            engine, RING, person=person, contact=new, language="en", links=LINKS
        )
        asked.append((person, token, code_in(post_of(engine, RING)[0])))
    done = [
        contact.confirm_change(
            engine, RING, person=person, token=token, code=code, links=LINKS, actor="account 1"
        )
        for person, token, code in asked
    ]
    assert isinstance(done[0], Account)
    assert done[1] is Problem.USED
    assert vault_of(engine, charlie)[Item.EMAIL] == "charlie@example.org"


# ---------------------------------------------------------------- leaving
def test_leaving_writes_the_last_message_before_the_address_goes(
    engine: Engine, camille: str
) -> None:
    asker = Asker(camille, camille, "account 1", "fr")
    token = leaving.ask_to_erase(engine, RING, asker, LINKS.code)
    [letter] = post_of(engine, RING)
    problem = leaving.leave(
        engine,
        SECRETS,
        NOWHERE,
        NOWHERE,
        NOWHERE,
        asker=asker,
        actor=Actor("account 1", Role.SELF),
        token=token,
        code=code_in(letter),
    )
    assert problem is None
    assert vault_of(engine, camille) == {}
    assert [each.to for each in post_of(engine, RING)] == [EMAIL]


def test_five_wrong_codes_erase_nobody_and_end_the_code(engine: Engine, camille: str) -> None:
    asker = Asker(camille, camille, "account 1", "fr")
    token = leaving.ask_to_erase(engine, RING, asker, LINKS.code)
    right = code_in(post_of(engine, RING)[0])
    wrong = f"{(int(right) + 1) % 10**6:06}"

    def tried(code: str) -> Problem | None:
        actor = Actor("account 1", Role.SELF)
        return leaving.leave(
            engine,
            SECRETS,
            *(NOWHERE, NOWHERE, NOWHERE),
            asker=asker,
            actor=actor,
            token=token,
            code=code,
        )

    assert [tried(wrong) for _ in range(5)] == [Problem.WRONG] * 5
    assert tried(right) is Problem.TOO_MANY
    assert vault_of(engine, camille)[Item.EMAIL] == EMAIL


def test_who_cannot_be_reached_is_told_so(engine: Engine, camille: str) -> None:
    with unit_of_work(engine) as session:
        Vault(RING).keep(session, {camille: {Item.EMAIL: ""}})
    with pytest.raises(Refusal):
        leaving.ask_to_erase(engine, RING, Asker(camille, camille, "account 1", "fr"), LINKS.code)
