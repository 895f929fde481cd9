"""What the words around a sign say of it. Only what is sure takes a sign back."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from recruit.referrals.safety import denial, earlier, others, supposition
from recruit.referrals.safety.clauses import SELF, clause_of, clauses
from recruit.referrals.safety.phrases import Phrasebook, read_phrases
from recruit.referrals.safety.signs import Doubt, Kind
from recruit.referrals.safety.stream import TABLES, Stream, word_set
from recruit.referrals.safety.surroundings import Candidate, Surroundings

__all__ = ["Candidate", "doubts", "figures", "vocabulary"]

_REASONS: Final = frozenset({Kind.SYMPTOM, Kind.ILLNESS, Kind.MIND, Kind.ALLERGY})
_HAVING: Final = word_set(
    "have having suffer suffers suffering with ai souffre souffrant atteint atteinte avec am suis"
    " got living vis diagnosed chronic chronique"
)
_NEWS: Final = ("renewed", "found")
_STUDY: Final = word_set("study studies trial trials research etude essai diary project")
_LEADING: Final = SELF | word_set(
    "am is was were are been be feel felt feeling have had got get ai suis est etait a so very"
    " really just too quite tres trop tellement vraiment si un une le la les the il elle ca it"
    " getting bit little se fait plus encore more all"
)


@cache
def _cues() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "cues.txt"]))


@cache
def _figures() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "figures.txt"]))


@cache
def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Whole words and beginnings of words that cues and figures of speech are made of."""
    cue_words, cue_stems = _cues().vocabulary()
    figure_words, figure_stems = _figures().vocabulary()
    return cue_words | figure_words, cue_stems | figure_stems


def doubts(stream: Stream, candidates: Sequence[Candidate]) -> list[Doubt | None]:
    """Why each candidate is surely no sign; None for what is flagged."""
    if not candidates:
        return []
    around = _surroundings(stream, candidates)
    return [_doubt(around, each) for each in candidates]


def figures(words: Sequence[str]) -> list[tuple[int, int]]:
    """Figures of speech in `words`, and what is said of papers and machines, as [first, end)."""
    return _merged(sorted((first, end) for first, end, _ in _figures().found(words)))


def _surroundings(stream: Stream, candidates: Sequence[Candidate]) -> Surroundings:
    words = stream.words
    parts = clauses(words)
    cues = sorted((first, end, phrase.section) for first, end, phrase in _cues().found(words))
    cues = [cue for cue in cues if cue[2] != "takes part" or not _said_not(words, cue)]
    for first, _, section in cues:
        parts[clause_of(parts, first)].said.add(section)
    return Surroundings(words, parts, cues, figures(words), candidates)


def _said_not(words: Sequence[str], cue: tuple[int, int, str]) -> bool:
    """Whether somebody is said not to take part."""
    first, end, _ = cue
    return (
        bool({"pas", "not"} & set(words[max(0, first - 3) : first]))
        or "rien" in words[end : end + 2]
    )


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that lie in no other."""
    kept: list[tuple[int, int]] = []
    for first, end in spans:
        if not kept or end > kept[-1][1]:
            kept.append((first, end))
    return kept


def _doubt(around: Surroundings, sign: Candidate) -> Doubt | None:
    reasons = _OF_SUICIDE if sign.kind is Kind.SUICIDE else _OF_ANY
    return next((doubt for doubt, applies in reasons if applies(around, sign)), None)


def _figure(around: Surroundings, sign: Candidate) -> bool:
    words = around.words
    for first, end in around.figures:
        # "I'm [sick of your messages]": what leads up to a figure belongs to it.
        leading = words[sign.first : first]
        if first < sign.last <= end and all(word in _LEADING for word in leading):
            return True
    # "the study on migraine", "the pain trial": the subject of a paper, not of the writer
    if sign.last < len(words) and words[sign.last] in _STUDY:
        return True
    return any(section == "topic" and end == sign.first for _, end, section in around.cues)


def _reason_to_join(around: Surroundings, sign: Candidate) -> bool:
    """Whether a lasting complaint is named by somebody who asks to take part: "I suffer from …"."""
    if not any("wishing" in clause.said for clause in around.clauses):
        return False
    sentence = around.sentence(sign.first)
    said = {cue for clause in sentence for cue in clause.said}
    clause = around.clause(sign.first)
    having = set(around.words[clause.start : sign.last]) & _HAVING
    treated = any("takes part" in each.said for each in sentence)
    return bool(having) and not treated and not said & {"renewed"}


def _known(around: Surroundings, sign: Candidate) -> bool:
    """Whether a lasting disease is only named, or a complaint is why somebody asks to join."""
    new = any(around.sentence_says(sign.first, each) for each in _NEWS)
    if sign.lasting and not new:
        return True
    return sign.kind in _REASONS and _reason_to_join(around, sign)


_Reasons = tuple[tuple[Doubt, Callable[[Surroundings, Candidate], bool]], ...]
# Somebody's life may hang on it: neither time nor a question takes such thoughts back.
_OF_SUICIDE: Final[_Reasons] = (
    (Doubt.FIGURE, _figure),
    (Doubt.DENIED, denial.denied),
    (Doubt.ANOTHER, others.told_of_another),
)
_OF_ANY: Final[_Reasons] = (
    *_OF_SUICIDE,
    (Doubt.BEFORE, earlier.long_before),
    (Doubt.SUPPOSED, supposition.supposed),
    (Doubt.KNOWN, _known),
)
