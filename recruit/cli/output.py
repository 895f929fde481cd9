"""What every verb says and how: progress on a terminal, JSON Lines on request, refusals by name."""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import click

from recruit.cli.main import INTERRUPTED, spoken
from recruit.core.errors import Refusal
from recruit.core.i18n import N_, translate

if TYPE_CHECKING:
    from recruit.core.chain import Break

Progress = Callable[[int, int | None], None]
Found = TypeVar("Found")

JSON: Final = "recruit.cli.json"
SCREEN: Final = 20  # refusals that are read one by one; more are summed up by their reasons
REASONS: Final = 5
YES: Final = {"y", "yes", "o", "oui"}
PLACE_IN_LIST: Final = re.compile(r"\[\d+\]")

as_json = click.option("--json", "json_lines", is_flag=True, help="Print JSON Lines.")


def _remember(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    context.meta[JSON] = value


# The same for verbs that have nothing to print but sentences.
sentences_as_json = click.option(
    "--json",
    is_flag=True,
    expose_value=False,
    callback=_remember,
    help="Print JSON Lines.",
)


def say(message: str, **fields: object) -> None:
    """One sentence of the catalogue in the terminal's language; with --json and its fields."""
    said = translate(message, spoken(), **fields)
    show(said, {"message": said, **fields})


def show(said: str, value: Mapping[str, object] | None = None) -> None:
    """What people read; with --json the `value` instead, or nothing."""
    if not click.get_current_context().meta.get(JSON):
        click.echo(said)
    elif value is not None:
        emit(value)


def warn(message: str, **fields: object) -> None:
    """The same on standard error."""
    click.echo(translate(message, spoken(), **fields), err=True)


def summarise(figures: Mapping[str, int], *, json_lines: bool) -> None:
    """What became of the records of an import: `read` is the sum of the others."""
    if json_lines:
        emit(figures)
        return
    if figures.get("proposed"):
        figures_said = N_(
            "{read} read: {new} new, {changed} changed, {unchanged} unchanged, "
            "{proposed} proposed, {refused} refused"
        )
    else:
        figures_said = N_(
            "{read} read: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused"
        )
    say(figures_said, **figures)


def sign(*, good: bool) -> str:
    """A tick or a cross, in colour on a terminal."""
    return click.style("✓", fg="green") if good else click.style("✕", fg="red")


def told(found: "Break | None") -> list[str]:
    """Where a chain breaks and how, as a sentence; nothing when it holds."""
    if found is None:
        return []
    problem = translate(found.problem, spoken())
    return [translate(N_("row {row}: {problem}"), spoken(), row=found.sequence, problem=problem)]


def verified(good: str, problems: list[str], *, json_lines: bool) -> int:
    """Say `good` or what does not hold; the exit status that follows, 0 or 1."""
    if json_lines:
        emit({"holds": not problems, "problems": problems})
    elif problems:
        for problem in problems:
            click.echo(f"{sign(good=False)} {problem}", err=True)
    else:
        click.echo(f"{sign(good=True)} {translate(good, spoken())}")
    return 1 if problems else 0


def emit(value: object) -> None:
    """One line of JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def refuse(refusals: Iterable[Refusal], *, json_lines: bool = False) -> int:
    """Name each refused record on standard error; the exit status that follows, 0 or 1."""
    reasons: Counter[str] = Counter()
    firsts: dict[str, str] = {}
    for refusal in refusals:
        reason = _reason(refusal)
        reasons[reason] += 1
        firsts.setdefault(reason, refusal.record)
        if json_lines:
            said = {"record": refusal.record, "field": refusal.field, "refused": refusal.say("en")}
            click.echo(json.dumps(said, ensure_ascii=False), err=True)
        else:
            click.echo(refusal.say(spoken()), err=True)
    if reasons.total() > SCREEN and not json_lines:
        _sum_up(reasons, firsts)
    return 1 if reasons else 0


def _reason(refusal: Refusal) -> str:
    """What is wrong and with which field, wherever in a list that stands."""
    field = PLACE_IN_LIST.sub("[…]", refusal.field)
    said = N_("{field}: {problem}")
    return translate(said, spoken(), field=field, problem=refusal.explain(spoken()))


def _sum_up(reasons: Counter[str], firsts: Mapping[str, str]) -> None:
    """Why so many were refused, and what comes next: it stands last, where it is seen."""
    warn(N_("Refused {count} times, most often:"), count=reasons.total())
    for reason, count in reasons.most_common(REASONS):
        said = N_("{count} × {reason} (first: {record})")
        warn(said, count=count, reason=reason, record=firsts[reason])
    warn(
        N_(
            "“{command} --help” and docs/formats.md say what is taken. Mend the records and give "
            "the same command again."
        ),
        command=click.get_current_context().command_path,
    )


def confirmed(question: str) -> bool:
    """Whether a person says yes to a question in their language; anything else is a no."""
    answer: str = click.prompt(
        f"{question} {translate(N_('[y/N]'), spoken())}", default="", show_default=False, err=True
    )
    return answer.strip().casefold() in YES


@contextmanager
def resumable() -> Iterator[None]:
    """Work in batches that Ctrl-C may end: what is finished is kept, and the next run goes on."""
    try:
        yield
    except KeyboardInterrupt:
        warn(N_("Interrupted. What was finished is kept; the same command goes on from there."))
        sys.exit(INTERRUPTED)


@contextmanager
def busy(what: str) -> Iterator[None]:
    """A sign on a terminal that something goes on whose length nobody knows; nothing elsewhere.

    `what` is a message of the catalogue. Nothing may be printed meanwhile.
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal to draw on

    with Console(stderr=True).status(translate(what, spoken())):
        yield


def one_by_one(what: str, items: Iterable[Found]) -> Iterator[Found]:
    """The same items, `busy` while each is looked for: it may be printed when it is there."""
    found = iter(items)
    while True:
        with busy(what):
            item = next(found, None)
        if item is None:
            return
        yield item


@contextmanager
def progress(what: str, *, printing: bool = False) -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere: call it with what is done and the total if known.

    `what` is a message of the catalogue. A verb that is `printing` meanwhile has no bar where its
    lines appear on the terminal too: each would begin behind the bar.
    """
    if not sys.stderr.isatty() or (printing and sys.stdout.isatty()):
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
        task = bar.add_task(translate(what, spoken()), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
