"""A person tells about themselves: each answer as a change of their profile.

A change is made to the profile as it stands when it is saved, so that what another window saved
meanwhile is not lost. What somebody is unsure of stays unknown: it is never a no.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from recruit.criteria.nodes import SexValue
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    Home,
    OwnWords,
    Profile,
    Source,
    StateFact,
)
from recruit.people.intake.derive import RULES_OUT
from recruit.people.own_words import COMPLETE, INCOMPLETE, is_complete, is_doubt, settled, subjects
from recruit.people.places import located, plain_postcode
from recruit.terminology.concepts import Kind

SMOKER: Final = "smoker"


def with_sex(profile: Profile, sex: SexValue | None) -> Profile:
    """The sex of the health record; None when the person does not know or say."""
    return settled(_told(replace(profile, sex=sex), "sex", unsure=sex is None))


def with_home(profile: Profile, country: str | None, postcode: str) -> Profile:
    """Where the person lives, placed by our table; no country when they do not know or say."""
    plain = plain_postcode(postcode, country) if country else ""
    home = located(Home(country, plain or None))
    return settled(_told(replace(profile, home=home), "home", unsure=country is None))


def with_languages(profile: Profile, languages: Iterable[str], *, all_of_them: bool) -> Profile:
    """The languages that the person speaks well; none when they do not say."""
    spoken = frozenset(languages)
    changed = replace(profile, languages=spoken, all_languages=bool(spoken) and all_of_them)
    return settled(_told(changed, "languages", unsure=not spoken))


def with_search(profile: Profile, texts: Iterable[str], concepts: Iterable[str]) -> Profile:
    """What the person looks for a study about: in words, and the concepts they stand for."""
    changed = replace(
        profile,
        seeking=tuple(dict.fromkeys(concepts)),
        seeking_text=tuple(dict.fromkeys(texts)),
    )
    return settled(_told(changed, "seeking", unsure=not changed.seeking_text))


def with_facts(profile: Profile, facts: Iterable[Fact]) -> Profile:
    """The profile with facts that the person confirmed; what was said of the same gives way.

    What only repeats a fact that is there already changes nothing: the record's date stays. Who
    doubts what others reported and stands before them keeps it from coming back.
    """
    for fact in facts:
        told = replace(fact, source=Source.OWN)
        if any(_repeats(told, known) for known in profile.facts):
            continue
        about = subjects(told)
        others = tuple(known for known in profile.facts if not subjects(known) & about)
        doubted = about if is_doubt(told) and _is_reported(profile, told) else frozenset[str]()
        profile = replace(
            profile,
            facts=(*_beside(others, told), told),
            own=replace(profile.own, struck=(profile.own.struck - about) | doubted),
        )
        profile = _known(profile, _topic(told))
    return settled(profile)


def with_unknown(profile: Profile, facts: Iterable[Fact]) -> Profile:
    """The profile of somebody who was asked and does not know: that says nothing new.

    What they told before themselves is unknown now; what others reported stays.
    """
    for fact in facts:
        if not _is_reported(profile, fact):
            profile = with_facts(profile, [fact])
            continue
        about = subjects(fact)
        left = (f for f in profile.facts if f.source is not Source.OWN or not subjects(f) & about)
        profile = settled(replace(profile, facts=tuple(left)))
    return profile


def without_fact(profile: Profile, fact: Fact) -> Profile:
    """The profile without a fact; it does not come back with a community's next file."""
    about = subjects(fact)
    left = tuple(known for known in profile.facts if not subjects(known) & about)
    own = replace(profile.own, struck=profile.own.struck | about)
    return settled(replace(profile, facts=left, own=own))


def with_correction(profile: Profile, wrong: Fact, right: Fact) -> Profile:
    """The profile with `right` in the place of `wrong`; both may speak of different things."""
    told = replace(right, source=Source.OWN)
    own = replace(profile.own, struck=(profile.own.struck | subjects(wrong)) - subjects(told))
    about = subjects(wrong) | subjects(told)
    left = tuple(known for known in profile.facts if not subjects(known) & about)
    return settled(replace(profile, facts=(*_beside(left, told), told), own=own))


def with_list(profile: Profile, kind: Kind, *, complete: bool) -> Profile:
    """What the person says of the list of one kind; an unticked box takes back what was ticked."""
    told = profile.own.told - {COMPLETE + kind, INCOMPLETE + kind}
    if complete:
        told |= {COMPLETE + kind}
    elif is_complete(profile, kind) is not None or kind in profile.complete:
        told |= {INCOMPLETE + kind}
    profile = replace(profile, own=replace(profile.own, told=told))
    return settled(_known(profile, kind) if complete else profile)


def with_doubts(profile: Profile, topics: Iterable[str]) -> Profile:
    """The profile with what the person said not to know; facts on record stay."""
    return replace(profile, own=replace(profile.own, unsure=profile.own.unsure | frozenset(topics)))


def states_said(key: str, status: FactStatus) -> list[Fact]:
    """What an answer about a state says: about smoking, also whether somebody ever did."""
    said: list[Fact] = [StateFact(key, status)]
    if key == SMOKER:
        never: dict[FactStatus, FactStatus] = {"absent": "present", "unknown": "unknown"}
        said.append(StateFact("never_smoker", never.get(status, "absent")))
    return said


def _is_reported(profile: Profile, fact: Fact) -> bool:
    """Whether others said something about what a fact speaks of."""
    about = subjects(fact)
    return any(
        known.source not in {Source.OWN, Source.DERIVED}
        and not is_doubt(known)
        and subjects(known) & about
        for known in profile.facts
    )


def _beside(facts: tuple[Fact, ...], told: Fact) -> tuple[Fact, ...]:
    """The facts without the states that what is told now rules out: a smoker has smoked."""
    ruled_out: tuple[str, ...] = ()
    if isinstance(told, StateFact) and told.status == "present":
        ruled_out = RULES_OUT.get(told.state, ())
    return tuple(f for f in facts if not (isinstance(f, StateFact) and f.state in ruled_out))


def _told(profile: Profile, part: str, *, unsure: bool) -> Profile:
    own: OwnWords = replace(profile.own, told=profile.own.told | {part})
    changed = own.unsure | {part} if unsure else own.unsure - {part}
    return replace(profile, own=replace(own, unsure=changed))


def _known(profile: Profile, topic: str) -> Profile:
    """The profile of somebody who is no longer unsure of this."""
    return replace(profile, own=replace(profile.own, unsure=profile.own.unsure - {topic}))


def _topic(fact: Fact) -> str:
    """By what name somebody is unsure of it: a kind, or the key of a measure, scale or state."""
    if isinstance(fact, ClinicalFact):
        return fact.kind
    return str(getattr(fact, "variable", None) or getattr(fact, "state", ""))


def _repeats(told: Fact, known: Fact) -> bool:
    """Whether the known fact says all that is told, and perhaps more."""
    if not isinstance(told, ClinicalFact) or not isinstance(known, ClinicalFact):
        return replace(told, source=known.source, text=known.text) == known
    return (
        known.source is not Source.DERIVED
        and (known.kind, known.status) == (told.kind, told.status)
        and set(told.concepts) == set(known.concepts)
        and subjects(told) == subjects(known)
        and told.began in {None, known.began}
        and told.ended in {None, known.ended}
        and told.detail in {None, known.detail}
    )
