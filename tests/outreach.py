"""A published study with approved texts, and people who may be asked about it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select

from recruit.actions.match_table import MatchRow
from recruit.actions.posting import publishing
from recruit.actions.posting.publishing import Signed, Whose
from recruit.actions.reviewing.standing import counted
from recruit.actions.visits.ending import Voice
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.entry import Actor, Role
from recruit.consent.evidence import Evidence
from recruit.consent.permit import permit
from recruit.core.clock import now, today
from recruit.core.crypto import Keyring
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.matching.reference import explain
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import Message, State, Wave
from recruit.people import store as people
from recruit.people.facts import ClinicalFact, Home, Profile
from recruit.people.vault import Item, Vault
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import Contact, Tongue, TrialDraft
from recruit.trials.materials import content, decisions
from recruit.trials.materials import store as materials
from recruit.trials.materials.decisions import Filed
from recruit.trials.materials.starting import starting
from recruit.trials.posting import store as postings
from tests.beginnings import begin_with
from tests.publishing import AUTHOR, COMMITTEE, DRAFT, SECOND, WRITER, ready

SECRET = "a key for the tests of outreach, long enough"
RING = Keyring.of([SECRET])
VAULT = Vault(RING)
VOICE = Voice.of(RING, "https://recruit.example.org")
OWN = Actor("own page", Role.SELF)
STAFF = "account 5"
SENDABLE = (
    content.Channel.EMAIL,
    content.Channel.SMS,
    content.Channel.LETTER,
    content.Channel.PHONE,
    content.Channel.CLOSING,
    content.Channel.RESULTS,
)
OFFICE_HOURS = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday, 11:00 in Paris, no holiday: every window is open."""
ADDRESS = "Camille Exemple\n12 rue des Essais\n75012 Paris"


REACHABLE = replace(DRAFT, contacts=(Contact("Léa Exemple", "nurse", "01 99 00 00 01"),))
"""A study whose texts can say whom to call."""


PARIS = Home("FR", "75012", 48.84, 2.39)


@dataclass(frozen=True)
class Study:
    """A published study: its posting and its trial."""

    posting: str
    trial: str


def study(
    engine: Engine,
    lexicon: Lexicon,
    draft: TrialDraft = REACHABLE,
    kinds: tuple[content.Channel, ...] = SENDABLE,
) -> Study:
    """A published study with its texts (all unless some are named) approved for France."""
    return begin_with(
        engine, (lexicon, draft, kinds), lambda: _published(engine, lexicon, draft, kinds)
    )


def _published(
    engine: Engine, lexicon: Lexicon, draft: TrialDraft, kinds: tuple[content.Channel, ...]
) -> Study:
    posting = ready(engine, lexicon, draft=draft)
    whose = Whose(posting, None, AUTHOR)
    with reading(engine) as session:
        newest = postings.get(session, posting, None).newest
    publishing.submit(engine, lexicon, whose, base=newest.number, confirmed=True)
    signed = Signed(newest.number, newest.digest)
    publishing.approve(engine, lexicon, replace(whose, author=SECOND), signed)
    with reading(engine) as session:
        trial = postings.get(session, posting, None).heading.trial
    for channel in kinds:
        for language in ("en", "fr"):
            approve_text(engine, posting, channel, language, draft)
    return Study(posting, trial)


def approve_text(  # noqa: PLR0913 - which text of which posting
    engine: Engine,
    posting: str,
    channel: content.Channel,
    language: Tongue,
    draft: TrialDraft = DRAFT,
    *,
    expires_in: timedelta = timedelta(days=300),
) -> str:
    """Have the text that a form starts with approved for France; its digest."""
    place = content.Place(posting, channel, language)
    with unit_of_work(engine) as session:
        postings.held(session, posting, None)
        known = materials.draft(session, place)
        texts = starting(channel, language, draft)
        base = known.edit if known else 0
        drafted = materials.save(session, place, texts, base=base, author=WRITER)
        filed = Filed(
            country="FR",
            committee="CPP Exemple I",
            reference="2026-A00001-00",
            decided_on=today() - timedelta(days=1),
            expires_on=today() + expires_in,
            file="avis.pdf",
            document=b"%PDF-1.4\n%%EOF\n",
        )
        decision = decisions.add(session, posting, filed, author=WRITER)
        waits = materials.submit(
            session, drafted, decision=decision.number, signed=(), author=WRITER
        )
        return materials.approve(session, waits, approver=COMMITTEE).digest


def willing(
    engine: Engine,
    name: str = "camille",
    *,
    channels: tuple[Channel, ...] = tuple(Channel),
    home: Home = PARIS,
    born: str = "1975-03",
) -> str:
    """Somebody with type 2 diabetes who agreed to be matched and written to; their pseudonym."""
    with unit_of_work(engine) as session:
        people.know_community(session, "example")
        person = people.enrol(session, "example", [name])[name]
        profile = Profile(
            person=person,
            born=PartialDate.parse(born),
            sex="female",
            home=home,
            languages=frozenset({"fr"}),
            facts=(ClinicalFact(Kind.CONDITION, "diabète de type 2", ("MESH:D003924",)),),
        )
        people.save(session, [profile])
        VAULT.keep(
            session,
            {
                person: {
                    Item.NAME: "Camille Exemple",
                    Item.EMAIL: f"{name}@example.org",
                    Item.PHONE: f"+3363998{sum(map(ord, name)) % 10000:04}",
                    Item.ADDRESS: ADDRESS,
                    Item.BIRTH_DATE: f"{born}-15",
                }
            },
        )
        agreed = [Choice(Purpose.MATCHING), *(Choice(Purpose.CONTACT, each) for each in channels)]
        ledger.grant(session, [(person, agreement(*agreed))], OWN)
    return person


def agreement(*choices: Choice) -> Evidence:
    """A yes to some choices, given three days ago."""
    return Evidence(
        purposes=choices,
        notice="0" * 64,
        notice_version="1",
        language="fr",
        at=now() - timedelta(days=3),
        method="boxes",
        source="test",
    )


def matched(engine: Engine, lexicon: Lexicon, trial: str, person: str) -> int:
    """Match somebody with a study, as a matching run would; the match's number."""
    with unit_of_work(engine) as session:
        version = trials.get(session, trial)
        [(_, number, profile)] = people.current(session, {person})
        judged = explain(version.eligibility, profile, lexicon, today()).judgement
        row = MatchRow(
            trial=trial,
            trial_version=version.number,
            person=person,
            profile_version=number,
            rules="test",
            verdict=judged.verdict.value,
            score=0.5,
            truths=[truth.name.lower() for truth in judged.truths],
            made_at=now(),
            **counted(version.eligibility, judged.truths),
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def approved(  # noqa: PLR0913 - what is approved, for whom
    engine: Engine,
    study: Study,
    person: str,
    channel: Channel = Channel.EMAIL,
    *,
    wave: Wave = Wave.INVITATION,
    language: Tongue = "fr",
) -> int:
    """Let staff decide that somebody is to be sent a message; its number."""
    with unit_of_work(engine) as session:
        leave = permit(session, person, Purpose.CONTACT, channel=channel, at=now())
        message = Message(
            trial=study.trial,
            posting=study.posting,
            person=person,
            wave=wave,
            channel=channel,
            language=language,
            country="FR",
            due_at=now(),
            not_after=now() + timedelta(days=30),
        )
        number = outbox.approve(session, leave, message, now(), by=STAFF)
    assert number is not None
    return number


def queued(
    engine: Engine,
    study: Study,
    person: str,
    channel: Channel = Channel.EMAIL,
    *,
    wave: Wave = Wave.INVITATION,
) -> int:
    """The same, and its wave has begun; the message's number."""
    number = approved(engine, study, person, channel, wave=wave)
    with unit_of_work(engine) as session:
        assert outbox.queue(session, [number], now()) == 1
    return number


def state(engine: Engine, number: int) -> tuple[State, str | None]:
    """Where a message stands, and why."""
    with reading(engine) as session:
        row = session.execute(select(OUTBOX).where(OUTBOX.c.id == number)).one()
    return State(row.state), row.reason


def steps(engine: Engine, number: int) -> list[str]:
    """Every state that a message has been in."""
    with reading(engine) as session:
        query = select(OUTBOX_STEP.c.state).where(OUTBOX_STEP.c.message == number)
        return list(session.scalars(query.order_by(OUTBOX_STEP.c.id)))
