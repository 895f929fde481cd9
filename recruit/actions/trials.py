"""Trials come in: from files, from a registry by number, and once more when a registry amends them.

What a sponsor posts, no import changes: the sponsor decides about what the registry says otherwise.

Studies are written in batches, each with its audit row in one transaction. An import that was
interrupted is begun again: what is there is unchanged, so nothing is written twice.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from sqlalchemy import Engine

from recruit.audit.trail import Tag, record
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Deadlocked, NotFound, Refusal, Unreachable
from recruit.core.files import Record
from recruit.core.i18n import N_
from recruit.terminology.lexicon import Lexicon
from recruit.trials import looks, proposals, registry, store
from recruit.trials.draft import TrialDraft
from recruit.trials.sources.recognise import drafts, once, read_trials
from recruit.trials.store import Saved

BATCH: Final = 100

Progress = Callable[[int], None]


class RegistriesAway(Unreachable):
    """A registry did not answer during a run; what was read before, and of others, is kept."""

    sentence = N_(
        "{service} cannot be reached; what was read so far is kept. Please try again later."
    )


@dataclass(slots=True)
class ImportReport:
    """What became of each study that was read.

    `proposed` are those that say something new about a trial that is posted, with the numbers of
    the postings whose sponsors decide.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    proposed: dict[str, list[str]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many studies were read."""
        taken = self.new + self.changed + self.unchanged
        return taken + len(self.proposed) + len(self.refused)

    def count(self, saved: Saved) -> None:
        """Count one study that was taken."""
        match saved:
            case Saved.NEW:
                self.new += 1
            case Saved.CHANGED:
                self.changed += 1
            case Saved.UNCHANGED | Saved.REVIEWED:
                self.unchanged += 1

    def add(self, other: "ImportReport") -> None:
        """Count what another report counts."""
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.proposed |= other.proposed
        self.refused += other.refused

    def __str__(self) -> str:
        parts = (self.new, self.changed, self.unchanged, len(self.refused))
        said = "{} new, {} changed, {} unchanged, {} refused".format(*parts)
        return f"{said}, {len(self.proposed)} proposed" if self.proposed else said


def import_trials(
    engine: Engine,
    lexicon: Lexicon,
    records: Iterable[Record | Refusal],
    *,
    actor: str,
    progress: Progress | None = None,
) -> ImportReport:
    """Keep every study of `records` that can be taken; each other one is refused by name.

    `progress` is told after each batch how many studies have been read.

    Raises:
        Unreachable: the database does not answer; earlier batches are kept.
    """
    found = read_trials(records)
    tag = Tag.TRIALS_IMPORTED
    return _import(engine, lexicon, found, tag=tag, actor=actor, progress=progress, asked=False)


def fetch_trial(engine: Engine, lexicon: Lexicon, number: str, *, actor: str) -> ImportReport:
    """Keep a trial as its registry has it today, by its number.

    Raises:
        WrongUsage, NotFound, Unreachable: as `registry.fetch`.
    """
    found = once(_fetched(number.strip().upper()))
    tag = Tag.TRIALS_IMPORTED
    return _import(engine, lexicon, found, tag=tag, actor=actor, progress=None, asked=True)


def sync_trials(
    engine: Engine, lexicon: Lexicon, *, actor: str, progress: Progress | None = None
) -> ImportReport:
    """Bring every known trial that has a registry's number up to date; propose to those who post.

    A trial that its registry no longer has is refused by name and stays as it is. A registry that
    stops answering is not asked again in this run, the others are.

    Raises:
        RegistriesAway: at the end, when a registry did not answer; what came before is kept.
        DatabaseUnreachable: the database does not answer; earlier batches are kept.
    """
    away: dict[str, Unreachable] = {}
    with reading(engine) as session:
        known = {*store.known(session), *proposals.posted(session)}
    numbers = sorted(number for number in known if registry.registry_of(number))
    found = once(_known_numbers(numbers, away))
    tag = Tag.TRIALS_SYNCED
    report = _import(engine, lexicon, found, tag=tag, actor=actor, progress=progress, asked=True)
    if away:
        raise RegistriesAway(service=", ".join(away)) from next(iter(away.values()))
    return report


def reread_trials(engine: Engine, lexicon: Lexicon, *, actor: str) -> int:
    """Read all current versions again that another parser read; how many these were."""
    total = 0
    while True:
        with unit_of_work(engine) as session:
            done = store.reread(session, lexicon)
            if done or not total:
                record(session, Tag.TRIALS_REREAD, actor=actor, subject="trials", new=str(done))
        total += done
        if not done:
            return total


def _known_numbers(
    numbers: Iterable[str], away: dict[str, Unreachable]
) -> Iterator[TrialDraft | Refusal]:
    """What the registries say today; those that do not answer are put into `away`, by name."""
    for number in numbers:
        asked = registry.registry_of(number)
        if asked is None or asked.name in away:
            continue
        try:
            yield from _fetched(number)
        except NotFound:
            problem = N_("its registry no longer has it")
            yield Refusal(record=number, field="*", problem=problem)
        except Unreachable as error:
            away[asked.name] = error


def _fetched(number: str) -> list[TrialDraft | Refusal]:
    """The trial that was asked for, or why it cannot be taken."""
    try:
        return [_the_one(draft, number) for draft in drafts(registry.fetch(number))]
    except Refusal as refusal:
        return [refusal]


def _the_one(draft: TrialDraft | Refusal, number: str) -> TrialDraft | Refusal:
    # Whatever answers must not write about trials that nobody asked it about.
    if isinstance(draft, Refusal) or number in {draft.id, *draft.registry_ids}:
        return draft
    problem = N_("the registry answered with another trial")
    return Refusal(record=number, field="answer", problem=problem)


def _import(  # noqa: PLR0913 - what the two imports differ in, and what they share
    engine: Engine,
    lexicon: Lexicon,
    found: Iterator[TrialDraft | Refusal],
    *,
    tag: Tag,
    actor: str,
    progress: Progress | None,
    asked: bool,
) -> ImportReport:
    """`asked`: whether it is registries that answer, which is worth a date."""
    report = ImportReport()
    # A batch is read from its file or registry as a whole before its transaction begins.
    for batch in _batches(found):
        try:
            report.add(_keep(engine, lexicon, batch, tag=tag, actor=actor, asked=asked))
        except Deadlocked:  # whoever was in the way is through now
            report.add(_keep(engine, lexicon, batch, tag=tag, actor=actor, asked=asked))
        if progress:
            progress(report.read)
    return report


def _keep(  # noqa: PLR0913 - as above
    engine: Engine,
    lexicon: Lexicon,
    batch: list[TrialDraft | Refusal],
    *,
    tag: Tag,
    actor: str,
    asked: bool,
) -> ImportReport:
    """One batch in one transaction, in the order of the trials' numbers, as store.save asks."""
    done = ImportReport(refused=[each for each in batch if isinstance(each, Refusal)])
    drafts = [each for each in batch if isinstance(each, TrialDraft)]
    with unit_of_work(engine) as session:
        posted = proposals.posted(session, [draft.id for draft in drafts])
        for draft in sorted(drafts, key=lambda draft: draft.id):
            # Nobody's draft keeps a trial from being known; what is only posted is not public yet.
            is_draft = tag is Tag.TRIALS_SYNCED and not store.is_known(session, draft.id)
            saved = Saved.REVIEWED if is_draft else store.save(session, draft, lexicon)
            new = [
                each for each in posted.get(draft.id, ()) if proposals.propose(session, each, draft)
            ]
            if new:
                done.proposed[draft.id] = new
            else:
                done.count(saved)
        if asked:
            looks.looked(session, {draft.id for draft in drafts}, now())
        record(session, tag, actor=actor, subject="trials", new=str(done))
    return done


def _batches(drafts: Iterator[TrialDraft | Refusal]) -> Iterator[list[TrialDraft | Refusal]]:
    """At least one batch, so that an import of nothing leaves its trace too."""
    batch = list(islice(drafts, BATCH))
    while True:
        yield batch
        batch = list(islice(drafts, BATCH))
        if not batch:
            return
