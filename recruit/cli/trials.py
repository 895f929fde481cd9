"""`recruit trials`: studies from files and registries."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click
from sqlalchemy import Engine

from recruit.actions.trials import ImportReport, fetch_trial, import_trials, sync_trials
from recruit.cli.output import as_json, emit, progress, refuse, resumable, say, summarise
from recruit.cli.parts import opened, opened_lexicon
from recruit.core.errors import NotFound, RecruitError, Refusal, WrongUsage
from recruit.core.files import read_records
from recruit.core.i18n import N_
from recruit.terminology.lexicon import Lexicon
from recruit.trials.registry import registry_of

ACTOR: Final = "cli"


@click.group()
def trials() -> None:
    """Import trials from files or by registry number."""


@trials.command("import")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|NUMBER…")
@as_json
@click.pass_context
def import_(context: click.Context, sources: tuple[str, ...], *, json_lines: bool) -> None:
    """Import trials from each FILE, and by each NUMBER from its registry.

    Files are JSON or JSON Lines, also in .xz, .gz, .bz2 and .tar, in Recruit's own format or as
    ClinicalTrials.gov, CTIS and ISRCTN give them. Numbers are such as NCT01234567 and
    2022-501234-12-00.
    """
    files, numbers = _told_apart(sources)
    recruit = opened()
    engine, lexicon = recruit.engine, opened_lexicon(recruit)
    report = ImportReport()
    try:
        with resumable():
            if files:
                report.add(_from_files(engine, lexicon, files))
            for number in _counted(numbers):
                report.add(_from_registry(engine, lexicon, number))
    except RecruitError:
        if report.read:  # a registry stopped answering half-way: what was kept is kept
            _tell(report, json_lines=json_lines)
        raise
    context.exit(_tell(report, json_lines=json_lines))


@trials.command()
@as_json
@click.pass_context
def sync(context: click.Context, *, json_lines: bool) -> None:
    """Bring every known trial that has a registry's number up to date."""
    recruit = opened()
    engine, lexicon = recruit.engine, opened_lexicon(recruit)
    with resumable(), progress(N_("Asking the registries")) as tell:
        report = sync_trials(engine, lexicon, actor=ACTOR, progress=lambda done: tell(done, None))
    context.exit(_tell(report, json_lines=json_lines))


def _told_apart(sources: Iterable[str]) -> tuple[list[Path], list[str]]:
    """Files and numbers; looked at before anything is read, so that a slip stops nothing half-way.

    Raises:
        WrongUsage: one is neither.
    """
    files, numbers = [], []
    for source in sources:
        if Path(source).is_file():
            files.append(Path(source))
        elif registry_of(source.strip().upper()):
            numbers.append(source.strip().upper())
        else:
            raise WrongUsage(
                N_(
                    "“{source}” is neither a file nor a number of ClinicalTrials.gov "
                    "or of the EU register."
                ),
                source=source[:200],
            )
    return files, numbers


def _from_files(engine: Engine, lexicon: Lexicon, files: Iterable[Path]) -> ImportReport:
    records = (record for file in files for record in read_records(file))
    with progress(N_("Importing trials")) as tell:
        return import_trials(
            engine, lexicon, records, actor=ACTOR, progress=lambda done: tell(done, None)
        )


def _from_registry(engine: Engine, lexicon: Lexicon, number: str) -> ImportReport:
    try:
        return fetch_trial(engine, lexicon, number, actor=ACTOR)
    except NotFound:
        problem = N_("its registry does not know this number")
        return ImportReport(refused=[Refusal(record=number, field="id", problem=problem)])


def _counted(numbers: list[str]) -> Iterator[str]:
    with progress(N_("Asking the registries")) as tell:
        for done, number in enumerate(numbers):
            tell(done, len(numbers))
            yield number


def _tell(report: ImportReport, *, json_lines: bool) -> int:
    """Refusals and proposals by name and one line of figures; the exit status that follows."""
    status = refuse(report.refused, json_lines=json_lines)
    for trial, postings in report.proposed.items():
        if json_lines:
            emit({"trial": trial, "proposed_to": postings})
        else:
            said = N_("{trial}: its registry says something else; proposed to {postings}")
            say(said, trial=trial, postings=", ".join(postings))
    figures = {
        "read": report.read,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "proposed": len(report.proposed),
        "refused": len(report.refused),
    }
    summarise(figures, json_lines=json_lines)
    return status
