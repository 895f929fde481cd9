"""Everything that is kept about a person, handed out: as JSON (docs/formats.md) or as FHIR R4."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Engine, RowMapping, select
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel import select as select_models

from recruit.actions.announced_table import ANNOUNCED
from recruit.actions.came_by import cards, sign_ins
from recruit.actions.deeds import Deed, deeds
from recruit.actions.fhir.communications import communication
from recruit.actions.fhir.subjects import research_subject
from recruit.actions.judged_tables import JUDGED_PERSON as JUDGED
from recruit.actions.outreach import attachments, own_answers, words
from recruit.actions.outreach.kept import given, messages
from recruit.actions.outreach.own_answers import Ours
from recruit.actions.outreach.words import Heard
from recruit.actions.own_matches import OwnMatch, own_matches
from recruit.actions.questioned import of_person as questions
from recruit.actions.referring.kept import kept
from recruit.actions.reviewing.kept import kept as decisions
from recruit.actions.safety import keeping as safety
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.fhir_export import consents
from recruit.consent.state import Standings
from recruit.core.clock import today
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.matching.grounds import grounds
from recruit.notify.outbox_tables import OUTBOX
from recruit.people import representatives, store
from recruit.people.account_tables import Account, Passkey
from recruit.people.communities.tables import EVENT
from recruit.people.export.fhir import address, bundle
from recruit.people.facts import Profile
from recruit.people.tables import VERSION
from recruit.people.vault import Item, Vault
from recruit.referrals import paths
from recruit.terminology.lexicon import Lexicon

Json = dict[str, Any]

FORMAT: Final = "recruit person 1"


def export_person(
    engine: Engine, keyring: Keyring, lexicon: Lexicon, *, person: str, actor: str
) -> Json:
    """All that is kept about a person, machine-readable; NotFound for an unknown pseudonym."""
    vault = Vault(keyring)
    with unit_of_work(engine) as session:
        trail.record(session, Tag.PERSON_EXPORTED, actor=actor, subject=person, new="json")
        return {
            "format": FORMAT,
            **store.export(session, person),
            "contact": _named(vault.read(session, person)),
            "account": _account(session, person),
            "representatives": _representatives(session, vault, person),
            "told": _told(session, person),
            "announced": _announced(session, person),
            "sign_ins": [plain(asdict(each)) for each in sign_ins(session, person)],
            "cards": [plain(asdict(each)) for each in cards(session, person)],
            "consents": [plain(event) for event in ledger.history(session, person)],
            "matches": [_match(each) for each in own_matches(session, person, lexicon, today())],
            "judged": _judged(session, person),
            "decisions": decisions(session, person),
            "studies": kept(session, person),
            "messages": messages(session, person),
            "answers": given(session, person),
            "questions": questions(session, person),
            "safety": safety.of_person(session, keyring, person),
            "words": [_word(each) for each in words.of_person(session, keyring, person)],
            "our_answers": [
                _ours(trial, each)
                for trial, each in own_answers.of_person(session, keyring, person)
            ],
            "files": _files(session, keyring, person),
            "record": [_deed(each) for each in deeds(session, vault, person)],
        }


def export_fhir(
    engine: Engine, keyring: Keyring, lexicon: Lexicon, *, person: str, actor: str
) -> Json:
    """What is known of a person now, as a FHIR R4 bundle; NotFound for an unknown pseudonym."""
    with unit_of_work(engine) as session:
        profile, recorded_at = current(session, person)
        trail.record(session, Tag.PERSON_EXPORTED, actor=actor, subject=person, new="fhir")
        standings = ledger.standings(session, {person}).get(person, Standings())
        agreed = consents(ledger.history(session, person), standings)
        contact = Vault(keyring).read(session, person)
        return bundle(profile, contact, recorded_at, agreed, _ways(session, person), lexicon)


def _ways(session: Session, person: str) -> Iterator[Json]:
    """The person's way through each study, and the messages to them."""
    oneself = {"reference": address(person, "patient"), "type": "Patient"}
    for path in paths.of_person(session, person):
        yield {**research_subject(path), "individual": oneself}
    query = select(OUTBOX).where(OUTBOX.c.person == person).order_by(OUTBOX.c.id)
    for row in session.execute(query):
        yield {**communication(row), "subject": oneself, "recipient": [oneself]}


def current(session: Session, person: str) -> tuple[Profile, datetime]:
    """The present profile and since when it is known; an empty one where nothing was told.

    Raises:
        NotFound: there is no such person, or they were erased.
    """
    who = store.participant(session, person)
    if who["erased_at"] is not None:
        raise NotFound(what="person", identifier=person)
    query = select(VERSION.c.recorded_at).where(VERSION.c.person == person, VERSION.c.current)
    since = session.execute(query).scalar_one_or_none()
    if since is None:
        return Profile(person), who["created_at"]
    return store.profile(session, person), since


def plain(row: Mapping[str, Any] | RowMapping) -> Json:
    """A row as JSON."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _named(contact: Mapping[Item, str]) -> Json:
    return {item.value: text for item, text in contact.items()}


def _account(session: Session, person: str) -> Json | None:
    query = select_models(Account).where(col(Account.pseudonym) == person)
    account = session.scalars(query).one_or_none()
    if account is None:
        return None
    keys = session.scalars(select_models(Passkey).where(col(Passkey.account) == account.id))
    return {
        "since": account.created_at.isoformat(),
        "passkeys": [{"name": key.name, "since": key.created_at.isoformat()} for key in keys],
    }


def _representatives(session: Session, vault: Vault, person: str) -> list[Json]:
    return [
        {
            **plain(asdict(link)),
            "name": representatives.name_by(session, vault, link.authority),
            "calls_you": vault.read(session, link.id).get(Item.NAME),
        }
        for link in representatives.of_person(session, person)
    ]


def _told(session: Session, person: str) -> list[Json]:
    """What the person's community was told: withdrawals, and an erasure."""
    query = select(EVENT.c.community, EVENT.c.type, EVENT.c.made_at, EVENT.c.told_at)
    rows = session.execute(query.where(EVENT.c.person == person).order_by(EVENT.c.made_at))
    return [plain(row) for row in rows.mappings()]


def _announced(session: Session, person: str) -> list[Json]:
    """When they were told that they will be erased, how often, and by a letter."""
    columns = (ANNOUNCED.c.at, ANNOUNCED.c.tries, ANNOUNCED.c.letter_at)
    query = select(*columns).where(ANNOUNCED.c.person == person)
    return [plain(row) for row in session.execute(query).mappings()]


def _judged(session: Session, person: str) -> list[Json]:
    """Which version of what is known was last matched with all studies, and when that is due."""
    columns = (JUDGED.c.profile_version, JUDGED.c.judged_on, JUDGED.c.next_on)
    query = select(*columns).where(JUDGED.c.person == person)
    return [plain(row) for row in session.execute(query).mappings()]


def _word(said: Heard) -> Json:
    """What the person wrote to us."""
    return {
        "at": said.at.isoformat(),
        "channel": said.channel.value,
        "how": said.how.value,
        "trial": said.trial,
        "text": said.text,
        "automatic_answer": said.reply,
    }


def _ours(trial: str | None, answer: Ours) -> Json:
    """What we answered; who of the staff wrote it is not said."""
    return {
        "at": answer.at.isoformat(),
        "channel": answer.channel.value if answer.channel else "page",
        "trial": trial,
        "text": answer.text,
    }


def _files(session: Session, keyring: Keyring, person: str) -> list[Json]:
    """What came along with their mails: they have the files themselves."""
    said = words.of_person(session, keyring, person)
    found = attachments.of_messages(session, keyring, [each.number for each in said])
    return [
        {"name": file.name, "bytes": file.size, "kept": file.refused is None}
        for files in found.values()
        for file in files
    ]


def _match(match: OwnMatch) -> Json:
    """What was found about the person and a trial, and why, where it still stands."""
    made: Json = {
        "trial": match.version.trial,
        "title": match.version.draft.title,
        "verdict": match.verdict,
        "criteria": list(match.truths),
        "made_at": match.made_at.isoformat(),
        "superseded_at": _plain(match.ended_at),
        "reason": match.reason,
    }
    if match.outcome and match.profile:
        made["reasons"] = [
            {
                "kind": each.criterion.kind,
                "text": each.criterion.text,
                "verdict": each.holds.name.lower(),
                "evidence": grounds(each, match.profile),
            }
            for each in match.outcome.criteria
        ]
    return made


def _deed(deed: Deed) -> Json:
    return plain({**asdict(deed), "by": _filled(asdict(deed.by))})


def _filled(by: Json) -> Json:
    return {name: value for name, value in by.items() if value is not None}
