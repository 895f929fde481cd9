"""The lexicon, with a bar where it has to be compiled first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from recruit.bootstrap import Recruit
from recruit.cli.output import progress
from recruit.core.i18n import N_
from recruit.terminology.build import build, path
from recruit.terminology.lexicon import Lexicon


def opened_lexicon(recruit: Recruit) -> Lexicon:
    """The lexicon of this Recruit; compiling it takes half a minute, once."""
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
