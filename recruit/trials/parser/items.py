"""A statement as a row of items: mentions, relations, cues, brackets, and words nobody read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recruit.terminology.concepts import Kind, Mention
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.cues import Cue, Phrase, Word, phrases
from recruit.trials.parser.grades import CLASSES, graded, graded_before, graded_by
from recruit.trials.parser.kinds import kind_of_word, unnamed

# Where a cue and a mention are the same words, these cues know better what the words are for.
_CUE_WINS: Final = frozenset(
    {Cue.ALLERGY, Cue.FAMILY, Cue.SEX, Cue.AGE, Cue.ADULT, Cue.NEGATIVE, Cue.POSITIVE, Cue.HISTORY}
)

_WITH: Final = frozenset({"with", "avec"})


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
    openers = clause.openers
    found: list[Item] = []
    place = 0
    while place < len(words):
        word = words[place]
        start, end, norm = word
        mention = mentions.get(start)
        phrase = clause.at(norms, place) if norm in openers else None
        if phrase is None and mention is None and place not in bounds and not kind_of_word(norm):
            # Most words are of no kind that is looked for.
            found.append(Item(start, end, norm))
            place += 1
            continue
        phrase = _whole(phrase, place, words, bounds, mentions) if phrase else None
        if phrase and phrase.cue is Cue.NOT and text.endswith("-", 0, start):
            # "cut-off", "pain-free"
            phrase = None
        several = _several(words, place, mentions, text)
        if several:
            found.append(several)
            place = _after(words, place, several.end)
            continue
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
            item = _mentioned(mention, text, words, place, mentions)
            found.append(item)
            first, place = place, _after(words, place, item.end)
            crossing = _crossing(first, place, bounds)
            if crossing:
                # "MMSE score | of 24 or more": the name took the relation's first word in.
                bound, end = crossing
                bound = bound._replace(start=words[place].start)
                found.append(Item(bound.start, bound.end, bound=bound, phrase=words[place].norm))
                place = end
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
    return found


def _several(
    words: Sequence[Word], place: int, mentions: Mapping[int, Mention], text: str
) -> Item | None:
    """Several words at `place` that are one item, by the first of them."""
    norm = words[place].norm
    if norm == "non":
        return _non(words, place, mentions)
    return _classed(words, place, mentions, text) if norm in CLASSES else None


def _non(words: Sequence[Word], place: int, mentions: Mapping[int, Mention]) -> Item | None:
    """Such as "non-severe disease": one word that nobody reads, no denial of all that follows."""
    first, following = words[place], words[place + 1 : place + 3]
    if len(following) < 2 or following[0].norm != "-" or first.start in mentions:  # noqa: PLR2004
        return None
    last = following[1]
    if last.start - first.end != 1 or last.start in mentions or kind_of_word(last.norm):
        return None
    cue = phrases("clause").at([last.norm], 0)
    if cue is not None and cue.cue is not Cue.SEVERITY:
        return None
    return Item(first.start, last.end, f"non-{last.norm}")


def _whole(
    phrase: Phrase,
    place: int,
    words: Sequence[Word],
    bounds: Mapping[int, tuple[Bound, int]],
    mentions: Mapping[int, Mention],
) -> Phrase | None:
    """The phrase, or a shorter one where it would cut something."""
    if len(phrase.words) > 1 and _cuts(phrase, place, words, bounds, mentions):
        norms = [word.norm for word in words[place : place + len(phrase.words)]]
        shorter = (each for each in phrases("clause").ways(norms, 0) if each.words != phrase.words)
        whole = (p for p in shorter if not _cuts(p, place, words, bounds, mentions))
        return next(whole, None)
    return phrase


def _classed(
    words: Sequence[Word], place: int, mentions: Mapping[int, Mention], text: str
) -> Item | None:
    """Such as "classe II ou III de la NYHA" at `place`, where no name reaches into the scale's."""
    found = graded_before(words, place, mentions, text)
    mention = mentions.get(words[place].start)
    if found is None or (mention and mention.end > found[0].start):
        return None
    scale, grades = found
    return Item(words[place].start, scale.end, mention=scale, grades=grades)


def _mentioned(
    mention: Mention,
    text: str,
    words: Sequence[Word],
    place: int,
    mentions: Mapping[int, Mention],
) -> Item:
    """The mention with the grades that follow it, if it is one of a scale."""
    item = Item(mention.start, mention.end, mention=mention)
    read = graded(mention, text, words[-1].end)
    if read:
        item.grades, item.end = (read[0], read[1]), read[2]
        named = mentions.get(_linked(words, _after(words, place, item.end)))
        again = graded_by(named, text[mention.start : item.end]) if named else None
        if again and named:
            item.grades, item.end = again, named.end
    return item


def _kind(phrase: Phrase | None, word: Word, found: Sequence[Item]) -> Kind | None:
    """The kind of a word that no name of the lexicon covers ("rare muscular disorder")."""
    if phrase is not None and (phrase.cue is not Cue.NEUTRAL or len(phrase.words) > 1):
        return None
    kind = kind_of_word(word.norm)
    named = bool(found) and found[-1].mention is not None and word.start - found[-1].end <= 1
    named = named and not (kind is Kind.DRUG and _is_disease(found[-1]))
    return None if named and phrase is not None else kind


def _cuts(
    phrase: Phrase,
    place: int,
    words: Sequence[Word],
    bounds: Mapping[int, tuple[Bound, int]],
    mentions: Mapping[int, Mention],
) -> bool:
    """Whether something begins inside the phrase and ends behind it.

    As in "âgé | de 18 à 75 ans" and "not | using contraception".
    """
    last = place + len(phrase.words)
    end = words[last - 1].end
    if phrase.words[-1] in _WITH:
        # "patients | with or without asthma"
        following = phrases("clause").at([w.norm for w in words[last - 1 : last + 2]], 0)
        if following is not None and following.cue is Cue.REGARDLESS:
            return True
    for inner in range(place + 1, last):
        if inner in bounds and bounds[inner][1] > last:
            return True
        mention = mentions.get(words[inner].start)
        if mention is not None and mention.end > end:
            return True
    return False


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
    if named and before is not None and _is_disease(before):
        # "hypertension medication": here it is what is taken, and the disease only says which.
        named = False
    return phrase.cue in _CUE_WINS or (phrase.cue is Cue.NEUTRAL and named)


def _is_disease(item: Item) -> bool:
    return item.mention is not None and item.mention.readings[0].what is Kind.CONDITION


_LINKS: Final = frozenset(
    {"of", "on", "the", "by", "to", "according", "scale", "de", "d", "l", "la", "selon", "sur"}
    | {"echelle", "classification"}
)
_MOST_LINKS: Final = 4


def _linked(words: Sequence[Word], place: int) -> int:
    """Where the noun begins that linking words at `place` lead to; -1 where they lead nowhere."""
    last = min(place + _MOST_LINKS, len(words) - 1)
    first = place
    while place < last and words[place].norm in _LINKS:
        place += 1
    return words[place].start if first < place < len(words) else -1


def _crossing(
    first: int, after: int, bounds: Mapping[int, tuple[Bound, int]]
) -> tuple[Bound, int] | None:
    """The relation that begins behind `first` and before `after`, and ends behind `after`."""
    found = (bounds[place] for place in range(first + 1, after) if place in bounds)
    return next((each for each in found if each[1] > after), None)


def _after(words: Sequence[Word], place: int, end: int) -> int:
    while place < len(words) and words[place].start < end:
        place += 1
    return place
