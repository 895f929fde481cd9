"""Grades of scales in running text: which ones a comparison or a list names."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from recruit.terminology.concepts import Mention, Vocabulary
from recruit.terminology.scales import Scale, find_grades, read_grade, read_grades, scale
from recruit.trials.parser.cues import Cue, Word, phrases, words

_COMPARE: Final = frozenset({Cue.AT_LEAST, Cue.ABOVE, Cue.AT_MOST, Cue.BELOW})


def graded(mention: Mention, text: str, limit: int) -> tuple[str, tuple[str, ...], int] | None:
    """The scale, the grades and their end that follow a mention: "ECOG 0-2", "NYHA ≥ III".

    Nothing from `limit` on is looked at. None when no grade follows.
    """
    for reading in mention.readings:
        if reading.what is not Vocabulary.SCALE:
            continue
        for key in reading.keys:
            known = scale(key)
            read = _graded(known, text, _grades_start(known, mention), limit) if known else None
            if known and read:
                return known.key, *read
    return None


def graded_by(named: Mention, said: str) -> tuple[str, tuple[str, ...]] | None:
    """What was `said` before a scale's name, as its grades: "stage 2 or 3 | of Hoehn and Yahr"."""
    for reading in named.readings:
        for key in reading.keys if reading.what is Vocabulary.SCALE else ():
            known = scale(key)
            grades = read_grades(known, said) if known else ()
            if known and grades:
                return known.key, grades
    return None


def graded_before(
    row: Sequence[Word], place: int, mentions: Mapping[int, Mention], text: str
) -> tuple[Mention, tuple[str, tuple[str, ...]]] | None:
    """The scale and the grades of "classe II ou III de la NYHA"; one of CLASSES is at `place`."""
    at = place + 1
    while at < len(row) and at - place <= _MOST_CLASS and row[at].norm in _FUNCTIONAL:
        at += 1
    first = at
    while at < len(row) and at - place <= _MOST_CLASS:
        named = mentions.get(row[at].start)
        if named is not None and any(r.what is Vocabulary.SCALE for r in named.readings):
            grades = graded_by(named, text[row[first].start : named.start]) if at > first else None
            return (named, grades) if grades else None
        at += 1
    return None


CLASSES: Final = frozenset({"class", "classe", "classes", "stage", "stade", "stades", "grade"})
_FUNCTIONAL: Final = frozenset({"functional", "fonctionnelle", "fonctionnel", "of", "de"})
_MOST_CLASS: Final = 9


def _grades_start(known: Scale, mention: Mention) -> int:
    """After the scale's name, or at its last word where that is a grade ("stage III")."""
    last = mention.text.rfind(" ") + 1
    if last and read_grade(known, mention.text[last:]):
        return mention.start + last
    return mention.end


def _graded(known: Scale, text: str, start: int, limit: int) -> tuple[tuple[str, ...], int] | None:
    at, cue = _comparison(text, start, limit)
    # The grades of this statement, not of the next one.
    grades, length = find_grades(known, text[at : min(at + _FARTHEST, limit)], 0)
    if not grades or not length:
        return None
    end = at + length
    if cue is None:
        side = _side_after(known, text, end, limit)
        if side:
            cue, end = side
    if cue is None:
        return grades, end
    first, last = known.grades.index(grades[0]), known.grades.index(grades[-1])
    match cue:
        case Cue.AT_LEAST | Cue.OR_MORE:
            taken = known.grades[first:]
        case Cue.ABOVE:
            taken = known.grades[last + 1 :]
        case Cue.BELOW:
            taken = known.grades[:first]
        case _:
            taken = known.grades[: last + 1]
    return (taken, end) if taken and not _cut(known, text[at:end], cue) else None


def _cut(known: Scale, said: str, cue: Cue) -> bool:
    """Whether a bound in points parts a grade: of Child-Pugh "≤ 7" a B may be too many."""
    points = [int(each) for each in _POINTS.findall(said) if each in known.points]
    if not points or said.strip()[:1].isalpha():
        return False
    last = points[-1] if cue in {Cue.AT_MOST, Cue.OR_LESS, Cue.ABOVE} else points[0] - 1
    first = known.points.get(str(last))
    return first is not None and first == known.points.get(str(last + 1))


_POINTS: Final = re.compile(r"\d+")
_TAIL: Final = 60
_FARTHEST: Final = 120
_SHORT_FORM: Final = 6


def _comparison(text: str, start: int, limit: int) -> tuple[int, Cue | None]:
    """Past the words and the comparison between a scale and its grade."""
    row = words(text, start, min(limit, start + _TAIL))
    norms = [word.norm for word in row]
    before, skipped, place = phrases("before_number"), 0, 0
    while place < len(row) and skipped < 6:  # noqa: PLR2004 - "performance status score of grade"
        phrase = before.at(norms, place)
        if phrase and phrase.cue in _COMPARE:
            after = place + len(phrase.words)
            return (row[after].start if after < len(row) else limit), phrase.cue
        if norms[place] == "(" and ")" in norms[place : place + _SHORT_FORM]:
            # The short form of a scale stands between its name and the grade.
            place = norms.index(")", place) + 1
            continue
        if norms[place] not in _BETWEEN:
            break
        place, skipped = place + 1, skipped + 1
    at = row[place].start if place < len(row) else start
    return at, None


_BETWEEN: Final = frozenset(
    {
        "performance",
        "physical",
        "scores",
        "are",
        "status",
        "score",
        "scale",
        "class",
        "classe",
        "grade",
        "stage",
        "of",
        "a",
        "ps",
        "is",
        "de",
        "(",
        ")",
        "=",
        ":",
        "classification",
        "functional",
        "level",
        "le",
        "la",
        "index",
        "et",
        "with",
        "must",
        "be",
        "at",
        "screening",
        "either",
        "indice",
        "stade",
        "un",
        "an",
        "the",
        "or",
        "equal",
        "to",
        "between",
        "entre",
    }
)


# On all other scales a higher grade is a worse one.
_HIGH_IS_WELL: Final = frozenset({"karnofsky", "lansky", "asia"})
_BETTER: Final = (["or", "better"], ["and", "better"], ["ou", "mieux"], ["ou", "meilleur"])
_WORSE: Final = (["or", "worse"], ["and", "worse"], ["ou", "pire"], ["ou", "pis"])


def _side_after(known: Scale, text: str, end: int, limit: int) -> tuple[Cue, int] | None:
    row = words(text, end, min(limit, end + _TAIL // 2))
    if not row:
        return None
    if [word.norm for word in row[:2]] in _WORSE:
        worse = Cue.OR_LESS if known.key in _HIGH_IS_WELL else Cue.OR_MORE
        return worse, row[1].end
    if [word.norm for word in row[:2]] in _BETTER:
        better = Cue.OR_MORE if known.key in _HIGH_IS_WELL else Cue.OR_LESS
        return better, row[1].end
    phrase = phrases("after_number").at([word.norm for word in row], 0)
    if phrase and phrase.cue in {Cue.OR_MORE, Cue.OR_LESS} and row[0].norm != "+":
        return phrase.cue, row[len(phrase.words) - 1].end
    return None
