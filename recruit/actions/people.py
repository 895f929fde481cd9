"""What can be done with people; each batch or deed leaves its row in the audit trail."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Engine, RowMapping, delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.match_table import MatchRow
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Evidence, parse_evidence
from recruit.consent.ledger import Actor, Role
from recruit.consent.state import Standings, permitting
from recruit.core import chain
from recruit.core.chain import Break
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.files import Record
from recruit.core.i18n import N_
from recruit.people import store
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_all
from recruit.people.store import Change
from recruit.terminology.lexicon import Lexicon

BATCH: Final = 100
MATCHING: Final = Choice(Purpose.MATCHING)
LONGEST_COMMUNITY: Final = 64

NO_EVIDENCE: Final = N_("there is no evidence of consent")
NOT_MATCHING: Final = N_("the evidence of consent does not cover “matching”")
WITHDRAWN: Final = N_("this person has taken back the consent to “matching”")
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
    evidence: Mapping[str, Evidence] | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Store the people of `records` who agreed to be matched, a batch at a time.

    Each batch is one unit of work: an interrupted import is continued by starting it again, and a
    second import changes nothing. What a person has taken back is never granted again by an
    import. `evidence` by identifier goes before what a record claims itself; `progress` is called
    with the number of people done so far.

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
                outcome = _store(session, candidates, community, actor)
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


def _store(session: Session, candidates: list[Candidate], community: str, actor: str) -> Outcome:
    """One unit of work: people, consents, profiles, audit row."""
    chain.hold(session)  # from here on nobody withdraws or is erased
    store.know_community(session, community)
    names = {candidate.name for candidate in candidates}
    known = store.pseudonyms(session, community, names)
    erased = store.erasures(session, community, names)
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
        Actor(actor, Role.COMMUNITY, community),
    )
    saved = store.save(session, [replace(c.intake.profile, person=known[c.name]) for c in kept])
    news = [s for s in saved if s.change is not Change.UNCHANGED]
    if news or granted:
        new = sum(s.change is Change.NEW for s in news)
        trail.record(
            session,
            Tag.PEOPLE_IMPORTED,
            actor=actor,
            subject=f"community {community}",
            new=f"{new} new, {len(news) - new} changed, {len(granted)} consents",
        )
    return Outcome(saved, kept, refusals)


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
    chosen = MATCHING in own or None in own
    return WITHDRAWN if chosen and permitting(own, MATCHING, now()) is None else None


def _not_withdrawn(evidence: Evidence, standing: Standings | None) -> Evidence:
    """The evidence without what the person has said no to: only they themselves say yes again."""
    known = standing or {}
    refused = {choice for choice, how in known.items() if not how.holds(now())}
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


def export_person(engine: Engine, *, person: str, actor: str) -> dict[str, Any]:
    """All that is kept about a person, machine-readable; NotFound for an unknown pseudonym."""
    with unit_of_work(engine) as session:
        exported = store.export(session, person)
        exported["consents"] = [_plain(event) for event in ledger.history(session, person)]
        exported["matches"] = [_match(row) for row in _matches(session, person)]
        trail.record(session, Tag.PERSON_EXPORTED, actor=actor, subject=person)
        return exported


def erase_person(engine: Engine, *, person: str, actor: str, reason: str = "") -> None:
    """Forget a person and their matches; a pseudonymous trace stays. NotFound without them."""
    with unit_of_work(engine) as session:
        # The ledger first: it waits for an import or a match run that is writing about them.
        store.participant(session, person)
        ledger.erase(session, person, Actor(actor, Role.STAFF, reason))
        store.erase(session, person)
        session.execute(delete(MatchRow).where(col(MatchRow.person) == person))
        trail.record(session, Tag.PERSON_ERASED, actor=actor, subject=person, reason=reason)


def show_consents(engine: Engine, *, person: str, actor: str) -> list[dict[str, Any]]:
    """All consent events of a person, oldest first; NotFound for an unknown pseudonym."""
    with unit_of_work(engine) as session:
        store.participant(session, person)
        events = [_plain(event) for event in ledger.history(session, person)]
        trail.record(session, Tag.CONSENTS_SHOWN, actor=actor, subject=person)
        return events


def withdraw(
    engine: Engine, *, person: str, actor: Actor, choice: Choice | None, method: str
) -> None:
    """Take back one choice or all, in effect when this returns; NotFound for no such person."""
    with unit_of_work(engine) as session:
        store.participant(session, person)
        ledger.withdraw(session, person, choice, actor, method)
        trail.record(
            session,
            Tag.CONSENT_WITHDRAWN,
            actor=actor.name,
            subject=person,
            new=str(choice) if choice else "everything",
        )


def verify_consents(engine: Engine) -> Break | None:
    """The first event that was tampered with, or a projection that does not follow."""
    with reading(engine) as session:
        return ledger.verify(session)


def _matches(session: Session, person: str) -> Iterable[MatchRow]:
    query = select(MatchRow).where(col(MatchRow.person) == person)
    return session.scalars(query.order_by(col(MatchRow.id)))


def _match(row: MatchRow) -> dict[str, Any]:
    """What was found about a person and a trial, as JSON."""
    return {
        "trial": row.trial,
        "verdict": row.verdict,
        "criteria": row.truths,
        "made_at": row.made_at.isoformat(),
        "superseded_at": row.superseded_at.isoformat() if row.superseded_at else None,
        "reason": row.reason,
    }


def _plain(event: RowMapping) -> dict[str, Any]:
    """An event as JSON."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in event.items()
    }
