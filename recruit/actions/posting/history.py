"""What differs between two contents of a posting, so that a person can read it."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recruit.actions.posting.draft_words import Told, site_words, told
from recruit.core.i18n import N_, translate
from recruit.criteria.codec import encode
from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.phrase import Lexicon, phrase
from recruit.criteria.record import JsonValue
from recruit.trials.draft import SiteDraft, TrialDraft
from recruit.trials.posting.content import Content, Reviewed, Standing

STANDINGS: Final = {
    Standing.READ: N_("Not decided yet"),
    Standing.ACCEPTED: N_("Accepted"),
    Standing.CORRECTED: N_("Corrected"),
    Standing.ASK: N_("The person is asked"),
    Standing.SITE: N_("The site judges"),
}
"""What has been decided about a criterion, as messages of the catalogue."""
RULES: Final[dict[CriterionKind, str]] = {
    "inclusion": N_("Inclusion criterion {number}"),
    "exclusion": N_("Exclusion criterion {number}"),
}
WORDS: Final = N_("Words of criterion {number}")
DECISION: Final = N_("Decision on criterion {number}")
ORDER: Final = N_("Order of the criteria")
SITE: Final = N_("Site {number}")
TEXT: Final = N_("Eligibility text")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that another content says otherwise; "" where the one or the other says nothing.

    `part` is a message of the catalogue that may use {number}. `before` and `after` are in
    `language`: the reader's for rules, the trial's own for its texts.
    """

    part: str
    before: str
    after: str
    language: str
    number: int = 0


def differences(
    old: Content, new: Content, language: str, lexicon: Lexicon
) -> tuple[Difference, ...]:
    """What changed from `old` to `new`, for somebody who reads `language` ("en" or "fr").

    Criteria come first, in the order of `new`, then those that have gone; a criterion is the same
    one as long as it has its number. Whatever makes two contents unequal is said, but for places
    in the text, which follow from the text, the order of the sites, and numbers that are spent.
    """
    return (
        *_criteria(old, new, language, lexicon),
        *_text(old.draft, new.draft),
        *_fields(old.draft, new.draft, language),
        *_sites(old.draft, new.draft, language),
    )


# ---------------------------------------------------------------- criteria
def _criteria(old: Content, new: Content, language: str, lexicon: Lexicon) -> Iterator[Difference]:
    before = {each.number: each for each in old.criteria}
    after = {each.number: each for each in new.criteria}
    for number in (*after, *(number for number in before if number not in after)):
        yield from _criterion(before.get(number), after.get(number), new, language, lexicon)
    kept_before = [number for number in before if number in after]
    kept_after = [number for number in after if number in before]
    if kept_before != kept_after:
        words = _listed(kept_before), _listed(kept_after)
        yield Difference(ORDER, words[0], words[1], language)


def _criterion(
    old: Reviewed | None, new: Reviewed | None, content: Content, language: str, lexicon: Lexicon
) -> Iterator[Difference]:
    there = new or old
    if there is None or old == new:
        return
    number, part = there.number, RULES[there.criterion.kind]
    if old and new and old.criterion.kind != new.criterion.kind:
        # Another statement altogether: what kept people out lets them in.
        yield from _criterion(old, None, content, language, lexicon)
        yield from _criterion(None, new, content, language, lexicon)
        return
    said = [_sentence(each, language, lexicon) for each in (old, new)]
    if old and new and said[0] == said[1] and _rule(old) != _rule(new):
        # Other concepts of the same name: only the rule itself tells them apart.
        said = [
            f"{sentence} {_rule(each)}" for sentence, each in zip(said, (old, new), strict=True)
        ]
    if said[0] != said[1]:
        yield Difference(part, said[0], said[1], language, number)
    texts = [_plain(each.criterion.text) if each else "" for each in (old, new)]
    if old and new and texts[0] != texts[1]:
        yield Difference(WORDS, texts[0], texts[1], content.draft.language, number)
    standings = [_standing(each, language) for each in (old, new)]
    if standings[0] != standings[1]:
        yield Difference(DECISION, standings[0], standings[1], language, number)


def _sentence(reviewed: Reviewed | None, language: str, lexicon: Lexicon) -> str:
    return phrase(reviewed.criterion.rule, language, lexicon) if reviewed else ""


def _standing(reviewed: Reviewed | None, language: str) -> str:
    """The decision in words; a criterion that is not there, or undecided, has none."""
    decided = reviewed is not None and reviewed.standing is not Standing.READ
    return translate(STANDINGS[reviewed.standing], language) if reviewed and decided else ""


def _rule(reviewed: Reviewed | None) -> str:
    """The rule as it is exchanged, without its place in the text."""
    if reviewed is None:
        return ""
    plain = _unplaced(encode(reviewed.criterion.rule))
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _unplaced(value: JsonValue) -> JsonValue:
    match value:
        case dict():
            return {key: _unplaced(each) for key, each in value.items() if key != "span"}
        case list():
            return [_unplaced(each) for each in value]
        case _:
            return value


# ---------------------------------------------------------------- the draft
def _text(old: TrialDraft, new: TrialDraft) -> Iterator[Difference]:
    if old.criteria != new.criteria:
        yield Difference(TEXT, old.criteria, new.criteria, new.language)


def _fields(old: TrialDraft, new: TrialDraft, language: str) -> Iterator[Difference]:
    before = {_key(each): each for each in told(old, language)}
    after = {_key(each): each for each in told(new, language)}
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        there = now or was
        if there and (was is None or now is None or was.words != now.words):
            words = [each.words if each else "" for each in (was, now)]
            yield Difference(there.part, words[0], words[1], there.language, there.number)


def _key(field: Told) -> tuple[str, int]:
    return field.part, field.number


def _sites(old: TrialDraft, new: TrialDraft, language: str) -> Iterator[Difference]:
    """Sites are known by name and town: one that moved up in the list has not changed."""
    before = _by_place(old.sites)
    after = _by_place(new.sites)
    numbers = {key: number for number, key in enumerate(after, 1)}
    for key in dict.fromkeys((*after, *before)):
        words = [site_words(each[key], language) if key in each else "" for each in (before, after)]
        if words[0] != words[1]:
            number = numbers.get(key) or list(before).index(key) + 1
            yield Difference(SITE, words[0], words[1], language, number)


def _by_place(sites: tuple[SiteDraft, ...]) -> dict[tuple[str, str, int], SiteDraft]:
    """The sites by name, town, and which one of that name in that town it is."""
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for site in sites:
        place = (site.name, site.city)
        seen[place] += 1
        found[*place, seen[place]] = site
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
