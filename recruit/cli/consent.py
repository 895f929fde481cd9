"""`recruit consent`: what people said yes and no to, and whether the record of it holds."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from recruit.actions.audit import signed_heads, verify_ledger
from recruit.actions.my_choices import HAPPENED, ROLES
from recruit.actions.person import show_consents
from recruit.actions.person import withdraw as take_back
from recruit.cli.main import spoken
from recruit.cli.output import (
    as_json,
    busy,
    confirmed,
    emit,
    say,
    sentences_as_json,
    told,
    verified,
    warn,
)
from recruit.cli.parts import given_heads, opened
from recruit.cli.people import pseudonym
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor, Role
from recruit.consent.state import PAUSES, EventType
from recruit.core import chain_heads
from recruit.core.db import reading
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_, translate
from recruit.trials import store

ACTOR: Final = "cli"


@click.group()
def consent() -> None:
    """Show or withdraw a person's consents; verify the ledger."""


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


@consent.command()
@click.argument("person")
@click.argument("purpose", required=False)
@click.option("--trial", help="For this trial alone; its number as it is stored.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@sentences_as_json
@click.pass_context
def withdraw(
    context: click.Context, person: str, purpose: str | None, trial: str | None, *, yes: bool
) -> None:
    """Record that PERSON takes back the consent to PURPOSE, or to everything.

    PERSON is a pseudonym, or an identifier that only one community uses. PURPOSE is “matching”,
    “contact/email”, “contact/sms”, “contact/letter”, “contact/phone”, “release/<site>” or
    “research-reuse”. It holds at once.
    """
    choice = _choice(purpose, trial)
    recruit = opened()
    known = pseudonym(recruit, person)
    if trial is not None:  # a mistyped number would take back nothing, and say that it did
        with reading(recruit.engine) as session:
            store.get(session, trial)
    what = str(choice) if choice else translate(N_("every purpose"), spoken())
    asked = translate(
        N_("Withdraw the consent of {person} to {what}?"), spoken(), person=known, what=what
    )
    if not yes and not confirmed(asked):
        warn(N_("Nothing was withdrawn."))
        context.exit(1)
    actor = Actor(ACTOR, Role.STAFF)
    take_back(
        recruit.engine,
        recruit.voice,
        person=known,
        actor=actor,
        choice=choice,
        method="on request",
    )
    say(N_("The consent of {person} to {what} is withdrawn."), person=known, what=what)


def _choice(purpose: str | None, trial: str | None) -> Choice | None:
    """What is taken back; None for everything.

    Raises:
        WrongUsage: there is no such purpose, or it is not one that is given for a trial.
    """
    if purpose is None and trial is None:
        return None
    try:
        choice = Choice.parse(purpose or "")
        return replace(choice, scope=f"trial/{trial}") if trial is not None else choice
    except ValueError as error:
        raise WrongUsage(
            N_("There is no such purpose; “recruit consent withdraw --help” lists them.")
        ) from error


def _line(event: Mapping[str, Any]) -> str:
    """One event: when, what, for which purpose, how and by whom."""
    kind = EventType(event["type"])
    parts = (event["purpose"], event["channel"])
    choice = "/".join(filter(None, parts))  # as “consent withdraw” takes it
    if not choice and kind not in PAUSES | {EventType.ERASED}:
        choice = translate(N_("every purpose"), spoken())
    scope = event["scope"] if event["scope"] not in {"", "any"} else ""
    how = ", ".join(str(value) for value in event["how"].values())
    said = " ".join(filter(None, (translate(HAPPENED[kind], spoken()), choice, scope)))
    who = f"{translate(ROLES[Role(event['role'])], spoken())} {event['actor']}"
    return f"  {event['occurred_at'][:16].replace('T', ' ')} UTC  {said}  ({how or who})"


@consent.command()
def head() -> None:
    """Print the newest row of ledger and audit trail, signed, as JSON to be kept elsewhere."""
    recruit = opened()
    emit(signed_heads(recruit.engine, recruit.settings.data_folder))


@consent.command()
@given_heads
@as_json
@click.pass_context
def verify(context: click.Context, head: tuple[Path, ...], *, json_lines: bool) -> None:
    """Look for events that were edited, added from outside or taken away."""
    heads = [chain_heads.read(file) for file in head]
    with busy(N_("Following the chain")):
        problems = told(verify_ledger(opened().engine, heads))
    context.exit(verified(N_("The consent ledger is unbroken."), problems, json_lines=json_lines))
