"""Where things lie, in a checkout and in an installed wheel alike."""

from pathlib import Path
from typing import Final

from platformdirs import user_data_path

PACKAGE: Final = Path(__file__).resolve().parent.parent
CHECKOUT: Final = PACKAGE.parent if (PACKAGE.parent / "pyproject.toml").exists() else None


def templates() -> Path:
    """The folder of page and message templates: top level in a checkout, inside the wheel else."""
    return CHECKOUT / "templates" if CHECKOUT else PACKAGE / "templates"


def default_data_folder() -> Path:
    """Where the database, the compiled lexicon and outgoing files live unless configured."""
    return CHECKOUT / "var" if CHECKOUT else user_data_path("recruit", appauthor=False)
