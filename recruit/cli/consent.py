"""`recruit consent`: what people said yes and no to, and whether the record of it holds."""

from collections.abc import Mapping
from typing import Any, Final

import click

from recruit.actions.person import show_consents, verify_consents
from recruit.cli.main import spoken
from recruit.cli.output import as_json, emit, told, verified
from recruit.cli.parts import opened
from recruit.cli.people import pseudonym
from recruit.core.i18n import N_, translate

ACTOR: Final = "cli"


@click.group()
def consent() -> None:
    """Show a person's consents; verify the ledger."""


@consent.command()
@click.argument("person")
@as_json
def show(person: str, *, json_lines: bool) -> None:
    """Show every consent event of PERSON, oldest first.

    PERSON is a pseudonym, or an identifier that only one community uses.
    """
    recruit = opened()
    known = pseudonym(recruit, person)
    events = show_consents(recruit.engine, person=known, actor=ACTOR)
    if json_lines:
        for event in events:
            emit(event)
        return
    click.echo(known)
    for event in events:
        click.echo(_line(event))


def _line(event: Mapping[str, Any]) -> str:
    """One event: when, what, for which purpose, how and by whom."""
    parts = (event["purpose"], event["channel"])
    choice = "/".join(filter(None, parts)) or translate(N_("every purpose"), spoken())
    scope = event["scope"] if event["scope"] not in {"", "any"} else ""
    how = ", ".join(str(value) for value in event["how"].values())
    said = " ".join(filter(None, (event["type"], choice, scope)))
    who = f"{event['role']} {event['actor']}"
    return f"  {event['occurred_at'][:16].replace('T', ' ')} UTC  {said}  ({how or who})"


@consent.command()
@as_json
@click.pass_context
def verify(context: click.Context, *, json_lines: bool) -> None:
    """Look for events that were edited, added from outside or taken away."""
    problems = told(verify_consents(opened().engine))
    context.exit(verified(N_("The consent ledger is unbroken."), problems, json_lines=json_lines))
