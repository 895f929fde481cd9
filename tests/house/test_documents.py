"""What is written for readers holds together: links, pictures, commands, both languages."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from recruit.cli.main import recruit

DOCUMENTS = sorted([*Path().glob("*.md"), *Path("docs").rglob("*.md")])
GUIDES = ("participant", "sponsor", "coordinator", "administrator")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(
    r"(?:^|[`\s/])recruit ([a-z]+(?: [a-z]+)?)\b(?! ?\d)((?: [^`\n|]*)?)", re.MULTILINE
)
SERVICE = "unix"  # what follows the name of a service in Postfix's master.cf
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)


def named(document: Path) -> Iterator[tuple[str, str]]:
    """The commands in a document's code: what follows `recruit`, and the rest of the line."""
    for block, inline in CODE.findall(document.read_text("utf-8")):
        yield from (each for each in COMMAND.findall(block or inline) if each[0] != SERVICE)


def command_of(words: str) -> click.Command | None:
    """The command that these words begin with."""
    first, _, second = words.partition(" ")
    found = recruit.get_command(click.Context(recruit), first)
    if isinstance(found, click.Group):
        return found.commands.get(second)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = (link.partition("#")[0] for link in LINK.findall(document.read_text("utf-8")))
    own = {each for each in targets if each and "://" not in each and not each.startswith("mailto")}
    assert [each for each in sorted(own) if not (document.parent / each).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_command_that_is_written_down_is_there(document: Path) -> None:
    odd = []
    for words, rest in named(document):
        command = command_of(words)
        if command is None:
            odd.append(words)
            continue
        known = {option for each in command.params for option in each.opts}
        odd += [f"{words} {each}" for each in re.findall(r"--[a-z-]+", rest) if each not in known]
    assert odd == []


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_says_the_same_in_both_languages(guide: str) -> None:
    english, french = (
        Path(f"docs/guides/{each}/{guide}.md").read_text("utf-8") for each in ("en", "fr")
    )
    for sign in ("\n## ", "\n![", "\n1. ", "\n- **"):
        assert english.count(sign) == french.count(sign), sign
    assert "/guides/fr/" not in english
    assert "/guides/en/" not in french


def test_every_decision_stands_in_the_list_of_decisions() -> None:
    decisions = Path("docs/adr")
    listed = LINK.findall((decisions / "README.md").read_text("utf-8"))
    assert listed == sorted(each.name for each in decisions.glob("[0-9]*.md"))


def test_the_house_is_drawn_as_it_stands() -> None:
    drawn = Path("docs/development.md").read_text("utf-8")
    checks = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = checks["contracts"][0]["layers"]
    assert "\n".join(["```", *layers, "```"]) in drawn
    rooms = [each.parent.name for each in Path("recruit").glob("*/__init__.py")]
    assert [each for each in rooms if not re.search(rf"^ .*\b{each}/ ", drawn, re.MULTILINE)] == []
