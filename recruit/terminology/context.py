"""What the words around a mention say of it: denied, past, over, uncertain, another person's."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from recruit.terminology.cues import Signal, find_signals
from recruit.terminology.sentences import Section, Span, sections, sentences

__all__ = ["Context", "read_context", "read_contexts", "sections", "sentences"]

Experiencer = Literal["patient", "family", "other"]


@dataclass(frozen=True, slots=True)
class Context:
    """How a mention is meant.

    `negated`: it is said not to be so. `past`: it belongs to the history. `ended`: it was so and is
    over (resolved, stopped). `uncertain`: possible, suspected, to be ruled out. `hypothetical`: a
    risk, a plan or a condition. `excepted`: it is left out ("except", "other than").
    `experiencer`: whom it is said of. `section`: the kind of section it stands in ("past",
    "family", "allergy", "drug", "social"), or "".
    """

    negated: bool = False
    past: bool = False
    ended: bool = False
    uncertain: bool = False
    hypothetical: bool = False
    excepted: bool = False
    experiencer: Experiencer = "patient"
    section: str = ""

    @property
    def family(self) -> bool:
        """Whether it is said of the person's family."""
        return self.experiencer == "family"


def read_context(sentence: str, start: int, end: int) -> Context:
    """What `sentence` says of its words `[start, end)`."""
    return read_contexts(sentence, [(start, end)])[0]


def read_contexts(text: str, mentions: Sequence[Span]) -> list[Context]:
    """What `text` says of each mention `[start, end)`, in the order of `mentions`.

    The text may have many sentences and sections. Time grows with its length, not with the
    product of mentions and cues.
    """
    if not mentions:
        return []
    order = sorted(range(len(mentions)), key=lambda i: mentions[i])
    signals = find_signals(text)
    parts = sections(text)
    section_starts = [part.start for part in parts]
    signal_starts = [signal.start for signal in signals]
    found: list[Context] = [Context()] * len(mentions)
    position = 0
    for start, end in sentences(text):
        inside = []
        while position < len(order) and mentions[order[position]][0] < end:
            inside.append(order[position])
            position += 1
        if not inside:
            continue
        near = signals[bisect_right(signal_starts, start - 1) : bisect_right(signal_starts, end)]
        spans = [mentions[i] for i in inside]
        said = _said_of(text, spans, near)
        for i, words in zip(inside, said, strict=True):
            section = _section_at(parts, section_starts, mentions[i][0])
            found[i] = _context(words, section)
    return found


def _section_at(parts: list[Section], starts: list[int], position: int) -> str:
    last = bisect_right(starts, position) - 1
    return parts[last].kind if last >= 0 and position < parts[last].end else ""


def _context(words: set[str], section: str) -> Context:
    experiencer: Experiencer = "patient"
    if "family" in words or section == "family":
        experiencer = "family"
    elif "other" in words:
        experiencer = "other"
    return Context(
        negated="negated" in words,
        past="past" in words or section == "past",
        ended="ended" in words,
        uncertain="uncertain" in words,
        hypothetical="hypothetical" in words,
        excepted="excepted" in words,
        experiencer=experiencer,
        section=section,
    )


def _said_of(text: str, mentions: list[Span], signals: list[Signal]) -> list[set[str]]:
    """What the signals of one sentence say of each of its mentions (both sorted by start)."""
    outside = _outside(mentions, signals)
    said: list[set[str]] = [set() for _ in mentions]
    _forward(text, mentions, outside, said)
    _backward(text, mentions, outside, said)
    return said


def _outside(mentions: list[Span], signals: Iterable[Signal]) -> list[Signal]:
    """The signals that are no part of a mention itself ("family history of cancer")."""
    kept = []
    i, covered = 0, -1
    for signal in signals:
        while i < len(mentions) and mentions[i][0] <= signal.start:
            covered = max(covered, mentions[i][1])
            i += 1
        if signal.start >= covered:
            kept.append(signal)
    return kept


# How far a cue without a reach of its own goes, in characters: about forty words.
_FARTHEST: Final = 300
_LONGEST_WORD: Final = 25
# A verb so near after "not", with nothing named between, belongs to the denial: "not received".
_NEAR: Final = 30
_CLOSED_BY_VERB: Final = ("negated", "past", "ended", "uncertain", "hypothetical", "excepted")
_CLOSED_BY_SELF: Final = ("family", "other")
_DEEPEST: Final = 20
# What is opened by a cue, by what the cue says: where it ends, and how many words it reaches.
_Open = dict[str, tuple[int, int | None]]


def _forward(text: str, mentions: list[Span], signals: list[Signal], said: list[set[str]]) -> None:
    """Give the mentions what cues before them say, from left to right."""
    scope: _Open = {}
    stack: list[_Open] = []
    last_mention = -1
    i = 0
    for k, (start, end) in enumerate(mentions):
        while i < len(signals) and signals[i].start < start:
            signal = signals[i]
            i += 1
            if signal.bracket:
                scope = _bracket(signal.bracket, scope, stack, "([")
            else:
                _open_or_close(scope, signal, last_mention)
        for says, (cue_end, reach) in scope.items():
            if _reaches(text, cue_end, start, reach):
                said[k].add(says)
        last_mention = max(last_mention, end)


def _bracket(sign: str, scope: _Open, stack: list[_Open], opening: str) -> _Open:
    """What is said within brackets is not said outside them."""
    if sign in opening:
        if len(stack) < _DEEPEST:
            stack.append(dict(scope))
        return scope
    return stack.pop() if stack else scope


def _open_or_close(scope: _Open, signal: Signal, last_mention: int) -> None:
    for cue in signal.cues:
        match cue.says:
            case "stop":
                scope.clear()
            case "verb":
                for says in _CLOSED_BY_VERB:
                    if says in scope and _closes(scope[says][0], signal.start, last_mention):
                        del scope[says]
            case "self":
                for says in _CLOSED_BY_SELF:
                    scope.pop(says, None)
            case _ if cue.where == "after":
                scope[cue.says] = (signal.end, cue.reach)


def _closes(cue_end: int, verb: int, last_mention: int) -> bool:
    return last_mention > cue_end or verb - cue_end > _NEAR


def _backward(text: str, mentions: list[Span], signals: list[Signal], said: list[set[str]]) -> None:
    """Give the mentions what cues after them say, from right to left."""
    scope: _Open = {}
    stack: list[_Open] = []
    single: set[str] = set()
    i = len(signals) - 1
    for k in range(len(mentions) - 1, -1, -1):
        start, end = mentions[k]
        while i >= 0 and signals[i].start >= end:
            signal = signals[i]
            i -= 1
            if signal.bracket:
                scope = _bracket(signal.bracket, scope, stack, ")]")
            else:
                _open_before(scope, single, signal)
        while i >= 0 and signals[i].start >= start:
            i -= 1
        for says, (cue_start, reach) in list(scope.items()):
            nearest_only = says in single
            if _reaches(text, end, cue_start, reach) and not (
                nearest_only and "," in text[end:cue_start]
            ):
                said[k].add(says)
            if nearest_only:
                del scope[says]


# A cue that reaches no farther speaks of the words just before it: "diabetes, HIV negative".
_NEAREST_ONLY: Final = 4


def _open_before(scope: _Open, single: set[str], signal: Signal) -> None:
    for cue in signal.cues:
        if cue.says in {"stop", "back"}:
            scope.clear()
        elif cue.says == "verb":
            for says in single:
                scope.pop(says, None)
        elif cue.where == "before":
            scope[cue.says] = (signal.start, cue.reach)
            near = cue.reach is not None and cue.reach <= _NEAREST_ONLY
            (single.add if near else single.discard)(cue.says)


def _reaches(text: str, start: int, end: int, reach: int | None) -> bool:
    """Whether at most `reach` words lie between `start` and `end`; a hyphen parts words."""
    gap = end - start
    if reach is None:
        return gap <= _FARTHEST
    if gap > (reach + 1) * _LONGEST_WORD:
        return False
    return len(text[start:end].replace("-", " ").split()) <= reach
