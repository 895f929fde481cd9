"""What the words around a sign say of it. Only what is sure takes a sign back."""

from collections.abc import Sequence
from functools import cache

from recruit.referrals.safety import denial, earlier, others, supposition
from recruit.referrals.safety.clauses import clause_of, clauses
from recruit.referrals.safety.phrases import Phrasebook, read_phrases
from recruit.referrals.safety.signs import Doubt, Kind
from recruit.referrals.safety.stream import TABLES, Stream
from recruit.referrals.safety.surroundings import Candidate, Surroundings

__all__ = ["Candidate", "doubts", "vocabulary"]

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


def _surroundings(stream: Stream, candidates: Sequence[Candidate]) -> Surroundings:
    words = stream.words
    figures = _merged(sorted((first, end) for first, end, _ in _figures().found(words)))
    parts = clauses(words)
    cues = sorted((first, end, phrase.section) for first, end, phrase in _cues().found(words))
    for first, _, section in cues:
        parts[clause_of(parts, first)].said.add(section)
    return Surroundings(words, parts, cues, figures, candidates)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that lie in no other."""
    kept: list[tuple[int, int]] = []
    for first, end in spans:
        if not kept or end > kept[-1][1]:
            kept.append((first, end))
    return kept


def _doubt(around: Surroundings, sign: Candidate) -> Doubt | None:
    if _figure(around, sign):
        return Doubt.FIGURE
    if denial.denied(around, sign):
        return Doubt.DENIED
    if sign.kind is Kind.SUICIDE:
        # Somebody's life may hang on it: neither time nor a question takes it back.
        return Doubt.ANOTHER if others.told_of_another(around, sign) else None
    if others.told_of_another(around, sign):
        return Doubt.ANOTHER
    if earlier.long_before(around, sign):
        return Doubt.BEFORE
    if supposition.supposed(around, sign):
        return Doubt.SUPPOSED
    if sign.lasting and not around.sentence_says(sign.first, "renewed"):
        return Doubt.KNOWN
    return None


def _figure(around: Surroundings, sign: Candidate) -> bool:
    if any(first <= sign.first and sign.last <= end for first, end in around.figures):
        return True
    # "the study on migraine": the subject of a paper, not of the writer
    return any(
        section == "topic" and end == sign.first and around.words[sign.first - 1] not in {"my"}
        for _, end, section in around.cues
    )
