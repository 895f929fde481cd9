"""A trial's draft as what matching needs: criteria, what it is about, where it runs."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from recruit.criteria.eligibility import Eligibility
from recruit.terminology.lexicon import Lexicon
from recruit.trials.about import about, places, seeks_healthy
from recruit.trials.draft import TrialDraft
from recruit.trials.parser import parse
from recruit.trials.registered import registered

_PACKAGE: Final = Path(__file__).parent.parent
# The files whose rules decide what is read.
_RULES: Final = (
    "trials/about.py",
    "trials/eligibility.py",
    "trials/registered.py",
    "trials/parser/**/*",
    "terminology/*.py",
    "terminology/tables/**/*",
)


def read_eligibility(draft: TrialDraft, lexicon: Lexicon) -> Eligibility:
    """What the trial asks of a person, from its text and its registry's own fields.

    The text is read in the language it was written in. "Accepts healthy volunteers" is no
    criterion: it decides who is proposed, and asks nothing of a patient.
    """
    read = parse(draft.criteria, lexicon, language=draft.language)
    return Eligibility(
        trial=draft.id,
        criteria=(*registered(draft, read), *read),
        about=about(draft, read, lexicon),
        seeks_healthy=seeks_healthy(draft, read, lexicon),
        places=places(draft),
    )


@cache
def parser_version() -> str:
    """A digest of the rules that read: a changed rule is another parser, nobody has to say so."""
    whole = hashlib.sha256()
    files = {file for rule in _RULES for file in _PACKAGE.glob(rule)}
    for file in sorted(file for file in files if file.is_file() and file.suffix != ".pyc"):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:16]
