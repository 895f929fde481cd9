"""A trial's draft as what matching needs: criteria, what it is about, where it runs."""

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from recruit.core.errors import Refusal
from recruit.criteria.codec import decode_criterion, encode_criterion
from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Unparsed
from recruit.criteria.soundness import is_plain
from recruit.terminology.lexicon import Lexicon
from recruit.trials.about import about, places, seeks_healthy
from recruit.trials.doubts import doubted
from recruit.trials.draft import TrialDraft
from recruit.trials.own_condition import sparing_own
from recruit.trials.parser import parse
from recruit.trials.registered import registered

_PACKAGE: Final = Path(__file__).parent.parent
# The files whose rules decide what is read.
_RULES: Final = (
    "trials/about.py",
    "trials/doubtful.py",
    "trials/doubts.py",
    "trials/eligibility.py",
    "trials/own_condition.py",
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
    parsed = parse(draft.criteria, lexicon, language=draft.language)
    read = tuple(sound(each, draft.id) for each in parsed if each.text.strip())
    own = about(draft, read, lexicon)
    read = tuple(sparing_own(each, own, lexicon) for each in read)
    return Eligibility(
        trial=draft.id,
        criteria=(*registered(draft, read), *map(doubted, read)),
        about=own,
        seeks_healthy=seeks_healthy(draft, read, lexicon),
        places=places(draft),
    )


def sound(criterion: Criterion, trial: str) -> Criterion:
    """The criterion, or its text unread where the language of rules refuses what was read.

    A rule that accepts a person of whom nothing is known is such a one: a person looks at it.
    """
    if is_plain(criterion.rule):
        return criterion
    try:
        return decode_criterion(encode_criterion(criterion), trial)
    except Refusal:
        return replace(criterion, rule=Unparsed(criterion.text, criterion.span))


@cache
def parser_version() -> str:
    """A digest of the rules that read: a changed rule is another parser, nobody has to say so."""
    whole = hashlib.sha256()
    files = {file for rule in _RULES for file in _PACKAGE.glob(rule)}
    for file in sorted(file for file in files if file.is_file() and file.suffix != ".pyc"):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:16]
