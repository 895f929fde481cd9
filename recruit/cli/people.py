"""`recruit person`: somebody gets what is kept of them, and goes."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from recruit.actions.erasure import erase_person
from recruit.actions.export import export_fhir, export_person
from recruit.actions.invitations import Guardianship, Invitation, record_guardian
from recruit.bootstrap import Recruit
from recruit.cli.main import spoken
from recruit.cli.output import confirmed, say, sentences_as_json, warn
from recruit.cli.parts import opened, opened_lexicon
from recruit.cli.places import FILE_TO_WRITE
from recruit.consent.ledger import Actor, Role
from recruit.core.db import reading
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.i18n import LANGUAGES, N_, translate
from recruit.people import store
from recruit.people.contact_points import read_contact_point

ACTOR: Final = "cli"
EXPORTS: Final = {"json": export_person, "fhir": export_fhir}


@click.group()
def person() -> None:
    """Export or erase one person, or record who is their guardian."""


@person.command()
@click.argument("person")
@click.option("--format", "form", type=click.Choice(list(EXPORTS)), default="json")
@click.option("--out", type=FILE_TO_WRITE, help="Into this new file.")
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
    say(N_("What is kept is in {file}."), file=out)


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
    if not yes and not confirmed(asked):
        warn(N_("Nothing was erased."))
        context.exit(1)
    swept = erase_person(
        recruit.engine,
        recruit.secrets,
        recruit.settings.outbox,
        person=known,
        actor=Actor(ACTOR, Role.STAFF, reason),
        letters=recruit.settings.letters,
        data=recruit.settings.data_folder,
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


@person.command()
@click.argument("person")
@click.option("--contact", required=True, help="The guardian’s e-mail address or mobile number.")
@click.option("--label", required=True, help="What the guardian reads as the person’s name.")
@click.option("--reference", required=True, help="The number of the document that you have seen.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day that it is valid.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the invitation.")
@sentences_as_json
def guardian(  # noqa: PLR0913, PLR0917 - click's signature: an option each
    person: str,
    contact: str,
    label: str,
    reference: str,
    until: datetime | None,
    language: str | None,
) -> None:
    """Record a guardian for PERSON after seeing the document that says so, and invite them.

    PERSON is a pseudonym, or an identifier that only one community uses. The guardian acts under
    an account of their own. For whoever is not of age it stops on the 18th birthday, until the
    person consents.
    """
    recruit = opened()
    known = pseudonym(recruit, person)
    try:
        link = record_guardian(
            recruit.engine,
            recruit.secrets.vault,
            person=known,
            invitation=Invitation(read_contact_point(contact), label, language or spoken()),
            guardianship=Guardianship(reference, until.date() if until else None),
            links=lambda token: f"{recruit.settings.base_url}/represent/{token}",
            actor=ACTOR,
        )
    except Refusal as refusal:  # of an option, not of one record among many
        raise WrongUsage(refusal.problem) from None
    say(
        N_(
            "The guardian of {person} is recorded as {link}. The invitation is sent by “recruit "
            "serve” or “recruit worker”."
        ),
        person=known,
        link=link.id,
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
