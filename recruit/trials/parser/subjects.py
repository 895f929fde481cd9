"""Whom a sentence is about, where that is only a part of the people: "women must not be pregnant".

Such a sentence asks nothing of everybody else. "Women aged 18 to 45" asks for women: the verb, the
colon or the "for … ," after the subject tells the two apart.
"""

from collections.abc import Sequence
from typing import Final

from recruit.criteria.nodes import AllOf, AnyOf, Not, Rule, Sex, State
from recruit.terminology.concepts import Mention, Vocabulary
from recruit.trials.parser.cues import Cue, word_set
from recruit.trials.parser.items import Item

Split = tuple[list[Item], list[Item]]

POPULATION: Final = frozenset(
    {
        "childbearing_potential",
        "sexually_active",
        "menopausal",
        "premenopausal",
        "surgically_sterile",
    }
)
IF: Final = frozenset({"if", "si", "when", "lorsque", "quand"})
AMONG: Final = frozenset({"for", "in", "among", "pour", "chez", "parmi"})
_JOIN: Final = frozenset({Cue.AND, Cue.OR, Cue.AND_OR})
_BETWEEN: Final = _JOIN | {Cue.NEUTRAL, Cue.LINK, Cue.WITH, Cue.NOT, Cue.ADULT}
# "Females agree to use contraception": who agrees is the subject.
_AGREES: Final = frozenset({"agree", "agrees", "accept", "accepts", "accepte", "acceptent"})
_FEWEST: Final = 2
_PLACED: Final = frozenset({"in", "for", "at", "where", "dans", "en", "pour"})
_NEAR: Final = 5
# "Menopausal status: postmenopausal" names what is asked, not of whom.
_TOPIC: Final = frozenset({"status", "statut"})


def is_population(rule: Rule) -> bool:
    """Whether the rule only says whom a sentence is about: a sex, an age to have children."""
    match rule:
        case Sex():
            return True
        case State(state=state):
            return state in POPULATION
        case Not(of):
            return is_population(of)
        case AllOf(of) | AnyOf(of):
            return all(is_population(part) for part in of)
        case _:
            return False


def names_population(mention: Mention) -> bool:
    """Whether the mention is of such a group of people."""
    return any(
        reading.what is Vocabulary.STATE and not POPULATION.isdisjoint(reading.keys)
        for reading in mention.readings
    )


def only_population(row: Sequence[Item], *, ages: bool = False) -> bool:
    """Whether the words only name a group of people, with `ages` also by their age."""
    named = False
    for item in row:
        if item.cue is Cue.SEX or (item.mention is not None and names_population(item.mention)):
            named = True
        elif item.inside is not None:
            if not only_population(item.inside):
                return False
        elif item.bound is not None or item.cue is Cue.AGE:
            if not ages:
                return False
        elif item.mention is not None or (item.cue not in _BETWEEN and item.norm not in ",-/"):
            return False
    return named


def asked_of(row: Sequence[Item]) -> Split | None:
    """The subject of a sentence and what is asked of it; None when it speaks of everybody."""
    return _opened(row) or _labelled(row) or _agreeing(row)


def modal(row: Sequence[Item]) -> Split | None:
    """What stands before "must" and what after; French denies around the verb ("ne doit pas")."""
    place = next((place for place, item in enumerate(row) if item.cue is Cue.MUST), 0)
    if not place:
        return None
    left, right = list(row[:place]), list(row[place + 1 :])
    if left[-1].cue is Cue.NOT and left[-1].norm in {"ne", "n"}:
        denial = left.pop()
        if not any(item.cue is Cue.NOT for item in right):
            right.insert(0, denial)
    return left, right


def second(row: Sequence[Item]) -> Split | None:
    """Two sentences in one: "women must not be pregnant and men must use condoms"."""
    said = False
    for place, item in enumerate(row):
        said = said or item.cue is Cue.MUST
        if said and (item.cue in _JOIN or item.norm == ","):
            verb = _verb(row, place + 1)
            if verb and only_population(row[place + 1 : verb], ages=True):
                return list(row[:place]), list(row[place + 1 :])
    return None


def limited_to(row: Sequence[Item]) -> list[Item] | None:
    """The group of people that a bracket names ("(women)", "(if female)"), None for others."""
    rest = list(row[1:] if row and row[0].norm in IF | AMONG else row)
    return rest if only_population(rest) else None


def elsewhere(row: Sequence[Item]) -> bool:
    """Whether the sentence is a rule for some places only: "In countries where …"."""
    if not row or row[0].norm not in _PLACED:
        return False
    return any(item.norm in word_set("elsewhere") for item in row[1:_NEAR])


def _verb(row: Sequence[Item], start: int) -> int:
    for place in range(start, len(row)):
        if row[place].cue is Cue.MUST:
            return place
        if row[place].norm == ",":
            return 0
    return 0


def _opened(row: Sequence[Item]) -> Split | None:
    """The sentence that opens with its subject: "If female, …", "For patients with asthma: …"."""
    if len(row) <= _FEWEST or row[0].norm not in IF | AMONG or row[0].bound or row[0].mention:
        return None
    if row[0].norm in AMONG and not _persons(row):
        return None
    for place, item in enumerate(row[1:], 1):
        if place + 1 == len(row):
            return None
        if item.cue is Cue.MUST or (item.unread and item.norm in ",:"):
            subject, said = list(row[1:place]), list(row[place + 1 :])
            return (subject, said) if len(subject) > 0 else None
    return None


def _persons(row: Sequence[Item]) -> bool:
    """Whether a person follows the first word: "for women", "in patients with asthma"."""
    for item in row[1:]:
        if item.cue is Cue.SEX or (item.mention is not None and names_population(item.mention)):
            return True
        if any(word in word_set("persons") for word in (item.phrase or item.norm).split()):
            return True
        if item.cue is not Cue.NEUTRAL:
            return False
    return False


def _labelled(row: Sequence[Item]) -> Split | None:
    for place, item in enumerate(row):
        if item.unread and item.norm == ":":
            left, right = list(row[:place]), list(row[place + 1 :])
            topic = any(part.norm in _TOPIC for part in left)
            return (left, right) if right and not topic and only_population(left) else None
    return None


def _agreeing(row: Sequence[Item]) -> Split | None:
    for place, item in enumerate(row):
        if item.cue is Cue.UNCERTAIN and item.norm in _AGREES:
            left, right = list(row[:place]), list(row[place:])
            return (left, right) if only_population(left) else None
    return None
