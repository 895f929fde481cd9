"""What was long before: "il y a dix ans", "in 2009", "when I was a child", "before the study"."""

from typing import Final

from recruit.core import clock
from recruit.referrals.safety.clauses import SELF, Clause
from recruit.referrals.safety.signs import Kind
from recruit.referrals.safety.stream import word_set
from recruit.referrals.safety.surroundings import Candidate, Surroundings

_YEAR: Final = (1900, 2)  # the first that is one, and how many years ago is long
_BEFORE_A_YEAR: Final = word_set("en in since depuis de l an annee year of d ete summer dans")
_DIGITS: Final = 4
_LEADING: Final = 7  # words of a clause that only tells the time
_DENIALS: Final = word_set("pas not never jamais no aucun aucune sans without plus")
_NOW: Final = frozenset({Kind.SUICIDE, Kind.EFFECT, Kind.DOSE, Kind.PREGNANCY})


def long_before(around: Surroundings, sign: Candidate) -> bool:
    """Whether `sign` surely was long before, and is not back."""
    if sign.kind in _NOW and sign.kind is not Kind.PREGNANCY:
        return False
    if around.sentence_says(sign.first, "renewed") or _not(around, sign):
        return False
    if sign.unknown:  # its own words alone may tell the time of what nobody knows
        return _says(around, around.clause(sign.first))
    sentence = around.sentence(sign.first)
    number = next(n for n, each in enumerate(sentence) if each.holds(sign.first))
    return any(_says(around, clause) for clause in _near(around, sentence, number))


def _near(around: Surroundings, sentence: list[Clause], number: int) -> list[Clause]:
    """The sign's own clause, and those beside it that only tell the time."""
    near = [sentence[number]]
    place = number
    while place and (sentence[place].comma or _short(around, sentence[place - 1])):
        place -= 1
        near.append(sentence[place])
        if _has_sign(around, sentence[place]) and SELF & _words(around, sentence[place + 1]):
            near.pop()
            break
    after = sentence[number + 1 : number + 2]
    if (
        after
        and not _has_sign(around, after[0])
        and (after[0].comma or _time_only(around, after[0]))
    ):
        near.append(after[0])
    return near


def _short(around: Surroundings, clause: Clause) -> bool:
    return clause.end - clause.start <= _LEADING and not _has_sign(around, clause)


def _not(around: Surroundings, sign: Candidate) -> bool:
    """Whether the clause denies: "I had no headaches before the study" tells of one now."""
    clause = around.clause(sign.first)
    return bool(_DENIALS & set(around.words[clause.start : sign.first]))


def _words(around: Surroundings, clause: Clause) -> set[str]:
    return set(around.words[clause.start : clause.end])


def _has_sign(around: Surroundings, clause: Clause) -> bool:
    return any(around.in_sign(place) for place in range(clause.start, clause.end))


def _time_only(around: Surroundings, clause: Clause) -> bool:
    return bool({"when", "quand"} & set(around.words[max(0, clause.start - 2) : clause.start + 1]))


def _says(around: Surroundings, clause: Clause) -> bool:
    if "before" in clause.said:
        return True
    first, long_ago = _YEAR
    latest = clock.today().year - long_ago
    return any(
        len(word) == _DIGITS
        and word.isdecimal()
        and first <= int(word) <= latest
        and (place == clause.start or around.words[place - 1] in _BEFORE_A_YEAR)
        for place, word in enumerate(around.words[clause.start : clause.end], clause.start)
    )
