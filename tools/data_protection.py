"""Prints into docs/data-protection.md what follows from the code; the rest is written by hand.

`python -m tools.data_protection` writes it anew. tests/house/test_data_protection.py fails while
the document says something else than the code.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from recruit.actions.erased import STAYS
from recruit.actions.retention.schedule import SCHEDULE
from recruit.actions.vault import SEALED
from recruit.people.vault import WRAPPED
from recruit.people.vault_tables import ITEM

DOCUMENT: Final = Path("docs/data-protection.md")
PART: Final = re.compile(r"(<!-- from code: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def printed(document: str) -> str:
    """The document with every part between its marks as the code says."""
    return PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n{found[3]}", document)


def retention() -> str:
    """The retention table."""
    rows = [
        f"| {each.what} | {', '.join(f'`{name}`' for name in each.tables)} | {each.until} | "
        f"{each.why} | {each.end}{f' (job `{each.job}`)' if each.job else ''} |"
        for each in SCHEDULE
    ]
    head = "| what | tables | kept until | why | what happens |\n|---|---|---|---|---|"
    return "\n".join([head, *rows]) + "\n"


def staying() -> str:
    """What stays of a person who was erased."""
    return "".join(f"- `{column}`: {why}\n" for column, why in STAYS.items())


def sealed() -> str:
    """The columns that are encrypted in the database."""
    own = sorted(str(each.column) for each in (*SEALED, WRAPPED))
    names = ", ".join(f"`{name}`" for name in [*own, "account.totp_secret"])
    return f"Under the master keys: {names}.\n\nUnder a key per person: `{ITEM.c.sealed}`.\n"


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "retention": retention,
    "staying": staying,
    "sealed": sealed,
}

if __name__ == "__main__":
    DOCUMENT.write_text(printed(DOCUMENT.read_text("utf-8")), "utf-8")
