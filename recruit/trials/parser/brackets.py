"""Brackets and sentences: a row of items in its parts."""

from collections.abc import Mapping, Sequence
from typing import Final

from recruit.terminology.concepts import Mention, Vocabulary
from recruit.trials.parser.cues import Cue, word_set
from recruit.trials.parser.introductions import introduced
from recruit.trials.parser.items import Item

_OPEN: Final = frozenset("([{")
_CLOSE: Final = frozenset(")]}")
_EITHER: Final = _OPEN | _CLOSE
_ENDS: Final = frozenset(";.!?•")
DEEPEST: Final = 2
# After these a sentence goes on, however the next word is written.
_GOES_ON: Final = frozenset(
    {Cue.AND, Cue.OR, Cue.AND_OR, Cue.NOT, Cue.LINK, Cue.WITH, Cue.EXCEPT, Cue.UNLESS}
    | {Cue.EXAMPLES, Cue.DEFINED, Cue.MUST, Cue.HISTORY, Cue.CURRENT, Cue.UNCERTAIN}
)
_SEE: Final = frozenset({"see", "voir", "cf"})
# "See Prior Concurrent Therapy" is the longest of these.
_POINTER: Final = 4
# Shorter general words are articles, pronouns and verbs ("the", "who", "are"), but for "test".
_NOUN: Final = 5


def nested(row: Sequence[Item]) -> list[Item]:
    """The row with what stands in brackets put inside one item; unpaired and deep ones dropped."""
    if not any(item.norm in _EITHER for item in row):
        return list(row)
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
        elif item.norm not in _EITHER or not item.unread:
            found.append(item)
        place += 1
    return found


def sentences(row: Sequence[Item], text: str) -> list[list[Item]]:
    """The row cut at full stops and semicolons, which are left out, and where one is missing.

    Semicolons part the items of a list that the sentence counts ("any of the following: A; B").
    """
    found: list[list[Item]] = [[]]
    counts = False
    for place, item in enumerate(row):
        if item.norm == ":" and item.unread:
            counts = introduced([*found[-1], item, item]) is not None
        if counts and item.norm == ";" and item.unread:
            found[-1].append(Item(item.start, item.end, ","))
        elif (
            item.norm in _ENDS
            and item.unread
            and (item.norm == ";" or _full_stop(row, place, text))
        ):
            counts = False
            if found[-1]:
                found.append([])
        elif found[-1] and text[item.start].isupper() and _opens(row, place, found[-1], text):
            found.append([item])
        else:
            found[-1].append(item)
    found = [row for row in found if not _refers(row, text)] or [found[-1]]
    return found if found[-1] or len(found) == 1 else found[:-1]


def _refers(row: Sequence[Item], text: str) -> bool:
    """Whether it only says where something stands: "See Disease Characteristics"."""
    return (
        0 < len(row) <= _POINTER
        and row[0].norm in _SEE
        and all(text[item.start].isupper() for item in row)
    )


def _full_stop(row: Sequence[Item], place: int, text: str) -> bool:
    if place + 1 == len(row):
        return True
    after = row[place + 1]
    gap = after.start > row[place].end
    initial = text[after.start : after.start + 1]
    return gap and (initial.isupper() or initial.isdigit() or not initial.isalnum())


def _opens(row: Sequence[Item], place: int, said: Sequence[Item], text: str) -> bool:
    """Whether a sentence begins though none was ended: "Bilirubin ≤ 2 mg/dL No HIV infection".

    Old records have no full stops. Where the word before has a capital too, it may be a title.
    """
    item, before = row[place], row[place - 1]
    if item.mention is not None:
        # "AST ≤ 2 x ULN Bilirubin ≤ 2 mg/dL", but not "> 160 mg/dL LDL"
        ended = before.bound is not None and _is_measured(item.mention)
        return ended and any(each.mention and _is_measured(each.mention) for each in said)
    if not text[item.start + 1 : item.start + 2].islower():
        return False
    norm = (item.phrase or item.norm).partition(" ")[0]
    after = row[place + 1] if place + 1 < len(row) else None
    if norm not in word_set("opens") or after is None or not text[after.start].isalnum():
        return False
    short = before.cue is Cue.NEUTRAL and before.end - before.start < _NOUN
    short = short and before.norm != "test"
    if before.cue in _GOES_ON or short or (before.unread and not before.norm.isalpha()):
        return False
    last = text[before.start : before.end].rpartition(" ")[2]
    # "HIV Negative" is a title too.
    ended = (last.isupper() and norm != "negative") or not last[:1].isupper()
    return ended or _refers(said, text)


def _is_measured(mention: Mention) -> bool:
    return any(reading.what is Vocabulary.VARIABLE for reading in mention.readings)
