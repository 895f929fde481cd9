"""Who of a batch is stored and as what: nobody who took consent back, nobody's own words undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from recruit.actions.candidates import MATCHING, Candidate
from recruit.consent import ledger
from recruit.consent.evidence import Evidence
from recruit.consent.state import REFUSED, Standings, permitting
from recruit.core.clock import now
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people import store, traces
from recruit.people.codec import decode, encode
from recruit.people.own_words import own_words_first

WITHDRAWN: Final = N_("this person has taken back the consent to “matching”")
RAN_OUT: Final = N_("the consent to “matching” has run out, and the evidence is no newer")
ERASED: Final = N_("this person was erased; only consent given since then counts")


@dataclass(frozen=True, slots=True)
class Admission:
    """Who may be stored, with what consent, and who may not; `known` are pseudonyms by name."""

    kept: list[Candidate]
    refusals: list[Refusal]
    known: Mapping[str, str]


def admit(
    session: Session, candidates: Sequence[Candidate], community: str, erasure_key: str
) -> Admission:
    """Judge a batch by what is on record; it holds as long as nobody else writes the ledger."""
    names = {candidate.name for candidate in candidates}
    known = store.pseudonyms(session, community, names)
    erased = traces.erasures(session, community, names - known.keys(), erasure_key)
    standing = ledger.standings(session, set(known.values()))
    kept, refusals = [], []
    for candidate in candidates:
        person = known.get(candidate.name)
        own = standing.get(person, Standings()) if person else Standings()
        problem = _problem(candidate.proof, erased.get(candidate.name), own)
        if problem:
            refusals.append(Refusal(record=candidate.name, field="consent", problem=problem))
        else:
            kept.append(_as_far_as_agreed(candidate, own) if own else candidate)
    return Admission(kept, refusals, known)


def profiles(
    session: Session, kept: Sequence[Candidate], known: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The profiles of `kept` under their pseudonyms, beside what the people told us themselves."""
    told = [{**candidate.profile, "person": known[candidate.name]} for candidate in kept]
    before = store.changed(session, told)
    return [
        _beside(profile, before[profile["person"]]) if profile["person"] in before else profile
        for profile in told
    ]


def _beside(told: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    return encode(own_words_first(decode(told), decode(known)))


def _problem(evidence: Evidence, erased: datetime | None, standing: Standings) -> str | None:
    """Why a person is not stored although the evidence is good, or None."""
    if erased is not None and evidence.at <= erased:
        return ERASED
    if permitting(standing, MATCHING, now()) is not None:
        return None
    stands = standing.get(MATCHING, standing.get(None))
    if stands is None:
        return None
    if stands.type in REFUSED:
        return WITHDRAWN
    return RAN_OUT if evidence.at <= stands.occurred_at else None


def _as_far_as_agreed(candidate: Candidate, standing: Standings) -> Candidate:
    """The candidate without what they have said no to: only they themselves say yes again."""
    proof = candidate.proof
    refused = {choice for choice, how in standing.items() if how.type in REFUSED}
    if not refused:
        return candidate
    kept = tuple(
        purpose
        for purpose in proof.purposes
        if purpose not in refused and (purpose in standing or None not in standing)
    )
    return replace(candidate, evidence=replace(proof, purposes=kept))
