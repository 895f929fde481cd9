"""Sixteen invented trials in the trial exchange format: one file each, in the folder trials/.

Diseases, criteria and places are of the kind registries hold; sponsors, hospitals and study
medicines do not exist.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recruit.core.files import Record, read_records

FOLDER: Final = Path(__file__).parent / "trials"


def trials() -> Iterator[Record]:
    """The trials in the order of their numbers.

    Raises:
        Refusal: a file of this package is damaged.
    """
    for path in sorted(FOLDER.glob("*.json")):
        for record in read_records(path):
            if not isinstance(record, Record):
                raise record
            yield record
