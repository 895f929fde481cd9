"""People come in, a batch at a time; each batch leaves its row in the audit trail."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Evidence, parse_evidence
from recruit.consent.ledger import Actor, Role
from recruit.consent.state import YES, Standings, permitting
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.files import Record
from recruit.core.i18n import N_
from recruit.people import store
from recruit.people.facts import Profile
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_all
from recruit.people.own_words import of_community, own_words_first
from recruit.people.store import Change
from recruit.terminology.lexicon import Lexicon

BATCH: Final = 100
MATCHING: Final = Choice(Purpose.MATCHING)
LONGEST_COMMUNITY: Final = 64

NO_EVIDENCE: Final = N_("there is no evidence of consent")
NOT_MATCHING: Final = N_("the evidence of consent does not cover “matching”")
WITHDRAWN: Final = N_("this person has taken back the consent to “matching”")
RAN_OUT: Final = N_("the consent to “matching” has run out, and the evidence is no newer")
ERASED: Final = N_("this person was erased; only consent given since then counts")

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
class Candidate:
    """A person as read, with checked evidence."""

    intake: Intake
    evidence: Evidence

    @property
    def name(self) -> str:
        """The identifier within the community."""
        return self.intake.profile.person


def import_people(  # noqa: PLR0913 - what an import needs, by name
    engine: Engine,
    lexicon: Lexicon,
    records: Iterable[Record | Refusal],
    *,
    community: str,
    actor: str,
    erasure_key: str,
    evidence: Mapping[str, Evidence] | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Store the people of `records` who agreed to be matched, a batch at a time.

    Each batch is one unit of work: an interrupted import is continued by starting it again, and a
    second import changes nothing. What a person has taken back is never granted again by an
    import. `evidence` by identifier goes before what a record claims itself; `progress` is called
    with the number of people done so far. `erasure_key` is the one that people were erased with.

    Raises:
        WrongUsage: a community without a name.
    """
    if not community.strip() or len(community) > LONGEST_COMMUNITY or not community.isprintable():
        raise WrongUsage(N_("A community’s name has 1 to 64 letters."))
    report = ImportReport()
    moment = now()
    done = 0
    people = read_all(records, lexicon, moment.date())
    while batch := list(islice(people, BATCH)):
        candidates = list(
            _with_evidence(batch, {} if evidence is None else evidence, community, moment, report)
        )
        if candidates:
            with unit_of_work(engine) as session:
                outcome = _store(
                    session, candidates, Actor(actor, Role.COMMUNITY, community), erasure_key
                )
            _count(report, outcome)
        done += len(batch)
        if progress:
            progress(done)
    return report


def _with_evidence(
    batch: Iterable[Intake | Refusal],
    given: Mapping[str, Evidence],
    community: str,
    moment: datetime,
    report: ImportReport,
) -> Iterator[Candidate]:
    """Who can be stored; the others go to the report."""
    for read in batch:
        if isinstance(read, Refusal):
            report.refusals.append(read)
            continue
        try:
            yield Candidate(read, _evidence(read, given, community, moment))
        except Refusal as refusal:
            report.refusals.append(refusal)


def _evidence(
    intake: Intake, given: Mapping[str, Evidence], community: str, moment: datetime
) -> Evidence:
    name = intake.profile.person
    found = given.get(name)
    if found is None and intake.claim is not None:
        found = parse_evidence(
            intake.claim, record=name, source=f"community {community}", moment=moment
        )
    if found is None:
        raise Refusal(record=name, field="consent", problem=NO_EVIDENCE)
    if MATCHING not in found.purposes:
        raise Refusal(record=name, field="consent.purposes", problem=NOT_MATCHING)
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one batch came to."""

    saved: list[store.Saved]
    kept: list[Candidate]
    refusals: list[Refusal]


def _store(session: Session, candidates: list[Candidate], actor: Actor, key: str) -> Outcome:
    """One unit of work: people, consents, profiles, audit row."""
    community = actor.authority
    chain.hold(session)  # from here on nobody withdraws or is erased
    store.know_community(session, community)
    names = {candidate.name for candidate in candidates}
    known = store.pseudonyms(session, community, names)
    erased = store.erasures(session, community, names, key)
    standing = ledger.standings(session, set(known.values()))
    kept, refusals = [], []
    for candidate in candidates:
        problem = _problem(candidate, known, erased, standing)
        if problem:
            refusals.append(Refusal(record=candidate.name, field="consent", problem=problem))
        else:
            kept.append(candidate)
    fresh = [candidate.name for candidate in kept if candidate.name not in known]
    known |= store.enrol(session, community, fresh)
    granted = ledger.grant(
        session,
        [(known[c.name], _not_withdrawn(c.evidence, standing.get(known[c.name]))) for c in kept],
        actor,
    )
    before = {
        person: profile
        for person, _, profile in store.current(session, {known[c.name] for c in kept})
    }
    told = [replace(of_community(c.intake.profile), person=known[c.name]) for c in kept]
    saved = store.save(session, [_beside(profile, before) for profile in told])
    news = [s for s in saved if s.change is not Change.UNCHANGED]
    if news or granted:
        new = sum(s.change is Change.NEW for s in news)
        trail.record(
            session,
            Tag.PEOPLE_IMPORTED,
            actor=actor.name,
            subject=f"community {community}",
            new=f"{new} new, {len(news) - new} changed, {len(granted)} consents",
        )
    return Outcome(saved, kept, refusals)


def _beside(imported: Profile, before: Mapping[str, Profile]) -> Profile:
    """What the community says, beside what the person told us themselves."""
    known = before.get(imported.person)
    return own_words_first(imported, known) if known else imported


def _problem(
    candidate: Candidate,
    known: Mapping[str, str],
    erased: Mapping[str, datetime],
    standing: Mapping[str, Standings],
) -> str | None:
    """Why this person is not stored although the evidence is good, or None."""
    since = erased.get(candidate.name)
    if since is not None and candidate.evidence.at <= since:
        return ERASED
    person = known.get(candidate.name)
    if person is None:
        return None
    own = standing.get(person, {})
    if permitting(own, MATCHING, now()) is not None:
        return None
    stands = own.get(MATCHING, own.get(None))
    if stands is None:
        return None
    if stands.type not in YES:
        return WITHDRAWN
    return RAN_OUT if candidate.evidence.at <= stands.occurred_at else None


def _not_withdrawn(evidence: Evidence, standing: Standings | None) -> Evidence:
    """The evidence without what the person has said no to: only they themselves say yes again."""
    known = standing or {}
    refused = {choice for choice, how in known.items() if how.type not in YES}
    kept = (p for p in evidence.purposes if p not in refused and (p in known or None not in known))
    return replace(evidence, purposes=tuple(kept))


def _count(report: ImportReport, outcome: Outcome) -> None:
    for saved in outcome.saved:
        match saved.change:
            case Change.NEW:
                report.new += 1
            case Change.CHANGED:
                report.changed += 1
            case Change.UNCHANGED:
                report.unchanged += 1
    report.refusals.extend(outcome.refusals)
    for candidate in outcome.kept:
        report.notes.extend(candidate.intake.notes)
