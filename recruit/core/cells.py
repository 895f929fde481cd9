"""Cells of a CSV file that no spreadsheet takes for a formula."""

from typing import Final

# OWASP, CSV Injection; the wide forms are read as signs by spreadsheets in East Asian languages.
SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """`value` as text; an apostrophe before whatever would begin a formula. None is empty."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(SIGNS) else text
