"""The parts that a verb needs, opened for it: settings and database, the lexicon."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from recruit.bootstrap import Recruit
from recruit.cli.output import progress
from recruit.cli.places import FILE_TO_READ
from recruit.core.config import Settings, read_settings
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.intake.mapping_file import LONGEST
from recruit.terminology.build import build, path
from recruit.terminology.lexicon import Lexicon

given_heads = click.option(
    "--head",
    multiple=True,
    type=FILE_TO_READ,
    help="A file of signed heads that the chain has to contain; may be given several times.",
)


def opened(settings: Settings | None = None) -> Recruit:
    """Recruit as the environment says, or with other settings; closed when the verb is done."""
    recruit = Recruit(settings or read_settings())
    click.get_current_context().call_on_close(recruit.close)
    return recruit


def opened_lexicon(recruit: Recruit) -> Lexicon:
    """The lexicon of this Recruit, with a bar where it has to be compiled first."""
    folder = recruit.settings.data_folder
    if not path(folder).exists():
        with compiling() as tell:
            build(folder, progress=tell)
    return recruit.lexicon


@contextmanager
def compiling() -> Iterator[Callable[[str, float], None]]:
    """A bar that is told the stage and the share done, in [0, 1], as `build` tells it."""
    with progress(N_("Compiling the lexicon")) as tell:
        yield lambda _stage, share: tell(round(share * 100), 100)


def mapping_text(file: Path) -> str:
    """The text of a community's mapping, no more of it than is ever read.

    Raises:
        WrongUsage: it is not UTF-8.
    """
    try:
        with file.open(encoding="utf-8-sig") as lines:
            return lines.read(LONGEST + 1)
    except UnicodeDecodeError as error:
        raise WrongUsage(N_("The file {file} is not UTF-8."), file=file.name) from error
