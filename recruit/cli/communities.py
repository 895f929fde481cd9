"""`recruit community`: what is agreed with each patient community."""

import json
from pathlib import Path
from typing import Final

import click

from recruit.actions import communities as deeds
from recruit.cli.main import spoken
from recruit.cli.output import as_json, emit, say, sentences_as_json, show
from recruit.cli.parts import mapping_text, opened
from recruit.cli.places import FILE_TO_READ
from recruit.core import written
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_, translate
from recruit.people.communities.keys import Key

ACTOR: Final = "cli"


@click.group()
def community() -> None:
    """Look after patient communities: mappings, keys, webhooks."""


@community.command()
@click.argument("name")
@sentences_as_json
def add(name: str) -> None:
    """Make the community NAME known."""
    deeds.add_community(opened().engine, name=name, actor=ACTOR)
    say(N_("{community} is known."), community=name)


@community.command("list")
@as_json
def list_(*, json_lines: bool) -> None:
    """List the communities and what is set up for each."""
    for each in deeds.communities(opened().engine):
        if json_lines:
            emit(
                {
                    "community": each.name,
                    "people": each.people,
                    "mapping": each.mapped,
                    "keys": each.keys,
                    "webhook": each.hook,
                }
            )
            continue
        figures = N_("people: {people}, keys: {keys}")
        parts = [translate(figures, spoken(), people=each.people, keys=each.keys)]
        if each.mapped:
            parts.append(translate(N_("a mapping"), spoken()))
        if each.hook:
            parts.append(each.hook)
        name = click.style(each.name, bold=True)
        click.echo(
            translate(N_("{community}: {parts}"), spoken(), community=name, parts=", ".join(parts))
        )


@community.command("map")
@click.argument("name")
@click.argument("file", required=False, type=FILE_TO_READ)
@sentences_as_json
def map_(name: str, file: Path | None) -> None:
    """Keep FILE (TOML or JSON) as the mapping of NAME; without FILE, print the one that is kept."""
    engine = opened().engine
    if file is not None:
        deeds.keep_mapping(engine, community=name, text=mapping_text(file), actor=ACTOR)
        say(N_("The mapping of {community} is kept."), community=name)
        return
    kept = deeds.kept_mapping(engine, name)
    if kept is None:
        raise WrongUsage(N_("No mapping is kept for this community."))
    show(json.dumps(kept, ensure_ascii=False, indent=2), {"mapping": kept})


@community.command()
@click.argument("name")
@click.option("--revoke", metavar="KEY", help="Let this key open nothing any more instead.")
@click.option("--list", "listed", is_flag=True, help="List the keys instead; none is shown whole.")
@sentences_as_json
def key(name: str, revoke: str | None, *, listed: bool) -> None:
    """Make a key with which NAME pushes people to the API; it is shown once."""
    engine = opened().engine
    if revoke:
        deeds.revoke_key(engine, community=name, name=revoke, actor=ACTOR)
        say(N_("The key {key} opens nothing any more."), key=revoke)
        return
    if listed:
        _list_keys(deeds.keys_of(engine, name))
        return
    issued = deeds.issue_key(engine, community=name, actor=ACTOR)
    say(
        N_("The key is shown once; it holds until {date}: {key}"),
        date=written.day(issued.expires_at.date(), spoken()),
        key=issued.text,
    )


def _list_keys(keys: list[Key]) -> None:
    for each in keys:
        until = written.day(each.expires_at.date(), spoken())
        state = N_("{key}, until {date}") if each.revoked_at is None else N_("{key}, revoked")
        said = translate(state, spoken(), key=each.name, date=until)
        show(said, {"key": each.name, "until": until, "revoked": each.revoked_at is not None})


@community.command()
@click.argument("name")
@click.argument("url", required=False)
@click.option("--forget", is_flag=True, help="Tell the community nothing any more instead.")
@sentences_as_json
def hook(name: str, url: str | None, *, forget: bool) -> None:
    """Tell NAME at URL who withdrew or was erased; the secret that signs it is shown once."""
    recruit = opened()
    if forget == bool(url):
        raise WrongUsage(N_("Either an address or --forget is needed."))
    if url is None:
        deeds.forget_hook(recruit.engine, community=name, actor=ACTOR)
        say(N_("{community} is told nothing any more."), community=name)
        return
    made = deeds.set_hook(
        recruit.engine, recruit.secrets.vault, community=name, url=url, actor=ACTOR
    )
    say(
        N_("{community} is told at {url}. The secret is shown once: {secret}"),
        community=name,
        url=url,
        secret=made.secret,
    )
