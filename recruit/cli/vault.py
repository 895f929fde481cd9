"""`recruit vault`: the keys that lock names and contact points away."""

from typing import Final

import click

from recruit.actions.vault import locks, rotate_vault
from recruit.actions.watching.keys import accept_keys
from recruit.cli.main import spoken
from recruit.cli.output import (
    as_json,
    confirmed,
    emit,
    progress,
    resumable,
    say,
    sentences_as_json,
    warn,
)
from recruit.cli.parts import opened
from recruit.core.i18n import N_, translate

ACTOR: Final = "cli"
NEWEST: Final = N_("the newest key")
OLDER: Final = N_("an older key")
GONE: Final = N_("not in RECRUIT_VAULT_KEYS: nobody can open these")
MEANWHILE: Final = N_(
    "{count} texts were locked with an older key meanwhile, by a service that does not have the "
    "newest one first. Start every service with the new list, and run this again."
)


@click.group()
def vault() -> None:
    """Change the keys that lock names and contact points away."""


@vault.command()
@sentences_as_json
@click.pass_context
def rotate(context: click.Context) -> None:
    """Lock everything with the newest of RECRUIT_VAULT_KEYS.

    Put the new key before the old ones, start the service again, run this, then take the old ones
    away. It may be interrupted and run again.
    """
    recruit = opened()
    keyring = recruit.secrets.vault
    with resumable(), progress(N_("Changing the locks")) as tell:
        count = rotate_vault(recruit.engine, keyring, actor=ACTOR, progress=tell)
        recruit.prove_keys()
    held = locks(recruit.engine)
    older = sum(held.values()) - held.get(keyring.newest.name, 0)
    if older:
        warn(MEANWHILE, count=older)
        context.exit(1)
    said = N_(
        "Everything is locked with the newest key, and nothing needs the older ones any more. "
        "People and representatives whose lock was changed: {count}"
    )
    say(said, count=count)


@vault.command()
@as_json
@click.pass_context
def keys(context: click.Context, *, json_lines: bool) -> None:
    """Say how many texts each key of RECRUIT_VAULT_KEYS locks; a key that locks none may go.

    A key goes by a name that follows from it and does not give it away.
    """
    recruit = opened()
    found = dict(locks(recruit.engine))
    for number, master in enumerate(recruit.secrets.vault.masters):
        texts = found.pop(master.name, 0)
        _tell(master.name, texts, NEWEST if number == 0 else OLDER, json_lines=json_lines)
    for name, texts in sorted(found.items()):
        _tell(name, texts, GONE, json_lines=json_lines)
    context.exit(1 if found else 0)


def _tell(name: str, texts: int, what: str, *, json_lines: bool) -> None:
    if json_lines:
        emit({"key": name, "texts": texts, "is": what})
    else:
        click.echo(f"{name}  {texts:>9}  {translate(what, spoken())}")


@vault.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@sentences_as_json
@click.pass_context
def accept(context: click.Context, *, yes: bool) -> None:
    """Take the present keys as the right ones, after others were lost or had to be thrown away.

    A process starts with the keys that the database was written with, and with no others. What
    was locked with a key that is gone stays locked.
    """
    asked = N_("What only the older keys open stays locked for ever. Take the present keys?")
    if not yes and not confirmed(translate(asked, spoken())):
        warn(N_("Nothing was changed."))
        context.exit(1)
    recruit = opened()
    accept_keys(recruit.engine, recruit.secrets, actor=ACTOR)
    say(N_("The present keys are the right ones from now on."))
