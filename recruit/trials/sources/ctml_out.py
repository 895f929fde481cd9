"""A posting as CTML, for MatchMiner's engine and for other programs.

CTML's own words stand wherever it has words for a whole criterion; what is exact stands beside them
under `recruit` (ctml_own.py), and reading the document again gives the same posting. An exclusion
is written as what must hold instead, since CTML knows nothing else.
"""

import math
import re
from typing import Any, Final

import yaml

from recruit.core.dates import TimeUnit
from recruit.criteria.codec import encode_criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    Clinical,
    Not,
    Number,
    Rule,
    Sex,
)
from recruit.criteria.record import JsonValue
from recruit.terminology.concepts import Kind
from recruit.trials.draft import TrialDraft, TrialStatus
from recruit.trials.posting.content import SETTLED_BY, Content, Reviewed
from recruit.trials.sources.ctml_own import OWN
from recruit.trials.sources.exchange_out import as_exchange
from recruit.trials.sources.yaml_plain import plain_word

Words = dict[str, JsonValue]

_VARIANT: Final = re.compile(
    r"(?P<gene>[A-Z][A-Z0-9-]{1,9})(?: (?:p\.)?(?P<change>[A-Z]\d{1,5}[A-Z*]))?"
    r"(?P<mutated> (?:mutation|mutated|mutant))?"
)
_CHANGE: Final = re.compile(r"p\.[a-z]\d{1,5}[a-z*]")
_STATUSES: Final = {
    TrialStatus.RECRUITING: "open to accrual",
    TrialStatus.ENROLLING_BY_INVITATION: "open to accrual",
    TrialStatus.SUSPENDED: "suspended",
    TrialStatus.COMPLETED: "completed",
    TrialStatus.TERMINATED: "terminated",
}
_ROMAN: Final = str.maketrans({"1": "I", "2": "II", "3": "III", "4": "IV"})
# The other side of a bound.
_OPPOSITE: Final = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def as_ctml(content: Content) -> str:
    """The posting as a CTML document in YAML (UTF-8, no tags, no anchors)."""
    draft = content.draft
    items: list[JsonValue] = [_item(each) for each in content.criteria]
    arm: Words = {
        "arm_code": "1",
        "arm_description": draft.title,
        "arm_internal_id": 1,
        "arm_suspended": "N",
        "dose_level": [],
        "match": [{"and": items}],
    }
    step: Words = {
        "step_code": "1",
        "step_type": "Registration",
        "step_internal_id": 1,
        "arm": [arm],
    }
    document = {**_head(draft), "treatment_list": {"step": [step]}, OWN: as_exchange(draft)}
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=math.inf)


def _head(draft: TrialDraft) -> Words:
    return {
        "protocol_no": draft.id,
        "nct_id": draft.id if draft.id.startswith("NCT") else "",
        "short_title": draft.title,
        "long_title": draft.official_title or draft.title,
        "summary": draft.summary,
        "phase": (draft.phase or "").translate(_ROMAN),
        "status": _STATUSES.get(draft.status, "closed to accrual"),
        "protocol_target_accrual": draft.target,
        "drug_list": {"drug": [{"drug_name": name} for name in draft.interventions]},
        "sponsor_list": {"sponsor": [{"sponsor_name": draft.sponsor, "is_principal_sponsor": "Y"}]},
        "site_list": {
            "site": [
                {
                    "site_name": site.name,
                    "site_status": _STATUSES.get(site.status or draft.status, "closed to accrual"),
                }
                for site in draft.sites
            ]
        },
    }


def _item(reviewed: Reviewed) -> Words:
    """One criterion. What the person or the site answers is in nobody's words but ours."""
    criterion = reviewed.criterion
    words = None
    if reviewed.standing not in SETTLED_BY:
        words = _words(criterion.rule, holds=criterion.kind == "inclusion")
    return {**(words or {}), OWN: encode_criterion(criterion)}


# ---------------------------------------------------------------- rules
def _words(rule: Rule, *, holds: bool) -> Words | None:
    """What CTML says for the rule, or for its opposite; None where it has no words."""
    match rule:
        case AllOf(of):
            return _several("and" if holds else "or", of, holds=holds)
        case AnyOf(of):
            return _several("or" if holds else "and", of, holds=holds)
        case Not(of):
            return _words(of, holds=not holds)
        case _:
            return _leaf(rule, holds=holds)


def _leaf(leaf: Rule, *, holds: bool) -> Words | None:
    match leaf:
        case Age():
            return _age(leaf, holds=holds)
        case Sex(value):
            return {"clinical": {"gender": _said(value.capitalize(), holds=holds)}}
        case Clinical():
            return _clinical(leaf, holds=holds)
    return None


def _several(joint: str, of: tuple[Rule, ...], *, holds: bool) -> Words | None:
    parts = [_words(each, holds=holds) for each in of]
    said: list[JsonValue] = [each for each in parts if each is not None]
    return {joint: said} if len(said) == len(parts) else None


def _age(age: Age, *, holds: bool) -> Words | None:
    if age.unit is not TimeUnit.YEAR:
        return None
    bounds = [
        (">=" if age.min_inclusive else ">", age.min),
        ("<=" if age.max_inclusive else "<", age.max),
    ]
    said: list[JsonValue] = [
        {"clinical": {"age_numerical": _compared(sign, bound, holds=holds)}}
        for sign, bound in bounds
        if bound is not None
    ]
    if len(said) == 1 and isinstance(said[0], dict):
        return said[0]
    return {"and" if holds else "or": said} if said else None


def _compared(sign: str, bound: Number, *, holds: bool) -> str:
    return f"{sign if holds else _OPPOSITE[sign]}{bound:g}"


def _clinical(leaf: Clinical, *, holds: bool) -> Words | None:
    if leaf.within or leaf.besides or leaf.status == "past":
        return None
    if leaf.kind is Kind.CONDITION and leaf.detail is None:
        return {"clinical": {"oncotree_primary_diagnosis": _said(leaf.text, holds=holds)}}
    return _genomic(leaf, holds=holds) if leaf.kind is Kind.BIOMARKER else None


def _genomic(leaf: Clinical, *, holds: bool) -> Words | None:
    """A gene that is altered, mutated, or changed in one place; nothing else is as plain."""
    found = _VARIANT.fullmatch(leaf.text)
    if not found:
        return None
    value = (leaf.detail.value if leaf.detail else None) or ""
    narrowed = _CHANGE.fullmatch(value)
    if value not in {"", "mutated"} and not narrowed:
        return None
    change = value.removeprefix("p.") if narrowed else found["change"]
    category = "Mutation" if change or value or found["mutated"] else "Any Variation"
    words: Words = {"hugo_symbol": found["gene"], "variant_category": _said(category, holds=holds)}
    return {"genomic": words | ({"protein_change": f"p.{change.upper()}"} if change else {})}


def _said(value: str, *, holds: bool) -> str:
    return value if holds else f"!{value}"


# ---------------------------------------------------------------- YAML
class _Dumper(yaml.SafeDumper):
    """Plain YAML: no anchors, and texts of several lines as people write them."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - PyYAML's signature
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    lines = text.split("\n")
    if not all(line.isprintable() for line in lines):
        style: str | None = '"'
    elif len(lines) > 1:
        style = "|" if all(line == line.strip() for line in lines) and lines[0] else '"'
    else:
        style = None if plain_word(text) == text else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
