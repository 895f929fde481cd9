"""Prints the pages as docs/eligibility-language.md: `python -m tests.spec.document` writes it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recruit.criteria.codec import encode
from recruit.criteria.eligibility import Eligibility
from recruit.criteria.nodes import Rule
from recruit.criteria.phrase import phrase
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Verdict
from tests.spec.catalogue import PAGES
from tests.spec.describe import describe
from tests.spec.page import Case, Page, TrialCase
from tests.spec.vocabulary import KIND_OF, ON, SmallLexicon

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "eligibility-language.md"

ANSWERS: Final = {Truth.YES: "✓ yes", Truth.NO: "✕ no", Truth.UNKNOWN: "? unknown"}
VERDICTS: Final = {
    Verdict.ELIGIBLE: "✓ eligible",
    Verdict.INELIGIBLE: "✕ ineligible",
    Verdict.UNDETERMINED: "? undetermined",
}

LEXICON: Final = SmallLexicon()

OPENING: Final = """\
# The eligibility language

What each rule means, shown on people. This page is printed from the tables in `tests/spec/pages`,
which every engine must pass; change a table there, then run `python -m tests.spec.document`.

How to read it: each table gives a rule, as Recruit says it in English and in French and as JSON,
then people of whom nothing is known but what stands in the first column, and what the rule says
about them. There are three answers. **Yes** and **no** need evidence. **Unknown** is what remains
without it: it excludes nobody and becomes a question to the person.
"""
SETTLED_BY = {"record": "", "person": " (the person is asked)", "site": " (the site judges)"}


def document() -> str:
    """The whole text."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield OPENING
    yield f"Every table is judged on {ON.day} {ON:%B %Y}, and with these kinds of things:\n"
    for term, above in KIND_OF.items():
        yield f"- {term} is a kind of {above}"
    yield ""
    for page in PAGES:
        yield from _page(page)


def _page(page: Page) -> Iterator[str]:
    yield f"## {page.title}\n"
    yield f"{page.about}\n"
    for case in page.cases:
        yield f"### {case.says}\n"
        yield from _case(case) if isinstance(case, Case) else _trial(case)
        yield ""


def _case(case: Case) -> Iterator[str]:
    yield f"{_said(case.rule)}  "
    yield f"`{json.dumps(encode(case.rule), ensure_ascii=False)}`\n"
    yield "| Known about the person | Answer | Because |"
    yield "|---|---|---|"
    for row in case.rows:
        yield f"| {describe(row.person)} | {ANSWERS[row.expected]} | {row.because} |"


def _trial(case: TrialCase) -> Iterator[str]:
    yield from _criteria(case.eligibility)
    yield "| Known about the person | Verdict | Proposed | Because |"
    yield "|---|---|---|---|"
    for row in case.rows:
        proposed = "yes" if row.candidate else "no"
        yield f"| {describe(row.person)} | {VERDICTS[row.expected]} | {proposed} | {row.because} |"


def _criteria(eligibility: Eligibility) -> Iterator[str]:
    for criterion in eligibility.criteria:
        who = SETTLED_BY[criterion.settled_by]
        yield f"- {criterion.kind.capitalize()}{who}: {_said(criterion.rule)}"
    yield ""


def _said(rule: Rule) -> str:
    english, french = (phrase(rule, language, LEXICON) for language in ("en", "fr"))
    return f"{english} *{french}*"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
