"""A table as a file for spreadsheets: CSV in UTF-8, no cell of which is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from flask import Response

from recruit.core.cells import cell

MARK: Final = "\ufeff"  # so that spreadsheets read UTF-8


def table_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """An answer that a browser keeps as a file called `name`."""
    lines = io.StringIO()
    written = csv.writer(lines)
    written.writerow([cell(each) for each in header])
    written.writerows([[cell(each) for each in row] for row in rows])
    kept = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(MARK + lines.getvalue(), mimetype="text/csv", headers=kept)
