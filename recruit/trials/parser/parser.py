"""The whole way from an eligibility text to its criteria."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from recruit.criteria.eligibility import Criterion, CriterionKind
from recruit.criteria.nodes import AllOf, AnyOf, Rule, Span, Unparsed
from recruit.criteria.soundness import admits_unknown
from recruit.terminology.concepts import Mention
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.trials.parser.brackets import nested, sentences
from recruit.trials.parser.bullets import Bullet, bullets
from recruit.trials.parser.clean import Clean, has_endings
from recruit.trials.parser.cues import words
from recruit.trials.parser.figures import figures
from recruit.trials.parser.introductions import ALL, how_many, says_nothing
from recruit.trials.parser.items import Item, items
from recruit.trials.parser.kinds import coded
from recruit.trials.parser.leaves import both, either
from recruit.trials.parser.meanings import meant
from recruit.trials.parser.measurements import Measurement, Teller, measurements
from recruit.trials.parser.normals import normals, placed
from recruit.trials.parser.pairs import paired
from recruit.trials.parser.pieces import Sheet
from recruit.trials.parser.relations import Relations
from recruit.trials.parser.statement import listed, side_of, statement
from recruit.trials.parser.whichever import joined

# Of 21,259 records the longest had 21,442 characters and its longest statement 2,320. What is
# longer was not written for people: it is shown as it is, and costs no time.
_LONGEST: Final = 10_000
_WHOLE: Final = 100_000
# Two line ends: no name of the lexicon reaches over them.
_SEAM = "\n\n"


def parse(text: str, lexicon: Lexicon, *, language: str | None = None) -> tuple[Criterion, ...]:
    """The criteria of an eligibility text, in its order; spans lie in `text`.

    Both languages are read at once; where `language` is known ("en", "fr"), it says which of two
    nouns in a row is the main one.
    """
    found = bullets(text)
    return _Parser(text, lexicon, found, language).criteria() if found else ()


def parse_criterion(
    kind: CriterionKind, text: str, lexicon: Lexicon, *, language: str | None = None
) -> Criterion:
    """One statement by itself, whose side is known; spans lie in `text`."""
    lines = bullets(text)
    if not lines:
        return Criterion(kind, text, Unparsed(text), None)
    for line in lines:
        _turn(line, kind)
    criteria = _Parser(text, lexicon, lines, language).criteria()
    rules = [criterion.rule for criterion in criteria]
    whole = (min(line.start for line in lines), max(line.end for line in lines))
    rule = both(rules) if kind == "inclusion" else either(rules)
    return Criterion(kind, " ".join(text.split()), rule, whole)


def _turn(bullet: Bullet, kind: CriterionKind) -> None:
    bullet.kind = kind
    for child in bullet.children:
        _turn(child, kind)


def _with(criterion: Criterion, rule: Rule) -> Criterion:
    return criterion if rule is criterion.rule else replace(criterion, rule=rule)


class _Parser:
    """Reads one text whose bullets are known."""

    def __init__(
        self, text: str, lexicon: Lexicon, found: Sequence[Bullet], language: str | None
    ) -> None:
        self.source = text
        self.bullets = found
        self.language = language
        self.clean = Clean(text)
        self._stand: dict[int, Span] = {}
        self._measured: set[Measurement] = set()
        for bullet in found:
            self._copy(bullet)
        self.text = self.clean.text
        known = {mention.start: mention for mention in find_mentions(self.text, lexicon)}
        self._mentions: Mapping[int, Mention] = coded(self.text, meant(self.text, known))
        self._figures = figures(self.text, self._mentions.values())
        self._starts = [figure.start for figure in self._figures]
        named = sorted(self._mentions.values(), key=lambda mention: mention.start)
        self._normals = normals(self.text, named, self._figures)
        self._normal_starts = [bound.start for bound in self._normals]

    def _copy(self, bullet: Bullet) -> None:
        """Put the bullet and those under it into the clean copy, unless it is too long to read."""
        start = self.clean.length
        size = sum(last - first for first, last in bullet.pieces)
        if size > _LONGEST or start + size > _WHOLE:
            return
        self.clean.add_all(bullet.pieces)
        self._stand[id(bullet)] = (start, self.clean.length)
        self.clean.separate(_SEAM)
        for child in bullet.children:
            self._copy(child)

    # ------------------------------------------------------------------ criteria
    def criteria(self) -> tuple[Criterion, ...]:
        """One criterion for each bullet; a bullet that only introduces others steps aside."""
        found: list[Criterion] = []
        for bullet in self.bullets:
            found.extend(self._criteria(bullet))
        teller = Teller(self._measured, self.source)
        return tuple(_with(each, teller.told(each.rule)) for each in found)

    def _criteria(self, bullet: Bullet) -> list[Criterion]:
        if bullet.children and self._steps_aside(bullet):
            return [criterion for child in bullet.children for criterion in self._criteria(child)]
        kind, rule = self._ruled(bullet)
        text = self._words(bullet)
        span = (bullet.start, bullet.end)
        if rule is None:
            rule = Unparsed(text, span)
        elif bullet.cohort:
            rule = self._of_cohort(kind, rule, bullet.cohort)
        criterion = Criterion(kind, text, rule, span)
        # Decision 5 of the architecture: who is not known at all never meets a criterion.
        return [
            replace(criterion, rule=Unparsed(text, span))
            if admits_unknown(criterion)
            else criterion
        ]

    def _words(self, bullet: Bullet) -> str:
        if bullet.children or id(bullet) not in self._stand:
            return " ".join(self.source[bullet.start : bullet.end].split())
        start, end = self._stand[id(bullet)]
        if not has_endings(self.source, bullet.start, bullet.end):
            return self.text[start:end]
        whole = Clean(self.source, endings=True)
        whole.add_all(bullet.pieces)
        return whole.text

    def _of_cohort(self, kind: CriterionKind, rule: Rule, cohort: Span) -> Rule:
        """What is asked of one cohort only: others may still take part."""
        name = Unparsed(self.source[slice(*cohort)], cohort)
        return AnyOf((rule, name)) if kind == "inclusion" else AllOf((rule, name))

    def _steps_aside(self, bullet: Bullet) -> bool:
        """Whether the bullet only introduces a list of which every item counts by itself."""
        if not bullet.introduces or id(bullet) not in self._stand:
            return False
        rows = self._sentences(bullet)
        count = how_many(rows)
        each = count is None or count == (1 if bullet.kind == "exclusion" else ALL)
        return each and says_nothing(rows)

    # ------------------------------------------------------------------ one bullet
    def _sentences(self, bullet: Bullet) -> list[list[Item]]:
        start, end = self._stand[id(bullet)]
        row = words(self.text, start, end)
        first, last = (bisect_left(self._starts, place) for place in (start, end))
        # Most statements have no figure.
        relations = Relations(row, self._figures[first:last]).all() if first < last else {}
        first, last = (bisect_left(self._normal_starts, place) for place in (start, end))
        bounds = placed(self._normals[first:last], row, relations)
        found = paired(items(self.text, row, self._mentions, bounds))
        rows = sentences(joined(nested(found), self.text), self.text)
        self._measured.update(self._original(m) for each in rows for m in measurements(each))
        return rows

    def _original(self, found: Measurement) -> Measurement:
        start, end = self.clean.original(found.start, found.end)
        return Measurement(start, end, *self.clean.original(found.name, found.figure))

    def _ruled(self, bullet: Bullet) -> tuple[CriterionKind, Rule | None]:
        if id(bullet) not in self._stand:
            return bullet.kind, Unparsed(self._words(bullet), (bullet.start, bullet.end))
        rows = self._sentences(bullet)
        kind, rows = side_of(bullet.kind, rows)
        sheet = Sheet(self.text, kind, self.clean.original, self.language)
        if not bullet.children:
            return kind, statement(rows, sheet)
        children = [self._ruled(child)[1] for child in bullet.children]
        rules = [rule for rule in children if rule is not None]
        if not rules:
            return kind, statement(rows, sheet)
        return kind, listed(rows, rules, sheet, introduces=bullet.introduces)
