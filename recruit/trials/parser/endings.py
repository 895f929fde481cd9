"""What follows a figure: words for age, the event that a time counts from, "ago"."""

from collections.abc import Sequence
from typing import Final

from recruit.criteria.nodes import Anchor
from recruit.trials.parser.bounds import Bound, opened_side
from recruit.trials.parser.cues import Cue, Word, phrases, word_set

_LONGEST_LEAD: Final = 6
_AGO: Final = frozenset(
    {
        "ago",
        "earlier",
        "previously",
        "precedents",
        "precedentes",
        "ecoules",
        "ecoulees",
        "auparavant",
    }
)
_AT: Final = frozenset({"at", "a", "au", "lors"})
_ANCHORS: Final[dict[str, Anchor]] = {
    "enrolment": "enrolment",
    "first_dose": "first_dose",
    "diagnosis": "diagnosis",
    "birth": "birth",
}


class Endings:
    """Reads on behind the figures of one row of words."""

    def __init__(self, words: Sequence[Word], norms: Sequence[str]) -> None:
        self._words, self._norms = words, norms
        self._after_number = phrases("after_number")
        self._window = phrases("window")

    def ended(self, bound: Bound, after: int) -> tuple[Bound, int]:
        """The bound with the words for age, the anchor or "ago" that follow it."""
        if bound.time is None:
            return self._an_age(bound, after), after
        # "78 year-old": the unit took the year in.
        place = after + (self._norms[after : after + 2] == ["-", "old"])
        cue = phrases("clause").at(self._norms, place) if place < len(self._norms) else None
        if cue and cue.cue is Cue.AGE:
            place += len(cue.words)
            end = self._words[place - 1].end
            more = self._after_number.at(self._norms, place) if place < len(self._norms) else None
            bound = bound._replace(older=True, end=end)
            if more and more.cue in {Cue.OR_MORE, Cue.OR_LESS} and bound.bare:
                place += len(more.words)
                end = self._words[place - 1].end
                return opened_side(bound._replace(end=end), low=more.cue is Cue.OR_MORE), place
            return bound, place
        if place < len(self._norms) and self._norms[place] in {"inclusive", "inclus", "revolus"}:
            return bound, place + 1
        return self.anchored(bound, after)

    def _an_age(self, bound: Bound, after: int) -> Bound:
        """A plain range with the word behind it: "20-70 age"."""
        last = after == len(self._norms) - 1 or self._norms[after + 1 : after + 2] in ([","], ["."])
        named = after < len(self._norms) and self._norms[after] in {"age", "ages"}
        plain = not bound.bare and bound.unit is None and bound.times is None
        return bound._replace(older=True) if named and last and plain else bound

    def anchored(self, bound: Bound, after: int) -> tuple[Bound, int]:
        """Take in "prior to enrolment", "before the first dose", "ago", "avant l'inclusion"."""
        place = after
        ago = False
        while place < len(self._norms) and place - after < _LONGEST_LEAD:
            anchor = self._window.at(self._norms, place)
            if anchor and anchor.cue is Cue.ANCHOR and place > after:
                place, first = place + len(anchor.words), self._norms[after]
                found = bound._replace(anchor=_ANCHORS[anchor.value], ago=ago)
                end = self._words[place - 1].end
                return found._replace(looked_at=first in _AT and not ago, end=end), place
            if self._norms[place] not in word_set("anchor_leads") | word_set("ago"):
                break
            ago = ago or self._norms[place] in word_set("ago")
            place += 1
        if after < len(self._norms) and self._norms[after] in _AGO:
            return bound._replace(ago=True, end=self._words[after].end), after + 1
        since = self._window.at(self._norms, after) if after < len(self._norms) else None
        if since and since.cue is Cue.SINCE:
            after += len(since.words)
            return bound._replace(since=True, end=self._words[after - 1].end), after
        return bound, after
