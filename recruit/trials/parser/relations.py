"""Comparisons and ranges around the numbers of a text: "≥ 18 and ≤ 75", "between 2 and 4 x ULN".

An explicit scanner over words, not a grammar: docs/adr/0017-relations-by-a-scanner.md says why. It
looks only around figures, and each step is bounded by the longest phrase of the cue table, so that
the time is linear.
"""

from collections.abc import Sequence
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.trials.parser.bounds import (
    Bound,
    Figure,
    blank,
    merged,
    opened,
    opened_side,
    side_named,
)
from recruit.trials.parser.cues import Cue, Phrase, phrases
from recruit.trials.parser.ranges import BIRTH, FEW, Ranges

_LOW: Final = frozenset({Cue.AT_LEAST, Cue.ABOVE})
_INCLUSIVE: Final = frozenset({Cue.AT_LEAST, Cue.AT_MOST})
_COMPARE: Final = _LOW | {Cue.AT_MOST, Cue.BELOW}
_AGES: Final = frozenset({"age", "ages", "aged", "agee", "agees"})
_EQUALS: Final = frozenset({"=", "equal", "equals", "egal", "egale"})
_SPREAD: Final = frozenset({"and", "to", "et", "a", "-", "–", "—", "through"})
_TO: Final = frozenset({"to", "-", "–", "—", "through", "thru", "a", "~", "until", "÷"})
# "the past year", "la semaine dernière": a length of time that says itself that it looks back.
_BACK: Final = frozenset(
    {"last", "past", "previous", "prior", "preceding", "dernier", "derniere", "passe", "passee"}
    | {"precedent", "precedente", "ecoule", "ecoulee"}
)
_YEARS: Final = frozenset({"years", "year", "yrs", "yr", "ans"})
_HIGHER: Final = frozenset({"higher", "greater", "above"})
_LOWER: Final = frozenset({"lower", "less", "below"})
_FAR: Final = 4
# Words of the longest comparison with its fillers ("must be greater than or equal to a score of").
_LONGEST: Final = 10


def _sided_multiple(norms: Sequence[str]) -> str | None:
    """The side of "3 times higher than the upper limit of normal"."""
    if _HIGHER.isdisjoint(norms):
        return None if _LOWER.isdisjoint(norms) else "high"
    return "low"


class Relations(Ranges):
    """The relations of one text, found once and asked by the place of their first word."""

    def all(self) -> dict[int, tuple[Bound, int]]:
        """Each relation by the place of its first word, with the place after its last one."""
        found: dict[int, tuple[Bound, int]] = {}
        done = 0
        for figure in self._figure:
            for place in range(max(done, figure - _LONGEST), figure + 1):
                opens = place in self._figure or self._norms[place] in self._openers
                read = self._at(place) if opens else None
                if read is not None:
                    bound, done = self._joined(*read)
                    if not _AGES.isdisjoint(self._norms[place:done]):
                        # "between the ages of 18 and 60": the relation took the word in.
                        bound = bound._replace(older=True)
                    found[place] = (bound, done)
                    break
        return found

    # ------------------------------------------------------------------ one relation
    def _at(self, place: int) -> tuple[Bound, int] | None:
        if place in self._figure:
            return self._from_figure(place)
        if self._norms[place] in BIRTH:
            return self._from_birth(place)
        window = self._opened(place)
        if window:
            return window
        for phrase in self._before_number.ways(self._norms, place):
            at = self._skip(place + len(phrase.words))
            read = self._compared(place, phrase, at)
            if read:
                return read
        return None

    def _compared(self, place: int, phrase: Phrase, at: int) -> tuple[Bound, int] | None:
        if at not in self._figure:
            return None
        if phrase.cue is Cue.BETWEEN:
            return self._range(place, at, words=_SPREAD) or self._limited(place, at)
        if phrase.cue is Cue.OUTSIDE:
            spread = self._range(place, at, words=_SPREAD)
            return (spread[0]._replace(outside=True), spread[1]) if spread else None
        if phrase.cue is Cue.EQUAL:
            # "HbA1c of 7 %", "score of 8 or greater": the figure speaks, or a relation after it.
            read = self._from_figure(at)
            limited = self._limited(place, at)
            if limited:
                return limited
            bound = read[0]._replace(start=self._words[place].start)
            equal = bound.bare and not _EQUALS.isdisjoint(phrase.words)
            return bound._replace(equal=equal), read[1]
        return self._one(place, at, phrase)

    def _limited(self, place: int, at: int) -> tuple[Bound, int] | None:
        """Such as "minimum age | of 18", "durée minimale | de 6 mois"."""
        side = side_named(self._norms[max(place - _FAR, 0) : place])
        bound, after = self._from_figure(at) if side else (None, at)
        if bound is None or not bound.bare:
            return None
        bound = bound._replace(start=self._words[place].start)
        return opened_side(bound, low=side == "low"), after

    def _one(self, place: int, at: int, phrase: Phrase) -> tuple[Bound, int]:
        figure, after = self._figure[at], self._after[at]
        bound = self._bound(place, after, phrase, figure)
        older = any(norm.endswith(("older", "younger", "age", "jeune")) for norm in phrase.words)
        return self._endings.ended(bound._replace(older=older), after)

    def _bound(self, place: int, after: int, phrase: Phrase, figure: Figure) -> Bound:
        base = blank(self._words[place].start, self._words[after - 1].end, figure)
        low, inclusive = phrase.cue in _LOW, phrase.cue in _INCLUSIVE
        sided = base._replace(low_inclusive=inclusive or not low, high_inclusive=inclusive or low)
        return opened(sided, figure, low=low)

    def _from_figure(self, place: int) -> tuple[Bound, int]:
        """A relation that opens with its figure: "0-2", "18 years or older", "2.5 x ULN", "7"."""
        spread = self._range(place, place, words=_TO)
        if spread:
            return spread
        figure, after = self._figure[place], self._after[place]
        start = self._words[place].start
        for cue in self._after_number.ways(self._norms, after) if after < len(self._norms) else ():
            if cue.cue in {Cue.OR_MORE, Cue.OR_LESS}:
                end = after + len(cue.words)
                older = any(
                    n in {"older", "younger", "age", "old", "ages", "elder"} for n in cue.words
                )
                base = blank(start, self._words[end - 1].end, figure)._replace(older=older)
                if cue.words == ("+",) and figure.unit is None and self._norm(end) in _YEARS:
                    # "18+ years"
                    base = base._replace(time=TimeUnit.YEAR, end=self._words[end].end)
                    end += 1
                sided = opened(base, figure, low=cue.cue is Cue.OR_MORE)
                return self._endings.ended(sided, end)
        over = _sided_multiple(self._norms[place:after]) if figure.times else None
        if over:
            base = blank(start, self._words[after - 1].end, figure)
            side = base._replace(low_inclusive=False, high_inclusive=False)
            return self._endings.ended(opened(side, figure, low=over == "low"), after)
        end, value = self._words[after - 1].end, figure.value
        back = figure.time is not None and not _BACK.isdisjoint(self._norms[place:after])
        bound = Bound(
            start,
            end,
            value,
            value,
            unit=figure.unit,
            time=figure.time,
            times=figure.times,
            bare=True,
            within=back,
        )
        return self._endings.ended(bound, after)

    # ------------------------------------------------------------------ windows
    def _opened(self, place: int) -> tuple[Bound, int] | None:
        """An opening, then a time: "within the last 6 months", "for at least 3 months"."""
        for phrase in self._window.ways(self._norms, place):
            opened = place + len(phrase.words)
            at = self._skip(opened)
            figure = self._figure.get(at)
            if phrase.cue not in {Cue.WITHIN, Cue.DURING} or figure is None:
                continue
            if not _AGES.isdisjoint(self._norms[opened:at]) or self._of_age(figure, at):
                # "over the age of 6 months", "prior to 50 years of age"
                continue
            spread = self._range(place, at, words=_TO) if phrase.cue is Cue.WITHIN else None
            if spread and spread[0].time is not None:
                # "within 24 to 48 hours"
                return spread[0]._replace(within=True), spread[1]
            if figure.time is None:
                continue
            after = self._after[at]
            bound = blank(self._words[place].start, self._words[after - 1].end, figure)
            if phrase.cue is Cue.WITHIN:
                fresh = phrase.words[0] == "depuis"
                bound = bound._replace(high=figure.value, within=True, fresh=fresh)
            else:
                # "asthme de plus de 6 mois" lasts, "patients de plus de 65 ans" are as old as that.
                bound = bound._replace(
                    low=figure.value,
                    low_inclusive="plus" not in phrase.words,
                    lasting=True,
                    aged=phrase.words[0] in {"de", "d"},
                )
            return self._endings.anchored(bound, after)
        return None

    def _of_age(self, figure: Figure, at: int) -> bool:
        """Whether the words for age follow the figure at `at`."""
        after = self._after[at]
        cue = phrases("clause").at(self._norms, after) if after < len(self._norms) else None
        return figure.time is not None and cue is not None and cue.cue is Cue.AGE

    # ------------------------------------------------------------------ two in a row
    def _joined(self, bound: Bound, after: int) -> tuple[Bound, int]:
        """Such as "≥ 18 years and ≤ 75 years": two sides of one range."""
        place = after
        while (
            place < len(self._norms)
            and place - after < FEW
            and self._norms[place] in {"and", "et", ",", "but", "to", "or", "mais", "(", "-", "–"}
        ):
            place += 1
        if (
            place >= len(self._norms)
            or bound.bare
            or "or" in self._norms[after:place]
            or "(" in self._norms[after:place]
        ):
            return bound, after
        read = self._at(place)
        if read is None:
            return bound, after
        other, end = read
        whole = merged(bound, other)
        return (whole, end) if whole else (bound, after)
