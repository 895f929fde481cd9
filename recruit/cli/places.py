"""Files and folders that are named on the command line."""

import os
import pathlib
from typing import Final

import click

from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_

LONGEST: Final = 200  # letters of a path that are said again


class Place(click.Path):
    """Click's own, whose refusals are a sentence in both languages."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> pathlib.Path:
        """The path.

        Raises:
            WrongUsage: there is nothing, or something of the other kind, or it may not be used.
        """
        path = pathlib.Path(value)
        try:
            super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise WrongUsage(self._problem(path), place=str(path)[:LONGEST]) from error
        return path

    def _problem(self, path: pathlib.Path) -> str:
        if not os.access(path, os.F_OK):
            return N_("There is no “{place}”.")
        if not self.dir_okay and path.is_dir():
            return N_("“{place}” is a folder; a file is wanted here.")
        if not self.file_okay and path.is_file():
            return N_("“{place}” is a file; a folder is wanted here.")
        return N_("You do not have the right to use “{place}”.")


FILE_TO_READ: Final = Place(exists=True, dir_okay=False)
FILE_TO_WRITE: Final = Place(dir_okay=False)
FOLDER_TO_WRITE: Final = Place(exists=True, file_okay=False, writable=True)
