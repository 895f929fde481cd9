"""The law: what a rule means for a person. Naive on purpose, never optimised.

Three-valued and open-world: what nobody recorded is UNKNOWN, unless its kind of list is complete.
clinical.py holds the law of things one has (diseases, drugs, procedures …), quantities.py that of
ages, values and grades. Every other engine must agree with this one on each criterion.
"""

from collections.abc import Iterable
from datetime import date

from recruit.criteria.eligibility import Criterion, Eligibility, Place, Settler
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    Sex,
    State,
    Unparsed,
)
from recruit.criteria.truth import Truth, all_of, any_of, at_least
from recruit.matching.clinical import clinical
from recruit.matching.geography import distance_km
from recruit.matching.outcome import (
    Attribute,
    CriterionOutcome,
    Hierarchy,
    Judgement,
    LeafOutcome,
    Outcome,
    Verdict,
    Why,
    verdict,
)
from recruit.matching.quantities import age, measure, ordinal
from recruit.people.facts import ClinicalFact, Profile, StateFact


def evaluate(
    eligibility: Eligibility, profiles: Iterable[Profile], hierarchy: Hierarchy, on: date
) -> list[Judgement]:
    """The judgement of each profile, in their order, on the day `on`."""
    return [explain(eligibility, profile, hierarchy, on).judgement for profile in profiles]


def explain(eligibility: Eligibility, profile: Profile, hierarchy: Hierarchy, on: date) -> Outcome:
    """The judgement of one profile on the day `on`, with the reasons."""
    criteria = tuple(
        explain_criterion(c, profile, hierarchy, on, eligibility.places)
        for c in eligibility.criteria
    )
    found = verdict(c.holds for c in criteria)
    candidate = found is not Verdict.INELIGIBLE and is_about(eligibility, profile, hierarchy)
    truths = tuple(c.truth for c in criteria)
    judgement = Judgement(eligibility.trial, profile.person, truths, found, candidate)
    return Outcome(judgement, criteria)


def explain_criterion(
    criterion: Criterion,
    profile: Profile,
    hierarchy: Hierarchy,
    on: date,
    places: tuple[Place, ...] = (),
) -> CriterionOutcome:
    """One criterion for one profile."""
    leaves: list[LeafOutcome] = []

    def truth(rule: Rule) -> Truth:
        match rule:
            case AllOf(of):
                return all_of([truth(part) for part in of])
            case AnyOf(of):
                return any_of([truth(part) for part in of])
            case AtLeast(n, of):
                return at_least(n, [truth(part) for part in of])
            case Not(of):
                return ~truth(of)
            case _:
                found = explain_leaf(rule, profile, hierarchy, on, places)
                leaves.append(_settled(found, criterion.settled_by))
                return leaves[-1].truth

    return CriterionOutcome(criterion, truth(criterion.rule), tuple(leaves))


def _settled(found: LeafOutcome, by: Settler) -> LeafOutcome:
    """What is on record is shown, and decides nothing, where somebody else settles it."""
    if by == "record":
        return found
    return LeafOutcome(found.leaf, Truth.UNKNOWN, Why(by), found.evidence)


def explain_leaf(  # noqa: PLR0911 - one return for each type of leaf
    leaf: Leaf, profile: Profile, hierarchy: Hierarchy, on: date, places: tuple[Place, ...]
) -> LeafOutcome:
    """One leaf for one profile."""
    match leaf:
        case Age():
            return age(leaf, profile, on)
        case Sex():
            return _sex(leaf, profile)
        case Clinical():
            return clinical(leaf, profile, hierarchy, on)
        case Measure():
            return measure(leaf, profile, on)
        case Ordinal():
            return ordinal(leaf, profile)
        case State():
            return _state(leaf, profile)
        case Language():
            return _language(leaf, profile)
        case Location():
            return _location(leaf, profile, places)
        case Unparsed():
            return LeafOutcome(leaf, Truth.UNKNOWN, Why.UNREAD)


def is_about(eligibility: Eligibility, profile: Profile, hierarchy: Hierarchy) -> bool:
    """Whether there is positive evidence that the trial is about this person.

    One of the trial's conditions, or a descendant, is on record or what the person looks for a
    trial for; or the person is healthy and the trial seeks healthy volunteers.
    """
    about = frozenset(eligibility.about)
    recorded = [
        concept
        for fact in profile.facts
        if isinstance(fact, ClinicalFact) and fact.status in {"present", "past"}
        for concept in fact.concepts
    ]
    if any(about & hierarchy.ancestors(concept) for concept in (*recorded, *profile.seeking)):
        return True
    return eligibility.seeks_healthy and any(
        isinstance(fact, StateFact) and fact.state == "healthy" and fact.status == "present"
        for fact in profile.facts
    )


def _sex(leaf: Sex, profile: Profile) -> LeafOutcome:
    if profile.sex is None:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.MISSING)
    found = Truth.YES if profile.sex == leaf.value else Truth.NO
    return LeafOutcome(leaf, found, Why.FACT, (Attribute.SEX,))


def _state(leaf: State, profile: Profile) -> LeafOutcome:
    """Of a state at another time no fact tells, unless it is so now and the time reaches to now.

    Facts have no day on which a state began or ended. Who is not in it now has not been in it "for
    at least a year", and may have been within the last one.
    """
    found = _state_now(leaf, profile)
    if leaf.within is None or found.truth is Truth.UNKNOWN:
        return found
    reaches_back = leaf.within.min is not None or leaf.within.event == "onset"
    open_ = reaches_back if found.truth is Truth.YES else leaf.within.max is not None
    return LeafOutcome(leaf, Truth.UNKNOWN, Why.VAGUE, found.evidence) if open_ else found


def _state_now(leaf: State, profile: Profile) -> LeafOutcome:
    """A state is now: one that is past is not. Of a doubt a complete list says nothing."""
    spoken = [f for f in profile.facts if isinstance(f, StateFact) and f.state == leaf.state]
    facts = tuple(fact for fact in spoken if fact.status != "unknown")
    said = {fact.status == "present" for fact in facts}
    if len(said) > 1:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.CONTRADICTION, facts)
    if said:
        return LeafOutcome(leaf, Truth.YES if said.pop() else Truth.NO, Why.FACT, facts)
    if "state" in profile.complete and not spoken:
        return LeafOutcome(leaf, Truth.NO, Why.COMPLETE)
    return LeafOutcome(leaf, Truth.UNKNOWN, Why.MISSING)


def _language(leaf: Language, profile: Profile) -> LeafOutcome:
    if leaf.value in profile.languages:
        return LeafOutcome(leaf, Truth.YES, Why.FACT, (Attribute.LANGUAGES,))
    if profile.all_languages:
        return LeafOutcome(leaf, Truth.NO, Why.COMPLETE, (Attribute.LANGUAGES,))
    return LeafOutcome(leaf, Truth.UNKNOWN, Why.MISSING)


def _location(leaf: Location, profile: Profile, places: tuple[Place, ...]) -> LeafOutcome:
    held: list[Truth] = []
    if leaf.country is not None:
        country = profile.home.country
        held.append(Truth.UNKNOWN if country is None else _truth(country == leaf.country))
    if leaf.km is not None:
        km = distance_km(profile.home, places)
        held.append(Truth.UNKNOWN if km is None else _truth(km <= leaf.km))
    found = all_of(held) if held else Truth.UNKNOWN
    if found is Truth.UNKNOWN:
        return LeafOutcome(leaf, found, Why.MISSING)
    return LeafOutcome(leaf, found, Why.FACT, (Attribute.HOME,))


def _truth(said: bool) -> Truth:  # noqa: FBT001 - what it turns into a truth
    return Truth.YES if said else Truth.NO
