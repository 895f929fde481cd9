"""A posting with nothing in its way, for tests of what becomes of it."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.people import organisations
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.materials import decisions
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import PARTS, Channel, Part, Place
from recruit.trials.materials.decisions import Filed
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Standing
from recruit.trials.posting.reading import begun
from recruit.trials.posting.store import Change, Posting

AUTHOR, SECOND, THIRD = "account 1", "account 2", "account 3"
WRITER, COMMITTEE = "account 8", "account 9"
DRAFT = TrialDraft(
    id="NCT00000001",
    title="Sugar at night",
    criteria="""Inclusion Criteria:

* Age 18 years or older
* Type 2 diabetes

Exclusion Criteria:

* Pregnancy
""",
    conditions=("Type 2 Diabetes",),
    status=TrialStatus.RECRUITING,
    sites=(
        SiteDraft("Hôpital Saint-Exemple", "Paris", "75012", "FR", 48.84, 2.39),
        SiteDraft("Centre du Rhône", "Lyon", country="FR", status=TrialStatus.RECRUITING),
    ),
)


def tenant(engine: Engine, name: str, kind: OrganisationKind = OrganisationKind.SPONSOR) -> int:
    """An organisation's number."""
    with unit_of_work(engine) as session:
        return organisations.add(session, name, kind).id or 0


def decided(draft: TrialDraft, lexicon: Lexicon) -> Content:
    """A content whose criteria are all accepted as they were read."""
    content = begun(draft, lexicon)
    accepted = (replace(each, standing=Standing.ACCEPTED) for each in content.criteria)
    return replace(content, criteria=tuple(accepted))


def ready(
    engine: Engine,
    lexicon: Lexicon,
    *,
    draft: TrialDraft = DRAFT,
    organisation: int | None = None,
    author: str = AUTHOR,
) -> str:
    """A new posting that could be submitted; its number."""
    number = store.new_id()
    with unit_of_work(engine) as session:
        content = decided(draft, lexicon)
        store.begin(session, number, content, organisation=organisation, author=author)
    approve_text(engine, number, Channel.PAGE)
    return number


def approve_text(engine: Engine, posting: str, channel: Channel) -> str:
    """Have a French text of a channel approved; its digest."""
    place = Place(posting, channel, "fr")
    words = dict.fromkeys(PARTS[channel], "Une étude sur le sucre.")
    with unit_of_work(engine) as session:
        store.held(session, posting, None)
        known = materials.draft(session, place)
        wanted = {**words, Part(PARTS[channel][-1]): f"Texte de {WRITER}."}
        drafted = materials.save(
            session, place, wanted, base=known.edit if known else 0, author=WRITER
        )
        filed = Filed(
            "FR",
            "CPP Exemple I",
            "2026-A00001-00",
            today() - timedelta(days=1),
            today() + timedelta(days=300),
            "avis.pdf",
            b"%PDF-1.4\n%%EOF\n",
        )
        decision = decisions.add(session, posting, filed, author=WRITER)
        waits = materials.submit(
            session, drafted, decision=decision.number, signed=(), author=WRITER
        )
        return materials.approve(session, waits, approver=COMMITTEE).digest


def edit(engine: Engine, posting: str, author: str, **fields: object) -> Posting:
    """Change fields of the draft."""
    with unit_of_work(engine) as session:
        held = store.held(session, posting, None)
        draft = replace(held.content.draft, **fields)  # type: ignore[arg-type]  # any of its fields
        return store.change(
            session,
            held,
            replace(held.content, draft=draft),
            base=held.heading.revision,
            author=author,
            change=Change.DETAILS,
        )


def now_of(engine: Engine, posting: str) -> Posting:
    """The posting as it stands."""
    with reading(engine) as session:
        return store.get(session, posting, None)
