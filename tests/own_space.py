"""Somebody with a space of their own, and the links that lead there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from recruit.actions.contact import Links
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.entry import Actor, Role
from recruit.consent.evidence import Evidence
from recruit.core.clock import now
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.people import accounts, store
from recruit.people.facts import ClinicalFact, Home, MeasureFact, Profile, Source
from recruit.people.vault import Item, Vault
from recruit.terminology.concepts import Kind as FactKind
from tests.erasing import SECRETS

RING = SECRETS.vault
EMAIL = "camille@example.org"
LINKS = Links(lambda token: f"https://here.example/{token}", "https://in", "https://help")
PROFILE = Profile(
    person="",
    born=PartialDate.parse("1975-03"),
    sex="female",
    home=Home("FR", "75012", 48.85, 2.35),
    languages=frozenset({"fr"}),
    facts=(
        ClinicalFact(FactKind.CONDITION, "type 2 diabetes", ("MESH:D003924",)),
        ClinicalFact(FactKind.DRUG, "metformin", ("ATC:A10BA02",), source=Source.COMMUNITY),
        MeasureFact("hba1c", 7.8, PartialDate.parse("2026-10-01"), text="HbA1c"),
    ),
    complete=frozenset({FactKind.DRUG}),
)


def participant(engine: Engine) -> str:
    """A participant with an account, an address, facts and two consents."""
    with unit_of_work(engine) as session:
        store.know_community(session, "testers")
        person = store.enrol(session, "testers", ["camille"])["camille"]
        Vault(RING).keep(session, {person: {Item.EMAIL: EMAIL, Item.BIRTH_DATE: "1975-03-27"}})
        accounts.of_holder(session, person, accounts.Role.PARTICIPANT)
        proof = Evidence(
            purposes=(Choice(Purpose.MATCHING), Choice(Purpose.RESEARCH_REUSE)),
            notice="ab" * 32,
            notice_version="3",
            language="fr",
            at=now() - timedelta(days=1),
            method="boxes",
            source="test",
        )
        ledger.grant(session, [(person, proof)], Actor("account 1", Role.SELF))
        store.save(session, [replace(PROFILE, person=person)])
    return person


def vault_of(engine: Engine, holder: str) -> Mapping[Item, str]:
    """What the vault keeps of somebody."""
    with reading(engine) as session:
        return Vault(RING).read(session, holder)
