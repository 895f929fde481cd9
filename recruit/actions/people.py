"""People come in, a batch at a time; each batch leaves its row in the audit trail."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions import stays
from recruit.actions.admission import Admission, admit, profiles
from recruit.actions.candidates import Candidate, Found, Reader, reader_in_worker, with_proof
from recruit.actions.communities import check_name
from recruit.actions.under_terms import under_terms
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.evidence import Evidence
from recruit.consent.ledger import Actor, Role
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Refusal
from recruit.core.keys import Secrets
from recruit.core.seen import Seen
from recruit.core.workers import in_order
from recruit.people import store
from recruit.people.communities import contact, register
from recruit.people.communities.terms import Terms
from recruit.people.intake.mapping import FieldMapping
from recruit.people.intake.records import TWICE
from recruit.people.store import Change
from recruit.people.vault import Vault
from recruit.terminology.lexicon import Lexicon

# One unit of work keeps withdrawals waiting: no longer than half a second.
BATCH: Final = 1000
PART: Final = 250  # records that a worker reads at a time

Progress = Callable[[int], None]


@dataclass(slots=True)
class ImportReport:
    """What an import did. `people` = new + changed + unchanged + refused people.

    `refusals` name people, and files or lines that could not be read; `notes` name single facts
    that were left out of people who were kept.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[Refusal] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """How many people are stored now."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class Import:
    """Whose people come in, and who brings them.

    `evidence` by identifier goes before what a record claims itself; `mapping` says how records
    read that are not in our own format, `terms` what is agreed with the community (`agreed`).
    """

    community: str
    actor: str
    mapping: FieldMapping | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    terms: Terms | None = None

    def __post_init__(self) -> None:
        check_name(self.community)


def import_people(  # noqa: PLR0913 - what an import needs, by name
    engine: Engine,
    lexicon: Lexicon,
    records: Iterable[Found],
    *,
    of: Import,
    secrets: Secrets,
    progress: Progress | None = None,
    listen: Callable[[str, Change], None] | None = None,
) -> ImportReport:
    """Store the people of `records` who agreed to be matched, a batch at a time.

    Each batch is one unit of work: an interrupted import is continued by starting it again, and a
    second import changes nothing. What a person has taken back is never granted again by an
    import, and what they told us themselves stays. `progress` is called with the number of people
    done so far, `listen` with each person who is stored and what that changed. Long files are read
    by one process for each processor.

    Raises:
        WrongUsage: a community is called like this one but for capitals and spaces.
    """
    report = ImportReport()
    of = agreed(engine, of)
    done = 0
    people = candidates(lexicon, records, of, now())
    while batch := list(islice(people, BATCH)):
        kept = []
        for one in batch:
            if isinstance(one, Refusal):
                report.refusals.append(one)
            else:
                kept.append(one)
        if kept:
            with unit_of_work(engine) as session:
                admission, saved = _store(session, kept, of, secrets)
            count(report, admission, saved)
            if listen:
                for candidate, stored in zip(admission.kept, saved, strict=True):
                    listen(candidate.name, stored.change)
        done += len(batch)
        if progress:
            progress(done)
    return report


def agreed(engine: Engine, of: Import) -> Import:
    """The same import with what is agreed with its community."""
    with reading(engine) as session:
        return replace(of, terms=register.terms_of(session, of.community))


def candidates(
    lexicon: Lexicon, records: Iterable[Found], of: Import, moment: datetime
) -> Iterator[Candidate | Refusal]:
    """Everyone in `records`, in their order; who comes a second time is refused."""
    seen = Seen()
    for part in _read(lexicon, iter(records), of, moment):
        for one in part:
            if isinstance(one, Refusal):
                yield one
            elif seen.again(one.name):
                yield Refusal(record=one.name, field="id", problem=TWICE)
            else:
                proven = with_proof(one, of.evidence.get(one.name))
                yield _fit(proven, of.terms)


def _fit(one: Candidate | Refusal, terms: Terms | None) -> Candidate | Refusal:
    """With what is agreed on; matching must still be covered then."""
    fit = one if isinstance(one, Refusal) else under_terms(one, terms)
    return fit if isinstance(fit, Refusal) else with_proof(fit, None)


def _read(
    lexicon: Lexicon, records: Iterator[Found], of: Import, moment: datetime
) -> Iterator[list[Candidate | Refusal]]:
    """What the records say, part by part; the first ones here, many more in other processes."""
    reader = Reader(lexicon, of.community, moment, of.mapping)
    parts = iter(lambda: list(islice(records, PART)), [])
    for part in islice(parts, BATCH // PART):
        yield reader(part)
    following = next(parts, None)
    if following is None:
        return
    parts = _with_first(following, parts)
    if lexicon.file is None:
        yield from map(reader, parts)
    else:
        given = (lexicon.file, of.community, moment, of.mapping)
        yield from in_order(reader_in_worker, given, parts)


def _with_first(first: list[Found], others: Iterator[list[Found]]) -> Iterator[list[Found]]:
    yield first
    yield from others


def _store(
    session: Session, batch: list[Candidate], of: Import, secrets: Secrets
) -> tuple[Admission, list[store.Saved]]:
    """One unit of work: people, consents, profiles, contact points, audit row."""
    chain.hold(session)  # from here on nobody withdraws or is erased
    if register.is_new(session, of.community):
        store.know_community(session, of.community)
    admission = admit(session, batch, of.community, secrets.erasures)
    kept = admission.kept
    fresh = [candidate.name for candidate in kept if candidate.name not in admission.known]
    known = {**admission.known, **store.enrol(session, of.community, fresh)}
    actor = Actor(of.actor, Role.COMMUNITY, of.community)
    granted = ledger.grant(session, [(known[c.name], c.proof) for c in kept], actor)
    stays.follow(session, {known[c.name]: c.stay for c in kept if c.stay}, actor)
    saved = store.save_encoded(session, profiles(session, kept, known))
    reached = {known[c.name]: c.contact for c in kept if c.contact}
    contact.keep(session, Vault(secrets.vault), reached, frozenset(known[name] for name in fresh))
    news = [one for one in saved if one.change is not Change.UNCHANGED]
    if news or granted:
        new = sum(one.change is Change.NEW for one in news)
        trail.record(
            session,
            Tag.PEOPLE_IMPORTED,
            actor=of.actor,
            subject=f"community {of.community}",
            new=f"{new} new, {len(news) - new} changed, {len(granted)} consents",
        )
    return admission, saved


def count(report: ImportReport, admission: Admission, saved: list[store.Saved]) -> None:
    """Add what became of one batch to the report."""
    for one in saved:
        match one.change:
            case Change.NEW:
                report.new += 1
            case Change.CHANGED:
                report.changed += 1
            case Change.UNCHANGED:
                report.unchanged += 1
    report.refusals.extend(admission.refusals)
    for candidate in admission.kept:
        report.notes.extend(candidate.notes)
