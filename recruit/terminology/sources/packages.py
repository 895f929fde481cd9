"""Finding data files of installed packages by path, without importing the packages."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from sysconfig import get_path

from recruit.core.errors import Unreachable
from recruit.core.i18n import N_


class DataMissing(Unreachable):
    """A package that the lexicon is compiled from is not installed."""

    sentence = N_(
        "The data file “{file}” is missing, so the lexicon cannot be compiled. "
        "Please install Recruit's requirements again."
    )


def package_file(name: str) -> Path:
    """The path of `name` ("package/file") in the environment this Python runs in."""
    for place in ("purelib", "platlib"):
        path = Path(get_path(place)) / name
        if path.exists():
            return path
    raise DataMissing(file=name)


def installed(package: str) -> str | None:
    """The version of `package`, None where it is not installed."""
    try:
        return distribution(package).version
    except PackageNotFoundError:
        return None
