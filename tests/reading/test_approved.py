"""What becomes of two hundred criteria, reviewed as a diff.

tests/approved/reading/ holds them, "+" before what is asked for and "-" before what excludes, each
with its rule below it. `RECRUIT_APPROVE=1 pytest tests/reading/test_approved.py` writes the rules
anew, also below criteria that have none yet.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from recruit.core.paths import default_data_folder
from recruit.criteria.eligibility import CriterionKind
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.reading.tree import tree

APPROVED = Path("tests/approved/reading")
FILES = {"english.txt": "en", "french.txt": "fr"}
SIDES: dict[str, CriterionKind] = {"+": "inclusion", "-": "exclusion"}
INDENT = "    "


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


def asked(approved: str) -> list[str]:
    """The criteria of a file, with the sign of their side."""
    return [line for line in approved.splitlines() if line[:2] in {"+ ", "- "}]


def reviewed(criteria: list[str], language: str, lexicon: Lexicon) -> Iterator[str]:
    for line in criteria:
        read = parse_criterion(SIDES[line[0]], line[2:], lexicon, language=language)
        yield line
        if read.kind != SIDES[line[0]]:
            yield f"{INDENT}on the other side"
        yield from tree(read.rule, lexicon, INDENT)


@pytest.mark.parametrize("file", FILES)
def test_criteria_read_as_approved(file: str, lexicon: Lexicon) -> None:
    approved = (APPROVED / file).read_text(encoding="utf-8")
    now = "\n".join(reviewed(asked(approved), FILES[file], lexicon)) + "\n"
    if os.environ.get("RECRUIT_APPROVE"):
        (APPROVED / file).write_text(now, encoding="utf-8")
        approved = now
    assert now.splitlines() == approved.splitlines()


def test_there_are_two_hundred_of_them_half_in_each_language() -> None:
    counts = [len(asked((APPROVED / file).read_text(encoding="utf-8"))) for file in FILES]
    assert counts[0] == counts[1] == 100
