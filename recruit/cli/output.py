"""What every verb says and how: progress on a terminal, JSON Lines on request, refusals by name."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from recruit.cli.main import spoken
from recruit.core.errors import Refusal

Progress = Callable[[int, int | None], None]
SHOWN_REFUSALS: Final = 20

as_json = click.option("--json", "json_lines", is_flag=True, help="Print JSON Lines.")


def emit(value: object) -> None:
    """One line of JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def refuse(refusals: Iterable[Refusal], *, json_lines: bool = False) -> int:
    """Name each refused record on standard error; the exit status that follows, 0 or 1."""
    count = 0
    for refusal in refusals:
        count += 1
        if json_lines:
            said = {"record": refusal.record, "field": refusal.field, "refused": refusal.say("en")}
            click.echo(json.dumps(said, ensure_ascii=False), err=True)
        else:
            click.echo(refusal.say(spoken()), err=True)
    return 1 if count else 0


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere: call it with what is done and the total if known."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.progress import (  # noqa: PLC0415 - only where there is a terminal to draw on
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415 - as above

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
