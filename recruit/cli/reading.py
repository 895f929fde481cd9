"""`recruit parse` and `recruit assess`: reading, without a database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast, get_args

import click

from recruit.cli.output import emit, progress, refuse, warn
from recruit.cli.parts import opened, opened_lexicon
from recruit.cli.places import FILE_TO_READ
from recruit.core.clock import today
from recruit.core.errors import Refusal
from recruit.core.files import Record, read_records
from recruit.core.i18n import N_
from recruit.criteria.codec import encode_criterion
from recruit.criteria.eligibility import Criterion, CriterionKind, leaves
from recruit.criteria.nodes import Unparsed
from recruit.criteria.truth import Truth
from recruit.matching.applicability import applies
from recruit.matching.grounds import grounds
from recruit.matching.reference import explain_criterion
from recruit.people.facts import Profile
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_people
from recruit.terminology.lexicon import Lexicon
from recruit.trials.eligibility import read_eligibility
from recruit.trials.parser import parse_criterion
from recruit.trials.sources.recognise import read_trials

VERDICTS: Final = {Truth.YES: "met", Truth.NO: "not_met", Truth.UNKNOWN: "unknown"}


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE_TO_READ)
@click.pass_context
def parse(context: click.Context, files: tuple[Path, ...]) -> None:
    """Read the eligibility of each trial in FILES into rules: one line of JSON a trial.

    FILES are JSON or JSON Lines, also in .xz, .gz, .bz2 and .tar, in Recruit’s own format or as
    registries give them.
    """
    lexicon = opened_lexicon(opened())
    refused: list[Refusal] = []
    tally = Tally()
    records = (record for file in files for record in read_records(file))
    with progress(N_("Reading trials"), printing=True) as tell:
        for number, draft in enumerate(read_trials(records), start=1):
            if isinstance(draft, Refusal):
                refused.append(draft)
            else:
                criteria = read_eligibility(draft, lexicon).criteria
                tally.add(criteria)
                emit({"trial": draft.id, "criteria": [encode_criterion(c) for c in criteria]})
            tell(number, None)
    status = refuse(refused)
    tally.tell()
    context.exit(status)


class Tally:
    """How much of the criteria was read."""

    def __init__(self) -> None:
        self.trials = self.whole = self.partly = self.unread = 0

    def add(self, criteria: tuple[Criterion, ...]) -> None:
        """Count one trial's criteria."""
        self.trials += 1
        for criterion in criteria:
            unread = [isinstance(leaf, Unparsed) for leaf in leaves(criterion.rule)]
            self.whole += not any(unread)
            self.unread += all(unread)
            self.partly += any(unread) and not all(unread)

    def tell(self) -> None:
        """Say it on standard error."""
        warn(
            N_(
                "{trials} trials, {criteria} criteria: {whole} became rules, {partly} in part, "
                "{unread} were not read"
            ),
            trials=self.trials,
            criteria=self.whole + self.partly + self.unread,
            whole=self.whole,
            partly=self.partly,
            unread=self.unread,
        )


@click.command()
@click.argument("file", type=FILE_TO_READ)
@click.pass_context
def assess(context: click.Context, file: Path) -> None:
    """Judge single criteria: lines {"id", "kind", "text", "trial_title", "person"} in FILE.

    Prints lines {"id", "verdict", "rule", "evidence"}; the verdict is that the criterion's
    statement is met, not_met, unknown or not_applicable for that person.
    """
    lexicon = opened_lexicon(opened())
    refused: list[Refusal] = []
    people: dict[str, Profile] = {}
    with progress(N_("Judging"), printing=True) as tell:
        for number, record in enumerate(read_records(file), start=1):
            try:
                for line in _lines(record):
                    emit(_assessed(line, lexicon, people))
            except Refusal as refusal:
                refused.append(refusal)
            tell(number, None)
    context.exit(refuse(refused))


def _lines(record: Record | Refusal) -> Iterator[dict[str, Any]]:
    if isinstance(record, Refusal):
        raise record
    for line in record.value if isinstance(record.value, list) else [record.value]:
        if not isinstance(line, dict) or "id" not in line:
            problem = N_("this is not an object with an id")
            raise Refusal(record=record.where, field="id", problem=problem)
        yield line


def _assessed(
    line: dict[str, Any], lexicon: Lexicon, people: dict[str, Profile]
) -> dict[str, object]:
    """One line's verdict; a person who comes again is read once."""
    where = str(line.get("id"))
    kind, text = line.get("kind"), line.get("text")
    if kind not in get_args(CriterionKind):
        problem = N_("the kind is inclusion or exclusion")
        raise Refusal(record=where, field="kind", problem=problem)
    if not isinstance(text, str) or not text.strip():
        raise Refusal(record=where, field="text", problem=N_("the text is missing"))
    criterion = parse_criterion(cast("CriterionKind", kind), text, lexicon)
    key = json.dumps(line.get("person"), sort_keys=True)
    if key not in people:
        people[key] = _person(line.get("person"), where, lexicon)
    profile = people[key]
    outcome = explain_criterion(criterion, profile, lexicon, today())
    verdict = VERDICTS[outcome.truth] if applies(criterion, profile) else "not_applicable"
    encoded = encode_criterion(criterion)
    return {
        "id": line.get("id"),
        "verdict": verdict,
        "rule": encoded["rule"],
        "evidence": grounds(outcome, profile),
    }


def _person(value: object, where: str, lexicon: Lexicon) -> Profile:
    for read in read_people(Record(f"{where} person", value), lexicon, today()):
        if isinstance(read, Intake):
            return read.profile
        raise read
    raise Refusal(record=where, field="person", problem=N_("the person is missing"))
