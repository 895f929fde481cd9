"""`recruit people`: people come in, or are shown as they would come in."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import click

from recruit.actions.candidates import Found
from recruit.actions.communities import is_one_more
from recruit.actions.people import Import, ImportReport, import_people
from recruit.actions.preview import Preview, checked, preview
from recruit.bootstrap import Recruit
from recruit.cli.main import spoken
from recruit.cli.output import as_json, emit, progress, refuse, resumable, say, summarise, warn
from recruit.cli.parts import mapping_text, opened, opened_lexicon
from recruit.cli.places import FILE_TO_READ
from recruit.consent.evidence import Evidence, read_evidence
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.files import read_lines
from recruit.core.i18n import N_, translate
from recruit.core.sheets import is_table, read_rows
from recruit.people.communities import register
from recruit.people.intake.mapping import FieldMapping
from recruit.people.intake.mapping_file import parse_mapping, read_mapping

ACTOR: Final = "cli"
NEW: Final = N_(
    "“{community}” is a new community; “recruit community list” shows those that are known."
)


@click.group()
def people() -> None:
    """Import people with their consent evidence."""


@people.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE_TO_READ)
@click.option("--community", required=True, help="The community that they belong to.")
@click.option(
    "--consent",
    "consent_file",
    type=FILE_TO_READ,
    help='Proofs of consent, lines {"person": id, …}; else each person’s own "consent" counts.',
)
@click.option(
    "--mapping",
    "mapping_file",
    type=FILE_TO_READ,
    help="How columns become our fields, in TOML or JSON; tables else read as the community’s own.",
)
@click.option("--preview", "only_show", is_flag=True, help="Show what would come in; keep nothing.")
@as_json
@click.pass_context
def import_(  # noqa: PLR0913 - the options of the verb
    context: click.Context,
    files: tuple[Path, ...],
    community: str,
    consent_file: Path | None,
    mapping_file: Path | None,
    *,
    only_show: bool,
    json_lines: bool,
) -> None:
    """Import people from FILES: JSON Lines in Recruit’s own format, FHIR R4 bundles, or CSV.

    People without proof that they agreed to be matched are refused by name, and so is whoever is
    not surely of age. A fact that cannot be read is left out and named; the person is kept.
    """
    evidence, refused = _evidence(consent_file)
    recruit = opened()
    if is_one_more(recruit.engine, community):
        warn(NEW, community=community)
    mapping = _mapping(recruit, community, files, mapping_file)
    of = Import(community, ACTOR, mapping, evidence)
    lexicon = opened_lexicon(recruit)
    records = chain.from_iterable(_records(file, mapping, only_show=only_show) for file in files)
    with resumable(), progress(N_("Importing people")) as tell:

        def count(done: int) -> None:
            tell(done, None)

        if only_show:
            shown = preview(
                recruit.engine, lexicon, records, of=of, secrets=recruit.secrets, progress=count
            )
            report = shown.report
        else:
            report = import_people(
                recruit.engine, lexicon, records, of=of, secrets=recruit.secrets, progress=count
            )
    if only_show:
        _show(shown, json_lines=json_lines)
        refused += shown.missing
    context.exit(_tell(report, refused, json_lines=json_lines))


def _mapping(
    recruit: Recruit, community: str, files: Iterable[Path], file: Path | None
) -> FieldMapping | None:
    """The mapping given for this time; for tables else the one that is kept for the community.

    Raises:
        Refusal: it names a field that does not exist.
        WrongUsage: there is a table and no mapping.
    """
    if file is not None:
        return read_mapping(parse_mapping(mapping_text(file)))
    if not any(is_table(each) for each in files):
        return None
    with reading(recruit.engine) as session:
        kept = register.mapping_of(session, community)
    if kept is None:
        raise WrongUsage(
            N_(
                "A table needs a mapping that says what its columns are: --mapping FILE, or "
                "“recruit community map”."
            )
        )
    return kept


def _records(file: Path, mapping: FieldMapping | None, *, only_show: bool) -> Iterator[Found]:
    if not is_table(file):
        return read_lines(file)
    rows = read_rows(file)
    # A preview goes on without a column, so as to show all that is wrong at once.
    return rows if mapping is None or only_show else checked(rows, mapping)


def _evidence(file: Path | None) -> tuple[dict[str, Evidence], list[Refusal]]:
    """The proofs by person, and what was refused of them."""
    proofs: dict[str, Evidence] = {}
    refused: list[Refusal] = []
    for read in read_evidence(file, now()) if file else ():
        if isinstance(read, Refusal):
            refused.append(read)
        else:
            proofs[read[0]] = read[1]
    return proofs, refused


def _show(shown: Preview, *, json_lines: bool) -> None:
    """The first records as they are and as they will be read, and the columns nobody reads."""
    for one in shown.shown:
        if json_lines:
            emit({"where": one.where, "before": one.before, "after": one.after})
            continue
        click.secho(one.where, bold=True)
        # As JSON, no cell can steer the terminal.
        for said, value in (
            (N_("in the file: {record}"), one.before),
            (N_("as it is read: {record}"), one.after),
        ):
            written = json.dumps(value, ensure_ascii=False)
            click.echo(f"  {translate(said, spoken(), record=written)}")
    if json_lines:
        emit({"unused": shown.unused})
    elif shown.unused:
        unused = ", ".join(json.dumps(column, ensure_ascii=False) for column in shown.unused)
        say(N_("Columns that are not read: {columns}"), columns=unused)
    if not json_lines:
        say(N_("Nothing was kept. This is what an import would do:"))


def _tell(report: ImportReport, refused: Iterable[Refusal], *, json_lines: bool) -> int:
    """The refusals by name and one line of figures; the exit status that follows."""
    status = refuse([*refused, *report.refusals, *report.notes], json_lines=json_lines)
    figures = {
        "read": report.kept + len(report.refusals),
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": len(report.refusals),
    }
    summarise(figures, json_lines=json_lines)
    if report.notes:
        warn(
            N_("Facts that were left out of people who were kept: {count}"), count=len(report.notes)
        )
    return status
