"""One study of the demonstration that asks people: its texts are approved, and some are invited.

Nothing leaves this machine: without a provider each message lands as a file in outbox/.
"""

import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.deciding_means import means_of
from recruit.actions.match_table import BEST_FIRST
from recruit.actions.outreach.plan import best, plan, standing_matches
from recruit.actions.outreach.prospects import posting_of
from recruit.actions.outreach.waves import begin_waves
from recruit.actions.outreach.writing import Writer
from recruit.actions.posting import publishing
from recruit.actions.posting.publishing import Signed, Whose
from recruit.actions.reviewing.bulk import Many, decide_each
from recruit.actions.reviewing.deciding import Wish
from recruit.actions.reviewing.tables import Kind
from recruit.bootstrap import Recruit
from recruit.core.clock import now, today
from recruit.core.config import Settings
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.loopback import is_loopback
from recruit.criteria.nodes import Unparsed
from recruit.demo.camille import STUDY
from recruit.people.vault import Item, Vault
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import Contact, Tongue
from recruit.trials.materials import decisions
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import Channel, Decision, Part, Place, Texts
from recruit.trials.materials.decisions import Filed
from recruit.trials.materials.starting import starting
from recruit.trials.posting import store as postings
from recruit.trials.posting.content import Reviewed, Standing
from recruit.trials.posting.reading import begun

TEXTS: Final = Path(__file__).with_name("texts.toml")
WRITER, APPROVER = "demo: who writes", "demo: who approves"
TEAM: Final = Contact("Léa Exemple", "", "01 99 00 12 01")
# What a suggestion says whole; the other texts are written in texts.toml.
SUGGESTED: Final = (
    Channel.EMAIL,
    Channel.SMS,
    Channel.LETTER,
    Channel.PHONE,
    Channel.CARD,
    Channel.FACEBOOK,
    Channel.X,
    Channel.LINKEDIN,
    Channel.MESSENGER,
    Channel.FORWARD,
    Channel.FORUM,
)
TONGUES: Final[tuple[Tongue, ...]] = ("fr", "en")
REACHED: Final = 12
"""So many people of the study have an address here; the others stay out of reach."""
INVITED: Final = 5
NAMES: Final = (
    "Alix", "Noa", "Sacha", "Lou", "Eden", "Charlie", "Andrea", "Sasha", "Robin", "Morgan",
    "Claude", "Dominique",
)  # fmt: skip


def publish(engine: Engine, lexicon: Lexicon) -> None:
    """Publish one study with approved texts, unless it is, before people are matched with it."""
    with unit_of_work(engine) as session:
        if posting_of(session, STUDY):
            return
        draft = replace(trials.get(session, STUDY).draft, contacts=(TEAM,))
        content = begun(draft, lexicon)
        decided = (replace(each, standing=_standing(each)) for each in content.criteria)
        content = replace(content, criteria=tuple(decided))
        number = postings.new_id()
        postings.begin(session, number, content, organisation=None, author=WRITER)
        decision = _decided(session, number)
        for tongue in TONGUES:
            texts = {channel: starting(channel, tongue, draft) for channel in SUGGESTED}
            for channel, words in {**texts, **_written(tongue)}.items():
                _approve(session, Place(number, channel, tongue), words, decision)
        newest = postings.get(session, number, None).newest
    whose = Whose(number, None, WRITER)
    publishing.submit(engine, lexicon, whose, base=newest.number, confirmed=True)
    signed = Signed(newest.number, newest.digest)
    publishing.approve(engine, lexicon, replace(whose, author=APPROVER), signed)


def ask(recruit: Recruit, actor: str) -> int:
    """Give some of the people an address, and invite the likeliest of them; how many.

    Nobody is invited where a message could leave this machine.
    """
    if not _stays_here(recruit.settings):
        return 0
    _address(recruit.engine, recruit.secrets.vault)
    writer = _writer(recruit)
    with reading(recruit.engine) as session:
        found = plan(session, writer, STUDY, None, now(), at_most=REACHED * 2)
    chosen = tuple(each.match for each in best(found, INVITED))
    decided = decide_each(
        recruit.engine,
        means_of(lambda: writer, lambda: recruit.lexicon),
        Many(chosen, actor, None),
        Wish(Kind.APPROVE),
    )
    begin_waves(recruit.engine, now())
    return sum(each.decision is not None for each in decided)


def _standing(reviewed: Reviewed) -> Standing:
    """What was not read at all is left to the site."""
    unread = isinstance(reviewed.criterion.rule, Unparsed)
    return Standing.SITE if unread else Standing.ACCEPTED


def _writer(recruit: Recruit) -> Writer:
    settings = recruit.settings
    return Writer(recruit.secrets.vault, settings.base_url, ZoneInfo(settings.timezone))


def _address(engine: Engine, keyring: Keyring) -> None:
    """Keep an invented name and address of the likeliest people who have none."""
    vault = Vault(keyring)
    with unit_of_work(engine) as session:
        rows = session.scalars(
            standing_matches(session, STUDY, None, now()).order_by(*BEST_FIRST).limit(REACHED)
        ).all()
        for name, row in zip(NAMES, rows, strict=False):
            if Item.EMAIL not in vault.read(session, row.person):
                given = {Item.NAME: f"{name} Exemple", Item.EMAIL: f"{name.lower()}@example.org"}
                vault.keep(session, {row.person: given})


def _decided(session: Session, posting: str) -> Decision:
    """An invented decision of an ethics committee."""
    filed = Filed(
        country="FR",
        committee="CPP Exemple I",
        reference="2026-A00001-00",
        decided_on=today() - timedelta(days=30),
        expires_on=today() + timedelta(days=365),
        file="decision.pdf",
        document=b"%PDF-1.4\n%%EOF\n",
    )
    return decisions.add(session, posting, filed, author=WRITER)


def _approve(session: Session, place: Place, texts: Texts, decision: Decision) -> None:
    drafted = materials.save(session, place, texts, base=0, author=WRITER)
    waits = materials.submit(session, drafted, decision=decision.number, signed=(), author=WRITER)
    materials.approve(session, waits, approver=APPROVER)


def _written(tongue: Tongue) -> dict[Channel, Texts]:
    every = tomllib.loads(TEXTS.read_text("utf-8"))[tongue]
    return {
        Channel(channel): {Part(part): said.strip() for part, said in words.items()}
        for channel, words in every.items()
    }


def _stays_here(settings: Settings) -> bool:
    """Whether messages land as files, and their links lead to this machine."""
    host = urlsplit(settings.base_url).hostname or ""
    return not settings.smtp_url.get_secret_value() and is_loopback(host)
