"""`recruit people` and `recruit person`: people come in, get what is kept of them, and go."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from recruit.actions.erasure import erase_person
from recruit.actions.export import export_fhir, export_person
from recruit.actions.people import Import, ImportReport, import_people
from recruit.bootstrap import Recruit
from recruit.cli.main import spoken
from recruit.cli.output import (
    as_json,
    progress,
    refuse,
    resumable,
    say,
    sentences_as_json,
    summarise,
    warn,
)
from recruit.cli.parts import opened, opened_lexicon
from recruit.consent.evidence import Evidence, read_evidence
from recruit.consent.ledger import Actor, Role
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.files import read_lines
from recruit.core.i18n import N_, translate
from recruit.people import store

ACTOR: Final = "cli"
EXPORTS: Final = {"json": export_person, "fhir": export_fhir}
FILES: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def people() -> None:
    """Import people with their consent evidence."""


@people.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--community", required=True, help="The community that they belong to.")
@click.option(
    "--consent",
    "consent_file",
    type=FILES,
    help='Proofs of consent, lines {"person": id, …}; else each person’s own "consent" counts.',
)
@as_json
@click.pass_context
def import_(
    context: click.Context,
    files: tuple[Path, ...],
    community: str,
    consent_file: Path | None,
    *,
    json_lines: bool,
) -> None:
    """Import people from FILES: JSON Lines in Recruit’s own format, or FHIR R4 bundles.

    People without proof that they agreed to be matched are refused by name. A fact that cannot be
    read is left out and named; the person is kept.
    """
    evidence, refused = _evidence(consent_file)
    recruit = opened()
    engine, lexicon = recruit.engine, opened_lexicon(recruit)
    records = (record for file in files for record in read_lines(file))
    with resumable(), progress(N_("Importing people")) as tell:
        report = import_people(
            engine,
            lexicon,
            records,
            of=Import(community, ACTOR, evidence=evidence),
            secrets=recruit.secrets,
            progress=lambda done: tell(done, None),
        )
    context.exit(_tell(report, refused, json_lines=json_lines))


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


@click.group()
def person() -> None:
    """Export or erase one person."""


@person.command()
@click.argument("person")
@click.option("--format", "form", type=click.Choice(list(EXPORTS)), default="json")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Into this new file.")
@sentences_as_json
def export(person: str, form: str, out: Path | None) -> None:
    """Print all that is kept about PERSON, as JSON, or what is known now as a FHIR R4 bundle.

    PERSON is a pseudonym, or an identifier that only one community uses.
    """
    recruit = opened()
    exported = EXPORTS[form](
        recruit.engine,
        recruit.secrets.vault,
        opened_lexicon(recruit),
        person=pseudonym(recruit, person),
        actor=ACTOR,
    )
    text = json.dumps(exported, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    _write(out, text + "\n")
    say(N_("All that is kept is in {file}."), file=out)


@person.command()
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
@sentences_as_json
@click.option("--reason", default="", help="Kept in the audit trail; must not describe the person.")
@click.pass_context
def erase(context: click.Context, person: str, reason: str, *, yes: bool) -> None:
    """Erase all that is kept about PERSON, for good.

    PERSON is a pseudonym, or an identifier that only one community uses.
    """
    recruit = opened()
    known = pseudonym(recruit, person)
    asked = translate(
        N_("Erase all that is kept about {person}, for good?"), spoken(), person=known
    )
    if not yes and not click.confirm(asked, err=True):
        warn(N_("Nothing was erased."))
        context.exit(1)
    swept = erase_person(
        recruit.engine,
        recruit.secrets,
        recruit.settings.outbox,
        person=known,
        actor=Actor(ACTOR, Role.STAFF, reason),
        at_once=False,
    )
    say(N_("All that was kept about {person} is erased."), person=known)
    if not swept:
        warn(
            N_(
                "The database’s files could not be cleared of what was deleted, since they are in "
                "use; “recruit serve” and “recruit worker” try again."
            )
        )


def pseudonym(recruit: Recruit, name: str) -> str:
    """The pseudonym of a person named by it or by an identifier; NotFound without one."""
    with reading(recruit.engine) as session:
        return store.pseudonym_of(session, name)


def _write(file: Path, text: str) -> None:
    """A new file that its owner alone can read.

    Raises:
        WrongUsage: there is one already, or it cannot be written.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise WrongUsage(N_("There is a file “{file}” already."), file=file.name) from error
    except OSError as error:
        raise WrongUsage(N_("The folder of “{file}” cannot be written."), file=file.name) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as new:
        new.write(text)
