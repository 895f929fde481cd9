"""Every verb is registered and documented."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from recruit.cli.main import VERBS, recruit

DOCUMENT = Path("docs/commands.md")
# What the contract promises; a verb may be added, none goes away.
PROMISED = {
    "demo", "serve", "worker", "db upgrade", "db check", "db backup", "db restore",
    "trials import", "trials sync", "people import", "match", "explain", "parse", "assess",
    "evaluate", "rank", "user add", "user disable", "consent show", "consent verify",
    "audit verify", "person export", "person erase", "terminology build", "terminology lookup",
    "terminology load", "config",
}  # fmt: skip
# They print JSON or TREC's run format, whatever they are told.
MACHINE_READABLE = {"parse", "assess", "evaluate", "rank", "consent head"}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name."""
    for verb in VERBS:
        command = recruit.get_command(click.Context(recruit), verb)
        if isinstance(command, click.Group):
            yield from ((f"{verb} {name}", each) for name, each in command.commands.items())
        elif command:
            yield verb, command


COMMANDS = dict(commands())


def test_every_promised_verb_is_there() -> None:
    assert set(COMMANDS) >= PROMISED


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    said = COMMANDS[name].help
    assert said
    assert said.splitlines()[0].endswith(".")


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - MACHINE_READABLE))
def test_every_command_can_speak_json(name: str) -> None:
    assert "--json" in {option for each in COMMANDS[name].params for option in each.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    sections = DOCUMENT.read_text("utf-8").split("\n### ")
    own = [section for section in sections if f"`recruit {name}" in section.splitlines()[0]]
    assert len(own) == 1, name
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert f"`{parameter.opts[0]}" in own[0], parameter.opts[0]


def test_no_command_is_documented_that_is_not_there() -> None:
    headings = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line[:4] == "### "]
    named = {
        name for line in headings for name in COMMANDS if line.startswith(f"### `recruit {name}")
    }
    assert len(headings) == len(named)
