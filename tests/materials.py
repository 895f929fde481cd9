"""A posting with texts, for tests: who writes, who approves, and what they write."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Engine

from recruit.actions.posting import approving_texts, materials
from recruit.actions.posting.materials import Writing
from recruit.core.clock import today
from recruit.core.db import unit_of_work
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import SiteDraft, Tongue, TrialDraft
from recruit.trials.materials.content import Channel, Material, Place, Texts
from recruit.trials.materials.decisions import Filed
from recruit.trials.materials.starting import starting
from recruit.trials.posting import store as postings
from recruit.trials.posting.reading import begun

AUTHOR, OTHER, APPROVER = "account 101", "account 102", "account 103"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DRAFT = TrialDraft(
    id="NCT00000007",
    title="A weekly tablet",
    criteria="Inclusion Criteria:\n\n* Type 2 diabetes",
    conditions=("Type 2 diabetes",),
    sponsor="Example University",
    sites=(SiteDraft("Hôpital Saint-Exemple", "Paris", "75012", "FR", 48.84, 2.39),),
)


def filed(country: str = "FR") -> Filed:
    """A decision that holds for a year."""
    return Filed(
        country=country,
        committee="CPP Exemple I",
        reference="2026-A00000-00",
        decided_on=today() - timedelta(days=3),
        expires_on=today() + timedelta(days=362),
        file="avis.pdf",
        document=PDF,
    )


@dataclass(frozen=True)
class Desk:
    """One text of one posting, and what people do with it."""

    engine: Engine
    lexicon: Lexicon
    posting: str
    organisation: int | None = None
    channel: Channel = Channel.EMAIL
    language: Tongue = "en"

    @property
    def place(self) -> Place:
        """Which text."""
        return Place(self.posting, self.channel, self.language)

    @property
    def texts(self) -> Texts:
        """A text that can be submitted."""
        return starting(self.channel, self.language, DRAFT)

    def by(self, author: str, base: int = 0) -> Writing:
        """Who looked at which edit."""
        return Writing(self.place, self.organisation, author, base)

    def decide(self) -> int:
        """File a decision; its number."""
        decision = materials.file_decision(
            self.engine, self.posting, filed(), organisation=self.organisation, author=AUTHOR
        )
        return decision.number

    def submitted(self, author: str = AUTHOR, texts: Texts | None = None) -> Material:
        """Write a text and ask for its approval."""
        saved = materials.save(self.engine, self.by(author), texts or self.texts)
        return materials.submit(
            self.engine,
            self.lexicon,
            self.by(author, saved.edit),
            decision=self.decide(),
            signed=False,
        )

    def approve(self, waiting: Material, approver: str = APPROVER) -> Material:
        """Approve what waits."""
        return approving_texts.approve(
            self.engine, self.lexicon, self.by(approver, waiting.edit), digest=waiting.digest
        )

    def on(self, channel: Channel, language: Tongue = "en") -> "Desk":
        """The same posting's other text."""
        return replace(self, channel=channel, language=language)


def desk(engine: Engine, lexicon: Lexicon, organisation: int | None = None) -> Desk:
    """A new posting."""
    with unit_of_work(engine) as session:
        posting = postings.begin(
            session,
            postings.new_id(),
            begun(DRAFT, lexicon),
            organisation=organisation,
            author=AUTHOR,
        )
    return Desk(engine, lexicon, posting.id, organisation)
