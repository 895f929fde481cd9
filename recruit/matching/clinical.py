"""The law of what one has: conditions, drugs, procedures, allergies, biomarkers and the like.

A fact speaks for a leaf when it is of the same kind and

- *supports* it: the fact's concept is the leaf's or a descendant (a lung cancer is a cancer) and
  none of what the leaf leaves out; a fact so broad that it may be what is left out supports maybe;
- *covers* it: the fact's concept is the leaf's or an ancestor (no cancer means no lung cancer).

What supports says YES as far as status, window and detail allow. What covers and is absent says NO;
so does, where the leaf asks about now, what is its very concept and past (a cancer that is over is
no cancer now, an infection that is over may be followed by a tuberculosis). With several concepts
in the leaf each must be ruled out.
Procedures are events: "surgery" asks whether it ever happened. So does a window that looks back.
A broader fact that is present ("cancer" for "lung cancer") leaves the leaf UNKNOWN. An old event
does not rule out a later one that nobody recorded: only a complete list does. Of what the person
does not know, a complete list says nothing: to be unsure is never a NO.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from recruit.core.dates import PartialDate, before
from recruit.criteria.nodes import Clinical, Detail, Status, Window
from recruit.criteria.truth import Truth, all_of
from recruit.matching.outcome import Hierarchy, LeafOutcome, Why
from recruit.people.facts import ClinicalFact, FactStatus, Profile
from recruit.terminology.concepts import Kind

NEGATIVE_VALUES = frozenset({"negative", "wild type", "absent", "not detected", "non-mutated"})
PRESENT = "present"
UNSPECIFIC_VALUES = frozenset({"positive", "mutated", "altered", PRESENT, "detected"})


def clinical(leaf: Clinical, profile: Profile, hierarchy: Hierarchy, on: date) -> LeafOutcome:
    """The truth of `leaf` for `profile` on the day `on`."""
    if not leaf.concepts:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.UNREAD)
    facts = [
        fact
        for fact in profile.facts
        if isinstance(fact, ClinicalFact) and fact.kind == leaf.kind and fact.status != "unknown"
    ]
    supporting = {
        fact: support(leaf, fact, hierarchy, on)
        for fact in facts
        if fact.status != "absent" and _supports(fact, leaf, hierarchy)
    }
    best = max(supporting.values(), default=Truth.NO)
    if best is Truth.NO:
        found = _unsupported(leaf, profile, facts, supporting, hierarchy)
        return _doubted(found) if _is_doubted(leaf, profile, hierarchy) else found
    speaking = tuple(fact for fact, truth in supporting.items() if truth is best)
    contradicting = _contradicting(speaking, facts, hierarchy)
    if contradicting:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.CONTRADICTION, (*speaking, *contradicting))
    return LeafOutcome(leaf, best, Why.FACT if best is Truth.YES else Why.VAGUE, speaking)


def _unsupported(
    leaf: Clinical,
    profile: Profile,
    facts: list[ClinicalFact],
    supporting: dict[ClinicalFact, Truth],
    hierarchy: Hierarchy,
) -> LeafOutcome:
    """No fact says YES or maybe: it is NO where something says so, else UNKNOWN."""
    denying = _denying(leaf, facts, supporting, hierarchy)
    if denying:
        return LeafOutcome(leaf, Truth.NO, Why.FACT, denying)
    broader = tuple(
        fact
        for fact in facts
        if fact.status != "absent" and fact not in supporting and _covers(fact, leaf, hierarchy)
    )
    if broader:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.VAGUE, broader)
    # What supports here are old events: only a complete list says that there was no later one.
    if leaf.kind in profile.complete:
        return LeafOutcome(leaf, Truth.NO, Why.COMPLETE, tuple(supporting))
    return LeafOutcome(leaf, Truth.UNKNOWN, Why.MISSING, tuple(supporting))


def _is_doubted(leaf: Clinical, profile: Profile, hierarchy: Hierarchy) -> bool:
    """Whether the person says not to know whether they have it, or something that may be it."""
    return any(
        isinstance(fact, ClinicalFact)
        and fact.kind == leaf.kind
        and fact.status == "unknown"
        and (_supports(fact, leaf, hierarchy) or _covers(fact, leaf, hierarchy))
        for fact in profile.facts
    )


def _doubted(found: LeafOutcome) -> LeafOutcome:
    """The same where there is a doubt: that it is not in a complete list says nothing then."""
    if found.why is not Why.COMPLETE:
        return found
    return LeafOutcome(found.leaf, Truth.UNKNOWN, Why.MISSING, found.evidence)


def support(leaf: Clinical, fact: ClinicalFact, hierarchy: Hierarchy, on: date) -> Truth:
    """How far a fact that supports by its concept supports in status, window and detail."""
    parts = [_status(asked_status(leaf), fact.status)]
    if any(_covers_concept(fact, left_out, hierarchy) for left_out in leaf.besides):
        parts.append(Truth.UNKNOWN)
    if leaf.within is not None:
        parts.append(in_window(leaf.within, fact, on))
    parts.append(in_detail(asked_detail(leaf), fact.detail or Detail()))
    return all_of(parts)


def asked_status(leaf: Clinical) -> Status:
    """What the leaf asks about: now, an earlier time, or any time."""
    looks_back = leaf.within is not None and leaf.within.max is not None
    if leaf.status == "current" and (looks_back or leaf.kind is Kind.PROCEDURE):
        return "ever"
    return leaf.status


def asked_detail(leaf: Clinical) -> Detail:
    """What the leaf asks of stage, severity, line and value; a marker asks to be found."""
    asked = leaf.detail or Detail()
    if leaf.kind is Kind.BIOMARKER and asked.value is None:
        return replace(asked, value=PRESENT)
    return asked


def _status(asked: Status, known: FactStatus) -> Truth:
    match asked, known:
        case ("ever", _) | ("current", "present") | ("past", "past"):
            return Truth.YES
        case ("current", "past"):
            return Truth.NO
        case _:
            # Now going on; whether there was an earlier episode too, nobody recorded.
            return Truth.UNKNOWN


def in_window(window: Window, fact: ClinicalFact, on: date) -> Truth:
    """Whether the fact began early enough (`min`) and lasted, or began, late enough (`max`).

    Every anchor is taken as the day `on`: before enrolment nobody knows the day of the first dose.
    """
    parts = []
    if window.min is not None:
        parts.append(_not_after(fact.began, before(on, window.min, window.unit)))
    if window.max is not None:
        limit = before(on, window.max, window.unit)
        if window.event == "onset":
            parts.append(~_before(_first(fact), limit))
        else:
            parts.append(Truth.YES if lasts(fact) else ~_before(_last(fact), limit))
    return all_of(parts)


def _first(fact: ClinicalFact) -> PartialDate | None:
    """The first day of what was; when nobody recorded it, not after the end."""
    if fact.began or fact.ended is None:
        return fact.began
    return PartialDate(date.min, fact.ended.latest)


def _last(fact: ClinicalFact) -> PartialDate | None:
    """The last day of what is over; when nobody recorded it, not before the beginning."""
    if fact.ended or fact.began is None:
        return fact.ended
    return PartialDate(fact.began.earliest, date.max)


def lasts(fact: ClinicalFact) -> bool:
    """Whether the fact is going on: present, and no end is known."""
    return fact.status == "present" and fact.ended is None


def _not_after(day: PartialDate | None, limit: date) -> Truth:
    if day is None:
        return Truth.UNKNOWN
    if day.latest <= limit:
        return Truth.YES
    return Truth.NO if day.earliest > limit else Truth.UNKNOWN


def _before(day: PartialDate | None, limit: date) -> Truth:
    if day is None:
        return Truth.UNKNOWN
    if day.latest < limit:
        return Truth.YES
    return Truth.NO if day.earliest >= limit else Truth.UNKNOWN


def in_detail(asked: Detail, known: Detail) -> Truth:
    """Whether what is known of stage, severity, line and value is what is asked."""
    return all_of(
        [
            _stage(asked.stage, known.stage),
            _same(asked.severity, known.severity),
            _same(asked.line, known.line),
            _value(asked.value, known.value),
        ]
    )


def _same(asked: str | None, known: str | None) -> Truth:
    if asked is None:
        return Truth.YES
    if known is None:
        return Truth.UNKNOWN
    return Truth.YES if asked == known else Truth.NO


def _stage(asked: str | None, known: str | None) -> Truth:
    """Stage iiia is a stage iii; a stage iii may be a iiia."""
    if asked is None or known is None:
        return _same(asked, known)
    if known == asked or known.rstrip("abc") == asked:
        return Truth.YES
    return Truth.UNKNOWN if asked.rstrip("abc") == known else Truth.NO


def _value(asked: str | None, known: str | None) -> Truth:
    """Every particular mutation is a mutation; a mutation is not yet the particular one."""
    if asked == PRESENT and known is None:
        return Truth.YES
    if asked is None or known is None or asked == known:
        return _same(asked, known)
    if (asked in NEGATIVE_VALUES) is not (known in NEGATIVE_VALUES):
        return Truth.NO
    if asked in NEGATIVE_VALUES or asked in UNSPECIFIC_VALUES:
        return Truth.YES
    return Truth.UNKNOWN


def _supports(fact: ClinicalFact, leaf: Clinical, hierarchy: Hierarchy) -> bool:
    asked, left_out = frozenset(leaf.concepts), frozenset(leaf.besides)
    above = [hierarchy.ancestors(concept) for concept in fact.concepts]
    return any(asked & each for each in above) and not any(left_out & each for each in above)


def _covers(fact: ClinicalFact, leaf: Clinical, hierarchy: Hierarchy) -> bool:
    return any(_covers_concept(fact, concept, hierarchy) for concept in leaf.concepts)


def _covers_concept(fact: ClinicalFact, concept: str, hierarchy: Hierarchy) -> bool:
    return not hierarchy.ancestors(concept).isdisjoint(fact.concepts)


def _denying(
    leaf: Clinical,
    facts: Iterable[ClinicalFact],
    supporting: dict[ClinicalFact, Truth],
    hierarchy: Hierarchy,
) -> tuple[ClinicalFact, ...]:
    """The facts that together rule out every concept of the leaf; none unless all are ruled out."""
    against = [fact for fact in facts if _denies(leaf, fact, supporting)]
    covered = [
        [fact for fact in against if _rules_out(fact, concept, hierarchy)]
        for concept in leaf.concepts
    ]
    if not all(covered):
        return ()
    return tuple(dict.fromkeys(fact for facts in covered for fact in facts))


def _rules_out(fact: ClinicalFact, concept: str, hierarchy: Hierarchy) -> bool:
    if fact.status == "past":
        return concept in fact.concepts
    return _covers_concept(fact, concept, hierarchy)


def _denies(leaf: Clinical, fact: ClinicalFact, supporting: dict[ClinicalFact, Truth]) -> bool:
    """Whether the fact speaks against what it rules out.

    Absent does, and past where the leaf asks about now. So does what is present but too recent, or
    of another stage, severity, line or value: the person has this one, and it is not so.
    """
    if fact.status == "absent":
        return True
    if fact.status == "past":
        return asked_status(leaf) == "current"
    return lasts(fact) and supporting.get(fact) is Truth.NO


def _contradicting(
    speaking: tuple[ClinicalFact, ...], facts: Iterable[ClinicalFact], hierarchy: Hierarchy
) -> tuple[ClinicalFact, ...]:
    """Absent facts that cover a fact said to be present. What is past may well be absent now."""
    claimed = frozenset(
        ancestor
        for fact in speaking
        if fact.status == "present"
        for concept in fact.concepts
        for ancestor in hierarchy.ancestors(concept)
    )
    return tuple(
        fact for fact in facts if fact.status == "absent" and not claimed.isdisjoint(fact.concepts)
    )
