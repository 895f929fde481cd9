"""`recruit community …`: what is agreed with a community as a tenant, and how we hear of it."""

import sys
from pathlib import Path

import click

from recruit.actions import hearing, pulling, tenants
from recruit.cli.communities import ACTOR, community
from recruit.cli.output import say, sentences_as_json
from recruit.cli.parts import mapping_text, opened
from recruit.cli.places import FILE_TO_READ
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.communities.pulls import Source


@community.command("set")
@click.argument("name")
@click.argument("file", type=FILE_TO_READ)
@sentences_as_json
def set_(name: str, file: Path) -> None:
    """Keep FILE (TOML or JSON) as the configuration of NAME: what is agreed, and the mapping."""
    tenants.configure(opened().engine, community=name, text=mapping_text(file), actor=ACTOR)
    say(N_("What is agreed with {community} is kept."), community=name)


@community.command()
@click.argument("name")
@click.argument("organisation", default="")
@sentences_as_json
def staff(name: str, organisation: str) -> None:
    """Let the staff of ORGANISATION look after NAME; without it, the operator alone does."""
    tenants.entrust(opened().engine, community=name, organisation=organisation, actor=ACTOR)
    if organisation:
        words = N_("{organisation} looks after {community}.")
        say(words, community=name, organisation=organisation)
    else:
        say(N_("The operator alone looks after {community}."), community=name)


@community.command()
@click.argument("name")
@sentences_as_json
def hear(name: str) -> None:
    """Make the secret with which NAME signs what it tells us; it is shown once."""
    recruit = opened()
    made = hearing.listen(recruit.engine, recruit.secrets.vault, community=name, actor=ACTOR)
    say(
        N_("{community} signs with this secret, which is shown once: {secret}"),
        community=name,
        secret=made.secret,
    )


@community.command()
@click.argument("name")
@click.argument("url", required=False)
@click.option("--every", "minutes", default=60, show_default=True, help="Minutes between two runs.")
@click.option(
    "--key-stdin", is_flag=True, help="Read the key of the community's server from standard input."
)
@click.option("--forget", is_flag=True, help="Fetch nothing any more instead.")
@click.option("--now", "soon", is_flag=True, help="Fetch at the next tick instead.")
@sentences_as_json
def pull(  # noqa: PLR0913 - the options of the verb
    name: str, url: str | None, minutes: int, *, key_stdin: bool, forget: bool, soon: bool
) -> None:
    """Fetch the people of NAME from URL, from now on."""
    recruit = opened()
    if [bool(url), forget, soon].count(True) != 1:
        raise WrongUsage(N_("Either an address, --now or --forget is needed."))
    if forget:
        pulling.forget_pull(recruit.engine, community=name, actor=ACTOR)
        say(N_("{community} is fetched no more."), community=name)
    elif soon:
        pulling.hurry(recruit.engine, community=name)
        say(N_("{community} is fetched at the next tick."), community=name)
    elif url is not None:
        key = sys.stdin.readline().strip() if key_stdin else ""
        source = Source(url, minutes, key)
        vault = recruit.secrets.vault
        pulling.set_pull(recruit.engine, vault, community=name, source=source, actor=ACTOR)
        words = N_("{community} is fetched from {url} every {minutes} minutes.")
        say(words, community=name, url=url, minutes=minutes)
