"""What the registry's own fields ask, as criteria, where the text does not ask the same."""

from collections.abc import Iterator
from typing import Final

from babel.units import format_unit

from recruit.core.i18n import N_, translate
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Age, AllOf, Leaf, Rule, Sex, SexValue
from recruit.trials.draft import AgeLimit, TrialDraft

_ONLY: Final[dict[SexValue, str]] = {
    "female": N_("Female participants only"),
    "male": N_("Male participants only"),
}


def registered(draft: TrialDraft, read: tuple[Criterion, ...]) -> Iterator[Criterion]:
    """Age and sex as the registry's fields give them, unless `read`, the text's own, say so."""
    said = [leaf for each in read if each.kind == "inclusion" for leaf in asserted(each.rule)]
    yield from _ages(draft, [leaf for leaf in said if isinstance(leaf, Age)])
    yield from _sex(draft, [leaf for leaf in said if isinstance(leaf, Sex)])


def asserted(rule: Rule) -> Iterator[Leaf]:
    """The leaves that hold whenever the rule does."""
    match rule:
        case AllOf(of):
            for each in of:
                yield from asserted(each)
        case _ if isinstance(rule, Leaf):
            yield rule


def _ages(draft: TrialDraft, said: list[Age]) -> Iterator[Criterion]:
    low, high = draft.youngest, draft.oldest
    if low and (low.amount == 0 or any(_is_low(low, each) for each in said)):
        low = None
    if high and any(_is_high(high, each) for each in said):
        high = None
    if low or high:
        yield Criterion("inclusion", _age_text(low, high, draft.language), _age_rule(low, high))


def _is_low(limit: AgeLimit, said: Age) -> bool:
    return (said.min, said.unit, said.min_inclusive) == (limit.amount, limit.unit, True)


def _is_high(limit: AgeLimit, said: Age) -> bool:
    return (said.max, said.unit, said.max_inclusive) == (limit.amount, limit.unit, True)


def _age_rule(low: AgeLimit | None, high: AgeLimit | None) -> Rule:
    if low and high and low.unit is high.unit:
        return Age(min=low.amount, max=high.amount, unit=low.unit)
    lowest = [Age(min=low.amount, unit=low.unit)] if low else []
    highest = [Age(max=high.amount, unit=high.unit)] if high else []
    both = (*lowest, *highest)
    return AllOf(both) if len(both) > 1 else both[0]


def _age_text(low: AgeLimit | None, high: AgeLimit | None, language: str) -> str:
    if low and high:
        same = low.unit is high.unit
        lowest = f"{low.amount:g}" if same else _limit(low, language)
        return translate(
            N_("Age {low} to {high}"), language, low=lowest, high=_limit(high, language)
        )
    if low:
        return translate(N_("Age {low} or over"), language, low=_limit(low, language))
    if high:
        return translate(N_("Age {high} or under"), language, high=_limit(high, language))
    return ""


def _limit(limit: AgeLimit, language: str) -> str:
    amount = int(limit.amount) if limit.amount.is_integer() else limit.amount
    return format_unit(amount, f"duration-{limit.unit}", locale=language)


def _sex(draft: TrialDraft, said: list[Sex]) -> Iterator[Criterion]:
    if draft.sex in _ONLY and not any(each.value == draft.sex for each in said):
        yield Criterion("inclusion", translate(_ONLY[draft.sex], draft.language), Sex(draft.sex))
