"""Where the compiled lexicon lies, and how it comes there."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from recruit.terminology import releases
from recruit.terminology.layout import FORMAT
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.sources import drugs, icd10, mesh, tables
from recruit.terminology.sources.packages import installed

FOLDER: Final = Path(__file__).parent
OPTIONAL: Final = ("edsnlp",)
# The modules whose rules decide what is compiled.
RULES: Final = (
    "compile.py",
    "display.py",
    "hierarchy.py",
    "inn.py",
    "layout.py",
    "names.py",
    "noise.py",
    "scales.py",
    "sources/*.py",
    "states.py",
    "store.py",
    "unify.py",
    "variables.py",
    "variants.py",
    "vocabulary.py",
    "words.py",
)


@cache
def _program() -> str:
    """A digest of the rules that compile: a changed rule makes another lexicon."""
    whole = hashlib.sha256()
    for file in sorted(file for rule in RULES for file in FOLDER.glob(rule)):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:16]


def digest(folder: Path) -> str:
    """What the lexicon in `folder` has to be compiled from, as 16 hexadecimal digits."""
    parts = (
        f"format={FORMAT}",
        mesh.digest(),
        icd10.digest(),
        drugs.digest(),
        tables.digest(),
        releases.digest(folder),
        _program(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def path(folder: Path) -> Path:
    """The file that the lexicon in `folder` lies in; another one as soon as an input changes."""
    return folder / f"lexicon-{digest(folder)}.bin"


def left_out() -> tuple[str, ...]:
    """Optional packages that are missing: without edsnlp, only our tables name things in French."""
    return tuple(package for package in OPTIONAL if installed(package) is None)


def build(
    folder: Path, *, force: bool = False, progress: Callable[[str, float], None] | None = None
) -> Path:
    """Compile the lexicon into `folder` unless it is there, and remove outdated ones.

    `progress` is told the stage and the share done, in [0, 1]. Two processes may do this at once:
    each writes a file of its own and moves it into place whole. DataMissing names a package that
    is not installed.
    """
    target = path(folder)
    if force or not target.exists():
        from recruit.terminology import store  # noqa: PLC0415 - compiling is rare, its imports heavy
        from recruit.terminology.compile import compiled, quiet  # noqa: PLC0415 - the same
        from recruit.terminology.vocabulary import vocabulary  # noqa: PLC0415 - the same

        tell = progress or quiet
        store.write(target, compiled(list(releases.entries(folder)), vocabulary(), tell))
        tell("done", 1.0)
    for old in folder.glob("lexicon-*.bin"):
        if old != target:
            old.unlink(missing_ok=True)
    return target


def open_lexicon(folder: Path) -> Lexicon:
    """The lexicon of `folder`, compiled first when it is missing or out of date."""
    target = path(folder)
    return Lexicon.open(target if target.exists() else build(folder))
