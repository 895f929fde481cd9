"""What CTML says of one person: its `clinical` and `genomic` leaves as our rules.

Meaning as in MatchMiner's engine and its configuration: every key of a leaf holds; "!" before a
clinical value turns that value round, before any value of a genomic leaf the leaf as a whole. What
we have no rule for stays as text that was not read.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.core.i18n import N_
from recruit.criteria.nodes import Age, Clinical, Detail, Not, Number, Rule, Sex, Unparsed
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.trials.sources.ctml_tree import all_of, any_of
from recruit.trials.values import refuse

NOT: Final = "!"
MOST_LEAVES: Final = 10_000  # each is looked up in the lexicon; large trials have some hundred
_COMPARED: Final = re.compile(r"(>=|<=|==|=|>|<)?\s*(\d{1,6}(?:\.\d{1,4})?)")
_MONTHS: Final = 12
# What stands for a group of OncoTree's diagnoses.
_GROUPS: Final = {
    "_solid_": "solid tumor",
    "all solid tumors": "solid tumor",
    "_liquid_": "hematologic malignancy",
    "all liquid tumors": "hematologic malignancy",
    "all tumors": "neoplasm",
}
_RECEPTORS: Final = {
    "her2_status": "HER2",
    "er_status": "estrogen receptor",
    "pr_status": "progesterone receptor",
}
_POSITIVE: Final = frozenset({"positive", "true"})
_NEGATIVE: Final = frozenset({"negative", "false"})
_MISMATCH: Final = "mismatch repair deficiency"
_DEFICIENT: Final = frozenset({"mmr-deficient", "msi-h"})
_PROFICIENT: Final = frozenset({"mmr-proficient", "mss", "msi-l"})
# Words of a variant, in the order in which people say them.
_VARIANT: Final = (
    "protein_change",
    "wildcard_protein_change",
    "exon",
    "variant_classification",
    "cnv_call",
    "fusion_partner_hugo_symbol",
    "molecular_function",
)
_CATEGORIES: Final = {
    "mutation": "mutated",
    "any variation": None,
    "structural variation": "structural variation",
    "copy number variation": "copy number variation",
}
_NAMED: Final = {"exon": "exon {}", "fusion_partner_hugo_symbol": "fusion with {}"}
_NO_DEMAND: Final = frozenset({"display_name"})


class Leaves:
    """Reads leaves; names become concepts where the lexicon surely knows them."""

    def __init__(self, lexicon: Lexicon, record: str) -> None:
        self._lexicon = lexicon
        self._record = record
        self._read = 0

    def __call__(self, kind: str, value: object) -> Rule | None:
        """The rule of the leaf `kind`; None when it asks for nothing.

        Raises:
            Refusal: there are more leaves than any trial has.
        """
        self._read += 1
        if self._read > MOST_LEAVES:
            limit = f"{MOST_LEAVES:,}"
            refuse(self._record, "match", N_("more than {limit} of them"), limit=limit)
        if not isinstance(value, dict):
            return unread(kind, value)
        said = {str(key).lower(): each for key, each in value.items() if each not in (None, "")}
        match kind:
            case "clinical":
                return all_of([self._clinical(key, each) for key, each in said.items()])
            case "genomic":
                return self._genomic(said)
            case "prior_treatments":
                return all_of([self._treatment(key, each) for key, each in said.items()])
            case _:
                return unread(kind, value)

    # ------------------------------------------------------------------ clinical
    def _clinical(self, key: str, value: object) -> Rule:
        match key:
            case "age_numerical":
                return _turned(key, value, lambda text: _age(text) or unread(key, text))
            case "gender":
                return _turned(key, value, lambda text: _sex(text) or unread(key, text))
            case "oncotree_primary_diagnosis":
                return _turned(key, value, self._condition)
            case _ if key in _RECEPTORS:
                return _turned(key, value, lambda text: self._receptor(key, text))
            case _:
                return unread(key, value)

    def _condition(self, name: str) -> Rule:
        text = _GROUPS.get(name.lower(), name)
        return Clinical(Kind.CONDITION, text, self._concepts(text, Kind.CONDITION))

    def _receptor(self, key: str, result: str) -> Rule:
        name = _RECEPTORS[key]
        positive = Clinical(
            Kind.BIOMARKER, f"{name} positive", self._concepts(name, Kind.BIOMARKER)
        )
        if result.lower() in _POSITIVE:
            return positive
        return Not(positive) if result.lower() in _NEGATIVE else unread(key, result)

    def _treatment(self, key: str, value: object) -> Rule:
        if key != "drug":
            return unread(key, value)
        return _turned(key, value, self._drug)

    def _drug(self, name: str) -> Rule:
        return Clinical(Kind.DRUG, name, self._concepts(name, Kind.DRUG), status="ever")

    # ------------------------------------------------------------------ genomic
    def _genomic(self, said: Mapping[str, object]) -> Rule | None:
        turned = any(str(value).startswith(NOT) for value in said.values())
        plain = {
            key: str(value).removeprefix(NOT).strip() if isinstance(value, str) else value
            for key, value in said.items()
            if key not in _NO_DEMAND
        }
        found = all_of(list(self._findings(plain)))
        return Not(found) if found is not None and turned else found

    def _findings(self, said: dict[str, object]) -> Iterator[Rule]:
        for key in ("mmr_status", "ms_status"):
            if key in said:
                yield self._mismatch_repair(key, str(said.pop(key)))
        gene = said.pop("hugo_symbol", None)
        if isinstance(gene, str):
            yield self._variant(gene, said)
        elif gene is not None:
            yield unread("hugo_symbol", gene)
        for key, value in said.items():
            yield unread(key, value)

    def _mismatch_repair(self, key: str, status: str) -> Rule:
        deficient = Clinical(Kind.BIOMARKER, _MISMATCH, self._concepts(_MISMATCH, Kind.BIOMARKER))
        if status.lower() in _DEFICIENT:
            return deficient
        return Not(deficient) if status.lower() in _PROFICIENT else unread(key, status)

    def _variant(self, gene: str, said: dict[str, object]) -> Rule:
        """What is asked of a gene; the keys that say it are taken out of `said`."""
        own = Clinical(Kind.BIOMARKER, gene, self._concepts(gene, Kind.BIOMARKER))
        if str(said.get("wildtype", False)).lower() in _POSITIVE:
            del said["wildtype"]
            return Not(own)
        said.pop("wildtype", None)
        category = said.pop("variant_category", None)
        words = [
            _NAMED.get(key, "{}").format(said.pop(key))
            for key in _VARIANT
            if isinstance(said.get(key), str | int)
        ]
        known = str(category or "any variation").lower()
        if known not in _CATEGORIES:
            words.append(str(category))
        elif not words or known == "structural variation":
            words += filter(None, [_CATEGORIES[known]])
        if not words:
            return own
        # A particular variant has a concept of its own now and then ("KRAS G12C").
        narrow = self._concepts(f"{gene} {words[0].removeprefix('p.')}", Kind.BIOMARKER)
        if narrow and narrow != own.concepts:
            return Clinical(Kind.BIOMARKER, f"{gene} {' '.join(words)}", narrow)
        value = " ".join(words).lower()
        return Clinical(Kind.BIOMARKER, gene, own.concepts, detail=Detail(value=value))

    def _concepts(self, name: str, kind: Kind) -> tuple[str, ...]:
        best = self._lexicon.lookup(name, kinds={kind}, limit=2, near=False)
        sure = [each.concept.id for each in best if each.score >= SURE]
        return tuple(sure[:1])


def unread(key: str, value: object) -> Unparsed:
    """The leaf as text that was not read; nothing of it is lost."""
    return Unparsed(f"{key.replace('_', ' ')}: {_shown(value)}")


def _shown(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{key}: {_shown(each)}" for key, each in value.items())
        case list():
            return " or ".join(_shown(each) for each in value)
        case str():
            text = " ".join(value.split())
            return f"not {text[1:].strip()}" if text.startswith(NOT) else text
        case _:
            return str(value)


def _turned(key: str, value: object, read: Callable[[str], Rule]) -> Rule:
    """The rule of a value, or of any of a list of values; "!" before it asks for the opposite."""
    if isinstance(value, list):
        # Whether "!" in a list means none of them or not all of them, nobody has said.
        if any(_is_turned(each) for each in value):
            return unread(key, value)
        return any_of([_turned(key, each, read) for each in value]) or unread(key, value)
    text = " ".join(str(value).split())
    if text.startswith(NOT):
        return Not(read(text[1:].strip()))
    return read(text)


def _is_turned(value: object) -> bool:
    return isinstance(value, list) or str(value).startswith(NOT)


def _age(text: str) -> Age | None:
    """The bounds that ">=18" or "<0.5" gives, in years; parts of a year are told in months."""
    found = _COMPARED.fullmatch(text)
    if not found:
        return None
    years = float(found[2])
    amount, unit = (years, TimeUnit.YEAR)
    if not years.is_integer():
        amount, unit = (float(round(years * _MONTHS)), TimeUnit.MONTH)
    return _bounded(found[1] or "==", amount, unit)


def _bounded(compared: str, amount: Number, unit: TimeUnit) -> Age:
    match compared:
        case ">" | ">=":
            return Age(min=amount, min_inclusive=compared == ">=", unit=unit)
        case "<" | "<=":
            return Age(max=amount, max_inclusive=compared == "<=", unit=unit)
        case _:
            return Age(min=amount, max=amount, unit=unit)


def _sex(text: str) -> Sex | None:
    match text.lower():
        case "female":
            return Sex("female")
        case "male":
            return Sex("male")
    return None
