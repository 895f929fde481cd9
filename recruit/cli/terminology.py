"""`recruit terminology`: compile the lexicon, look into it, add to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from recruit.cli.main import spoken
from recruit.cli.output import as_json, emit, say, sentences_as_json
from recruit.cli.parts import compiling, opened, opened_lexicon
from recruit.cli.places import FILE_TO_READ
from recruit.core.i18n import N_, translate
from recruit.terminology.build import build
from recruit.terminology.concepts import Candidate, How, Kind, Vocabulary
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.terminology.releases import load_release

FOUND: Final = {
    How.CODE: N_("this is its code"),
    How.EXACT: N_("this is one of its names: {name}"),
    How.ABBREVIATION: N_("this is short for it: {name}"),
    How.FUZZY: N_("no name is like this; one close to it is {name}"),
}


@click.group()
def terminology() -> None:
    """Compile and look into the lexicon."""


@terminology.command("build")
@click.option("--force", is_flag=True, help="Also when it is up to date.")
@sentences_as_json
def build_(*, force: bool) -> None:
    """Compile the lexicon unless it is up to date; half a minute."""
    folder = opened().settings.data_folder
    with compiling() as tell:
        file = build(folder, force=force, progress=tell)
    say(N_("The lexicon is in {file}."), file=file)


@terminology.command()
@click.argument("file", type=FILE_TO_READ)
@sentences_as_json
def load(file: Path) -> None:
    """Add the standard release in FILE and compile it in: OBO, MeSH descriptors (XML) or ClaML.

    A newer file of the same name takes its place.
    """
    folder = opened().settings.data_folder
    count = load_release(file, folder)
    with compiling() as tell:
        build(folder, progress=tell)
    say(N_("{count} concepts of {file} are in the lexicon now."), count=count, file=file.name)


@terminology.command()
@click.argument("text")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in Kind]), help="Only concepts of this kind."
)
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True)
@as_json
def lookup(text: str, kind: str | None, limit: int, *, json_lines: bool) -> None:
    """Show which concepts TEXT may mean, with the score, and why.

    TEXT is a name in English or French, a short form, or a code such as ICD10:E11.
    """
    lexicon = opened_lexicon(opened())
    kinds = {Kind(kind)} if kind else None
    candidates = lexicon.lookup(text, kinds=kinds, limit=limit)
    entries = [] if kind else list(_entries(text, lexicon))
    if json_lines:
        for candidate in candidates:
            emit(_encoded(candidate, lexicon))
        for what, key in entries:
            emit({"vocabulary": what, "key": key})
        return
    for candidate in candidates:
        click.echo(_said(candidate, lexicon))
    for what, key in entries:
        click.echo(f"{click.style(key, bold=True)}  {what}")
    if not candidates and not entries:
        say(N_("Nothing in the lexicon is called so, or nearly so."))
    elif candidates and candidates[0].score < SURE:
        say(N_("None of these is sure enough to be taken without asking."))


def _encoded(candidate: Candidate, lexicon: Lexicon) -> dict[str, object]:
    concept = candidate.concept
    return {
        "concept": concept.id,
        "score": round(candidate.score, 3),
        "how": candidate.how.value,
        "matched": candidate.name,
        "kind": concept.kind.value,
        "name_en": concept.name_en,
        "name_fr": concept.name_fr,
        "codes": list(concept.codes),
        "parents": _parents(concept.id, lexicon),
    }


def _said(candidate: Candidate, lexicon: Lexicon) -> str:
    """The concept, then line by line why it is one, what it is and what it is a kind of."""
    concept, language = candidate.concept, spoken()
    why = translate(FOUND[candidate.how], language, name=candidate.name)
    above = (lexicon.concept(parent) for parent in _parents(concept.id, lexicon))
    parents = ", ".join(parent.name(language) for parent in above if parent)
    lines = [
        f"{candidate.score:.2f}  {click.style(concept.name(language), bold=True)}  {concept.id}",
        f"      {why}",
        f"      {concept.kind}, {' '.join(concept.codes)}",
    ]
    if parents:
        lines.append("      " + translate(N_("a kind of: {parents}"), language, parents=parents))
    return "\n".join(lines)


def _parents(concept: str, lexicon: Lexicon) -> list[str]:
    """The nearest of those that stand above: what has none of the others below it."""
    above = lexicon.ancestors(concept) - {concept}
    farther = {far for near in above for far in lexicon.ancestors(near) - {near}}
    return sorted(above - farther)


def _entries(text: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """What the whole text names in our own tables: a laboratory value, a scale, a state."""
    for mention in find_mentions(text, lexicon):
        if mention.text.strip() == text.strip():
            for reading in mention.readings:
                if isinstance(reading.what, Vocabulary):
                    yield from ((reading.what.value, key) for key in reading.keys)
