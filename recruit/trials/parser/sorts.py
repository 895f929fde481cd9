"""What sort of thing a mention says of a person, by the words around it."""

from dataclasses import replace

from recruit.terminology.concepts import Kind, Mention, Vocabulary
from recruit.trials.parser.cues import word_set
from recruit.trials.parser.entries import Entry, Sort
from recruit.trials.parser.items import Item


def sorted_as(item: Item, mention: Mention, *, speaks: bool, lives: bool) -> Entry | None:
    """The mention by its first reading that fits the words around."""
    plain = Entry("clinical", item.start, item.end, mention)
    if item.grades:
        plain.sort, plain.grades = "ordinal", item.grades
        return plain
    for reading in mention.readings:
        if isinstance(reading.what, Kind):
            plain.reading = reading
            return plain
        sort = _sort(reading.what, mention, speaks=speaks, lives=lives)
        if sort is None:
            continue
        plain.sort, plain.reading = sort, reading
        if sort == "measure":
            # "BP" is one name of two variables.
            keys = (k for r in mention.readings if r.what is reading.what for k in r.keys)
            plain.reading = replace(reading, keys=tuple(dict.fromkeys(keys)))
        return plain
    return None


def _sort(what: Vocabulary, mention: Mention, *, speaks: bool, lives: bool) -> Sort | None:
    match what:
        case Vocabulary.VARIABLE:
            return "measure"
        case Vocabulary.STATE:
            return "state"
        case Vocabulary.LANGUAGE if speaks or not mention.text.isalpha():
            return "language"
        case Vocabulary.COUNTRY if lives:
            return "location"
        case _:
            return None


def speaks_of(item: Item) -> bool:
    """Whether the item talks of knowing a language."""
    if item.mention and " " in item.mention.text:
        return any(word in word_set("speaks") for word in item.mention.text.lower().split())
    return item.norm in word_set("speaks")


def spoken(item: Item) -> tuple[str, ...]:
    """The words of an item in small letters."""
    if item.phrase:
        return tuple(item.phrase.split())
    return tuple(item.mention.text.lower().split()) if item.mention else (item.norm,)


def narrows(denial: Item, entry: Entry) -> bool:
    """Whether it denies one word of a name only: "non-diabetic nephropathy" is a nephropathy."""
    if denial.norm != "non" or entry.mention is None or entry.start - denial.end != 1:
        return False
    first, _, noun = entry.mention.text.lower().rpartition(" ")
    return bool(first) and entry.sort == "clinical" and noun not in word_set("persons")
