"""A statement as a row of items: mentions, relations, cues, brackets, and words nobody read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recruit.terminology.concepts import Kind, Mention, Vocabulary
from recruit.terminology.scales import Scale, find_grades, read_grade, scale
from recruit.trials.parser.cues import Cue, Phrase, Phrases, Word, phrases
from recruit.trials.parser.kinds import kind_of_word, unnamed
from recruit.trials.parser.relations import Bound

# Where a cue and a mention are the same words, these cues know better what the words are for.
_CUE_WINS: Final = frozenset(
    {Cue.ALLERGY, Cue.FAMILY, Cue.SEX, Cue.AGE, Cue.ADULT, Cue.NEGATIVE, Cue.POSITIVE}
)
_OPEN: Final = frozenset("([{")
_CLOSE: Final = frozenset(")]}")
DEEPEST: Final = 2
_COMPARE: Final = frozenset({Cue.AT_LEAST, Cue.ABOVE, Cue.AT_MOST, Cue.BELOW})


@dataclass(slots=True)
class Item:
    """One piece of a statement at `[start, end)` of the clean text.

    Exactly one of `cue`, `mention`, `bound` and `inside` says what it is (an allergy or a state
    may be cue and mention at once); none of them, and it is a word that was not read. `grades` are
    the labels that follow a mention of a scale, which then takes them in; `partner` is the second
    of "male or female".
    """

    start: int
    end: int
    norm: str = ""
    cue: Cue | None = None
    value: str = ""
    mention: Mention | None = None
    bound: Bound | None = None
    inside: "list[Item] | None" = None
    grades: tuple[str, tuple[str, ...]] | None = None
    phrase: str = ""
    partner: "Item | None" = None

    @property
    def unread(self) -> bool:
        """A word whose part in the statement is not known."""
        return (
            self.cue is None and self.mention is None and self.bound is None and self.inside is None
        )


def items(
    text: str,
    words: Sequence[Word],
    mentions: Mapping[int, Mention],
    bounds: Mapping[int, tuple[Bound, int]],
) -> list[Item]:
    """The row of items of `words`, brackets as they are; `mentions` by their first character."""
    norms = [word.norm for word in words]
    clause = phrases("clause")
    found: list[Item] = []
    place = 0
    while place < len(words):
        word = words[place]
        mention = mentions.get(word.start)
        phrase = clause.at(norms, place)
        if phrase and len(phrase.words) > 1 and bounds:
            phrase = _before_relation(clause, norms, place, bounds)
        relation = bounds.get(place)
        if relation and not (
            phrase and phrase.cue is Cue.NEUTRAL and place + len(phrase.words) > relation[1]
        ):
            found.append(
                Item(
                    relation[0].start,
                    relation[0].end,
                    bound=relation[0],
                    phrase=" ".join(norms[place : relation[1]]),
                )
            )
            place = relation[1]
        elif mention and not _cue_first(
            phrase, words, place, mention, found[-1] if found else None
        ):
            item = Item(mention.start, mention.end, mention=mention)
            _grade(item, text, words[-1].end)
            found.append(item)
            place = _after(words, place, item.end)
        elif kind := _kind(phrase, word, found):
            noun = unnamed(word.start, word.end, text[word.start : word.end], kind)
            found.append(Item(word.start, word.end, mention=noun))
            place += 1
        elif phrase:
            end = words[place + len(phrase.words) - 1].end
            kept = mention if mention and mention.end <= end else None
            found.append(
                Item(
                    word.start,
                    end,
                    norms[place],
                    phrase.cue,
                    phrase.value,
                    kept,
                    phrase=" ".join(phrase.words),
                )
            )
            place += len(phrase.words)
        else:
            found.append(Item(word.start, word.end, word.norm))
            place += 1
    return _paired(found)


def _kind(phrase: Phrase | None, word: Word, found: Sequence[Item]) -> Kind | None:
    """The kind of a word that no name of the lexicon covers ("rare muscular disorder")."""
    if phrase is not None and (phrase.cue is not Cue.NEUTRAL or len(phrase.words) > 1):
        return None
    kind = kind_of_word(word.norm)
    named = bool(found) and found[-1].mention is not None and word.start - found[-1].end <= 1
    return None if named and phrase is not None else kind


def _before_relation(
    clause: Phrases, norms: Sequence[str], place: int, bounds: Mapping[int, tuple[Bound, int]]
) -> Phrase | None:
    """The longest phrase that leaves the next relation its words ("âgé | de 18 à 75 ans")."""
    for phrase in clause.ways(norms, place):
        if not any(inner in bounds for inner in range(place + 1, place + len(phrase.words))):
            return phrase
    return None


def _paired(row: list[Item]) -> list[Item]:
    """The row with "male or female" as one item: who is asked for is either."""
    found: list[Item] = []
    for item in row:
        first = found[-2] if len(found) > 1 else None
        if (
            first is not None
            and item.cue is first.cue is Cue.SEX
            and item.value != first.value
            and first.partner is None
            and (found[-1].cue in _EITHER or found[-1].norm == ",")
        ):
            found.pop()
            first.partner = item
        else:
            found.append(item)
    return found


_EITHER: Final = frozenset({Cue.AND, Cue.OR, Cue.AND_OR})


def _cue_first(
    phrase: Phrase | None, words: Sequence[Word], place: int, mention: Mention, before: Item | None
) -> bool:
    if phrase is None:
        return False
    end = words[place + len(phrase.words) - 1].end
    if end != mention.end:
        return end > mention.end
    # "antiplatelet medication", "Crohn disease": after its name, the general word says no more.
    named = before is not None and before.mention is not None and mention.start - before.end <= 1
    return phrase.cue in _CUE_WINS or (phrase.cue is Cue.NEUTRAL and named)


def _after(words: Sequence[Word], place: int, end: int) -> int:
    while place < len(words) and words[place].start < end:
        place += 1
    return place


# ---------------------------------------------------------------------- grades of scales
def _grade(item: Item, text: str, limit: int) -> None:
    """Take in the grades after a mention of a scale: "ECOG 0-2", "NYHA ≥ III", "Child-Pugh A"."""
    if item.mention is None:
        return
    for reading in item.mention.readings:
        if reading.what is not Vocabulary.SCALE:
            continue
        for key in reading.keys:
            known = scale(key)
            read = (
                _graded(known, text, _grades_start(known, item.mention), limit) if known else None
            )
            if known and read:
                item.grades = (known.key, read[0])
                item.end = read[1]
                return


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
        side = _side_after(text, end, limit)
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
    return (taken, end) if taken else None


_TAIL: Final = 60
_FARTHEST: Final = 120
_SHORT_FORM: Final = 6


def _comparison(text: str, start: int, limit: int) -> tuple[int, Cue | None]:
    """Past the words and the comparison between a scale and its grade."""
    from recruit.trials.parser.cues import words as split  # noqa: PLC0415

    row = split(text, start, min(limit, start + _TAIL))
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


def _side_after(text: str, end: int, limit: int) -> tuple[Cue, int] | None:
    from recruit.trials.parser.cues import words as split  # noqa: PLC0415

    row = split(text, end, min(limit, end + _TAIL // 2))
    if not row:
        return None
    phrase = phrases("after_number").at([word.norm for word in row], 0)
    if phrase and phrase.cue in {Cue.OR_MORE, Cue.OR_LESS} and row[0].norm != "+":
        return phrase.cue, row[len(phrase.words) - 1].end
    return None


# ---------------------------------------------------------------------- brackets
def nested(row: Sequence[Item]) -> list[Item]:
    """The row with what stands in brackets put inside one item; unpaired and deep ones dropped."""
    partner: dict[int, int] = {}
    open_: list[int] = []
    for place, item in enumerate(row):
        if item.norm in _OPEN and item.unread:
            open_.append(place)
        elif item.norm in _CLOSE and item.unread and open_:
            partner[open_.pop()] = place
    return _nested(row, 0, len(row), partner, 0)


def _nested(
    row: Sequence[Item], first: int, last: int, partner: Mapping[int, int], depth: int
) -> list[Item]:
    found: list[Item] = []
    place = first
    while place < last:
        item = row[place]
        close = partner.get(place)
        if close is not None and depth < DEEPEST:
            inner = _nested(row, place + 1, close, partner, depth + 1)
            found.append(Item(item.start, row[close].end, inside=inner))
            place = close
        elif not (item.unread and item.norm in _OPEN | _CLOSE):
            found.append(item)
        place += 1
    return found


def sentences(row: Sequence[Item], text: str) -> list[list[Item]]:
    """The row cut at full stops and semicolons; both are left out."""
    found: list[list[Item]] = [[]]
    for place, item in enumerate(row):
        if item.unread and (
            item.norm == ";" or (item.norm in ".!?•" and _full_stop(row, place, text))
        ):
            if found[-1]:
                found.append([])
        else:
            found[-1].append(item)
    return found if found[-1] or len(found) == 1 else found[:-1]


def _full_stop(row: Sequence[Item], place: int, text: str) -> bool:
    if place + 1 == len(row):
        return True
    after = row[place + 1]
    gap = after.start > row[place].end
    initial = text[after.start : after.start + 1]
    return gap and (initial.isupper() or initial.isdigit() or not initial.isalnum())
