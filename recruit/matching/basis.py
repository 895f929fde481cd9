"""What a verdict rests on, so that it can be told whether that changed between two matches.

The grounds are the criteria that do not let the person in, or leave it open, each with its rule.
Criteria that are fulfilled are none: an amendment that lets the person in as before changes
nothing, whichever words it uses.
"""

import hashlib
import json
from collections.abc import Callable, Sequence

from recruit.criteria.codec import encode
from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Rule
from recruit.criteria.record import JsonValue
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Verdict, holds


def grounds_of(eligibility: Eligibility) -> Callable[[Verdict, Sequence[Truth]], str]:
    """Tells the digest of a verdict's grounds (64 hexadecimal digits) for people of one version.

    The truths are those of the criteria's statements, in the order of the version.
    """
    known = [(each, rule_digest(each)) for each in eligibility.criteria]

    def grounds(verdict: Verdict, truths: Sequence[Truth]) -> str:
        against = sorted(
            f"{criterion.kind} {truth.name} {digest}"
            for (criterion, digest), truth in zip(known, truths, strict=True)
            if holds(criterion.kind, truth) is not Truth.YES
        )
        return _sha256("\n".join([verdict.value, *against]))

    return grounds


def rule_digest(criterion: Criterion) -> str:
    """What the rule of a criterion says, wherever in the text it stands; 64 hexadecimal digits."""
    return _sha256(_canonical(criterion.rule) + criterion.settled_by)


def _canonical(rule: Rule) -> str:
    return json.dumps(_placeless(encode(rule)), sort_keys=True)


def _placeless(value: JsonValue) -> JsonValue:
    """The rule's JSON without the places of its words."""
    if isinstance(value, dict):
        return {name: _placeless(each) for name, each in value.items() if name != "span"}
    if isinstance(value, list):
        return [_placeless(each) for each in value]
    return value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
