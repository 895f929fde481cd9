"""What the feasibility page calls criteria and parts, and what its figures say as a sentence."""

from dataclasses import dataclass
from typing import Final

from recruit.actions.posting.breakdown import (
    AGES,
    ELSEWHERE,
    FRANCE,
    KILOMETRES,
    NOT_KNOWN,
    Breakdown,
)
from recruit.actions.posting.breakdown import Table as By
from recruit.actions.posting.feasibility import Step, Waterfall
from recruit.actions.posting.what_if import Choice, Trying
from recruit.core import written
from recruit.core.i18n import N_, translate
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Unparsed
from recruit.criteria.phrase import phrase
from recruit.disclosure.rule import Answer
from recruit.people.places import NAMES
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting.content import Content, Reviewed

SHORT: Final = 60  # letters of a criterion beside a bar
SEXES: Final = {
    "female": N_("Women"),
    "male": N_("Men"),
    NOT_KNOWN: N_("Sex not known"),
}
TITLES: Final = {
    By.REGION: N_("By region"),
    By.DISTANCE: N_("By distance to the nearest site"),
    By.AGE: N_("By age and sex"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table and a bar of its chart: what it is called, and about how many people.

    `share` is the length of its bar in per cent of the longest one; `kind` is that of a criterion.
    """

    label: str
    people: Answer | None
    share: int
    kind: str = ""
    number: int | None = None
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One chart and its table: named by `name` in addresses, `finding` is its title."""

    name: str
    title: str
    finding: str
    rows: tuple[Row, ...]


def sentence(reviewed: Reviewed, language: str, lexicon: Lexicon) -> str:
    """What a criterion asks for: its rule in words, its own words where it was not read."""
    rule = reviewed.settled.rule
    if all(isinstance(leaf, Unparsed) for leaf in leaves(rule)):
        return " ".join(reviewed.criterion.text.split())
    return phrase(rule, language, lexicon)


def sentences(content: Content, language: str, lexicon: Lexicon) -> dict[int, str]:
    """The same for all criteria, by their numbers."""
    return {each.number: sentence(each, language, lexicon) for each in content.criteria}


def fall(found: Waterfall, content: Content, language: str, lexicon: Lexicon) -> Sheet:
    """The waterfall as a chart and a table."""
    words = sentences(content, language, lexicon)
    kinds = {each.number: each.criterion.kind for each in content.criteria}
    top = max((each.about or 0 for each in found.answers if each), default=0)
    rows = [
        Row(translate(N_("Opted in"), language), found.everybody, _share(found.everybody, top)),
        Row(translate(N_("About the condition"), language), found.about, _share(found.about, top)),
    ]
    for step in found.steps:
        number = step.criterion or 0
        rows.append(
            Row(
                words[number],
                step.people,
                _share(step.people, top),
                kinds[number],
                number,
                step.lost,
            )
        )
    title = translate(N_("After each criterion"), language)
    return Sheet("waterfall", title, _costs(found.costs_most, words, language), tuple(rows))


def taken_apart(found: Breakdown, language: str) -> Sheet:
    """One table of those who are left, as a chart and a table."""
    top = max((part.people.about or 0 for part in found.parts if part.people), default=0)
    rows = tuple(
        Row(_part(found.table, part.key, language), part.people, _share(part.people, top))
        for part in found.parts
    )
    largest = found.largest
    finding = N_("No part is large enough to be told.")
    fields = {}
    if largest:
        finding = N_("Most of those who are left: {part}")
        fields = {"part": _part(found.table, largest.key, language)}
    return Sheet(
        found.table.value,
        translate(TITLES[found.table], language),
        translate(finding, language, **fields),
        rows,
    )


def option(choice: Choice, language: str, lexicon: Lexicon) -> str:
    """A choice of the form: what would be tried."""
    if choice.leaf is None:
        said = _short(sentence(choice.criterion, language, lexicon))
        return translate(N_("Leave out: {criterion}"), language, criterion=said)
    said = _short(phrase(choice.leaf, language, lexicon))
    return translate(N_("Other bounds: {criterion}"), language, criterion=said)


def what(trying: Trying, language: str, lexicon: Lexicon) -> str:
    """What is tried, as a sentence."""
    choice = trying.choice
    if trying.moved is None:
        said = sentence(choice.criterion, language, lexicon)
        return translate(N_("Without: {criterion}"), language, criterion=said)
    return translate(N_("With: {rule}"), language, rule=phrase(trying.moved, language, lexicon))


def _costs(step: Step | None, words: dict[int, str], language: str) -> str:
    if step is None:
        return translate(N_("No criterion makes a difference that can be told."), language)
    return translate(
        N_("Costs most: {criterion} (about {lost} people)"),
        language,
        criterion=words[step.criterion or 0].rstrip(". "),
        lost=written.number(step.lost, language),
    )


def _part(table: By, key: str, language: str) -> str:
    match table:
        case By.REGION:
            return _region(key, language)
        case By.DISTANCE:
            return _distance(key, language)
        case By.AGE:
            return _age(key, language)


def _region(key: str, language: str) -> str:
    special = {
        FRANCE: N_("France, region not known"),
        ELSEWHERE: N_("Other countries"),
        NOT_KNOWN: N_("Not known"),
    }
    if key in special:
        return translate(special[key], language)
    return NAMES.get(key) or written.country(key, language)


def _distance(key: str, language: str) -> str:
    if key == NOT_KNOWN:
        return translate(N_("Not known"), language)
    if not key.isdigit():
        return translate(N_("More than {km} km"), language, km=KILOMETRES[-1])
    place = KILOMETRES.index(int(key))
    if place == 0:
        return translate(N_("Up to {km} km"), language, km=key)
    above = KILOMETRES[place - 1]
    return translate(N_("More than {above} and up to {km} km"), language, above=above, km=key)


def _age(key: str, language: str) -> str:
    """Say who is meant: "30 female" is women from 30 to 44; no number is an age not known."""
    words = key.split()
    band = int(words[0]) if words and words[0].isdigit() else None
    sex = translate(SEXES[words[-1] if words and words[-1] in SEXES else NOT_KNOWN], language)
    if band is None:
        return translate(N_("{sex}, age not known"), language, sex=sex)
    later = AGES.index(band) + 1
    if later == len(AGES):
        return translate(N_("{sex}, {age} and older"), language, sex=sex, age=band)
    last = AGES[later] - 1
    return translate(N_("{sex}, {first} to {last}"), language, sex=sex, first=band, last=last)


def _share(people: Answer | None, top: int) -> int:
    return round(100 * (people.about or 0) / top) if people and top else 0


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"
