"""The pairs of pairs.toml, and whether both languages of each give the same rule.

A rule is the same when its tree is, the words and their places aside, and the order of what "and"
or "or" joins: "stage III melanoma" is "mélanome de stade III".
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, cast

from recruit.criteria.eligibility import Criterion, CriterionKind, leaves
from recruit.criteria.nodes import Rule, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse, parse_criterion
from tests.unit.trials.parser.bare import unordered

PAIRS = Path(__file__).with_name("pairs.toml")


class Pair(NamedTuple):
    """One criterion, or one `text` with headings, in both languages; why it `differs`, if so."""

    side: str
    english: str
    french: str
    differs: str = ""


def pairs() -> Iterator[Pair]:
    for kinds in tomllib.loads(PAIRS.read_text(encoding="utf-8")).values():
        for side, rows in kinds.items():
            yield from (Pair(side, *row) for row in rows)


def criteria(text: str, side: str, language: str, lexicon: Lexicon) -> tuple[Criterion, ...]:
    if side == "text":
        return parse(text, lexicon, language=language)
    return (parse_criterion(cast("CriterionKind", side), text, lexicon, language=language),)


def said(found: tuple[Criterion, ...]) -> list[tuple[str, Rule]]:
    return [(criterion.kind, unordered(criterion.rule)) for criterion in found]


def same(pair: Pair, lexicon: Lexicon) -> bool:
    english = criteria(pair.english, pair.side, "en", lexicon)
    return said(english) == said(criteria(pair.french, pair.side, "fr", lexicon))


def whole(pair: Pair, lexicon: Lexicon) -> bool:
    """Whether every word of both was read."""
    found = (
        *criteria(pair.english, pair.side, "en", lexicon),
        *criteria(pair.french, pair.side, "fr", lexicon),
    )
    return not any(isinstance(leaf, Unparsed) for each in found for leaf in leaves(each.rule))


def shares(lexicon: Lexicon) -> tuple[int, int, int]:
    """How many pairs there are, give the same rule, and give it with every word read."""
    found = list(pairs())
    alike = [pair for pair in found if same(pair, lexicon)]
    return len(found), len(alike), sum(whole(pair, lexicon) for pair in alike)
