"""Whose word counts: what a person told us themselves goes before what others say of them.

A community sends the same file every night. Whatever the person corrected in between stays
corrected, what only they told stays, and what they took out does not come back.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, assert_never

from recruit.people.facts import (
    ClinicalFact,
    Fact,
    MeasureFact,
    OrdinalFact,
    Profile,
    Source,
    StateFact,
)
from recruit.people.intake.derive import with_consequences
from recruit.people.intake.staged import holds
from recruit.terminology.concepts import Kind

COMPLETE: Final = "complete "
INCOMPLETE: Final = "incomplete "
LISTS: Final = tuple(Kind)


def own_words_first(imported: Profile, known: Profile) -> Profile:
    """What is known once `imported` has come in beside `known`, both of the same person.

    The person's own facts stay; an imported one about the same subject gives way to them, and one
    about a subject that they struck out is left out. That they do not know says nothing against
    what others report, and gives way to it. All else of what others said before is
    replaced by what they say now. Attributes that the person answered stay as answered. Facts that
    are worked out from others are worked out anew.
    """
    own = tuple(fact for fact in known.facts if fact.source is Source.OWN)
    taken = known.own.struck.union(*(subjects(fact) for fact in own if not is_doubt(fact)))
    others = [
        fact
        for fact in imported.facts
        if fact.source is not Source.DERIVED and not subjects(fact) & taken
    ]
    reported = frozenset[str]().union(*(subjects(fact) for fact in others if not is_doubt(fact)))
    own = tuple(fact for fact in own if not (is_doubt(fact) and subjects(fact) & reported))
    told = known.own.told
    merged = replace(
        imported,
        born=known.born if "born" in told else imported.born or known.born,
        sex=known.sex if "sex" in told else imported.sex,
        home=known.home if "home" in told else imported.home,
        languages=known.languages if "languages" in told else imported.languages,
        all_languages=known.all_languages if "languages" in told else imported.all_languages,
        seeking=known.seeking if "seeking" in told else imported.seeking,
        seeking_text=known.seeking_text if "seeking" in told else imported.seeking_text,
        facts=tuple(dict.fromkeys((*own, *others))),
        own=known.own,
    )
    return settled(merged)


def settled(profile: Profile) -> Profile:
    """The profile with what follows from its facts, and the lists complete that the person said.

    A list with an entry that nobody understood yet proves nothing, whatever was said of it.
    """
    lists = {kind: is_complete(profile, kind) for kind in LISTS}
    denied = {kind for kind, said in lists.items() if said is False}
    complete = (profile.complete - denied) | {kind for kind, said in lists.items() if said}
    facts = (
        fact
        for fact in profile.facts
        if fact.source is not Source.DERIVED or holds(fact, profile.facts)
    )
    return with_consequences(replace(profile, facts=tuple(facts), complete=complete))


def of_community(profile: Profile) -> Profile:
    """The profile as a community hands it over: nothing in it is the person's own word to us.

    What the file calls a record, a note or derived stays so.
    """
    return replace(
        profile,
        facts=tuple(
            replace(fact, source=Source.COMMUNITY) if fact.source is Source.OWN else fact
            for fact in profile.facts
        ),
    )


def is_doubt(fact: Fact) -> bool:
    """Whether a fact says no more than that it is not known."""
    return isinstance(fact, ClinicalFact | StateFact) and fact.status == "unknown"


def subjects(fact: Fact) -> frozenset[str]:
    """What a fact speaks of, as words that two facts about the same thing share.

    A measure is one of its day: the next one is another subject.
    """
    match fact:
        case ClinicalFact():
            return frozenset(_clinical(fact))
        case MeasureFact() | OrdinalFact():
            return frozenset({f"{fact.variable} {fact.taken or ''}".rstrip()})
        case StateFact(state=state):
            return frozenset({f"state {state}"})
        case _ as never:
            assert_never(never)


def is_complete(profile: Profile, kind: str) -> bool | None:
    """Whether the person said that the list of this kind is complete; None when they did not."""
    if COMPLETE + kind in profile.own.told:
        return True
    return False if INCOMPLETE + kind in profile.own.told else None


def _clinical(fact: ClinicalFact) -> Iterator[str]:
    for concept in fact.concepts:
        yield f"{fact.kind} {concept}"
    if not fact.concepts:
        yield f"{fact.kind} “{' '.join(fact.text.casefold().split())}”"
