"""`recruit vault`: the keys that lock names and contact points away."""

from typing import Final

import click

from recruit.actions.vault import rotate_vault
from recruit.cli.output import progress, resumable, say, sentences_as_json
from recruit.cli.parts import opened
from recruit.core.i18n import N_

ACTOR: Final = "cli"


@click.group()
def vault() -> None:
    """Change the keys that lock names and contact points away."""


@vault.command()
@sentences_as_json
def rotate() -> None:
    """Lock everything with the newest of RECRUIT_VAULT_KEYS.

    Put the new key before the old ones, start the service again, run this, then take the old ones
    away. It may be interrupted and run again.
    """
    recruit = opened()
    with resumable(), progress(N_("Changing the locks")) as tell:
        count = rotate_vault(recruit.engine, recruit.secrets.vault, actor=ACTOR, progress=tell)
    said = N_(
        "Everything is locked with the newest key, and nothing needs the older ones any more. "
        "People and representatives whose lock was changed: {count}"
    )
    say(said, count=count)
