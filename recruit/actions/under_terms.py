"""What is agreed with a community holds for everybody it hands on, whichever way they come."""

from dataclasses import replace
from typing import Final

from recruit.actions.candidates import Candidate
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.communities.terms import Terms

NOT_AGREED: Final = N_("this notice was not agreed on with the community")
NOT_A_PURPOSE: Final = N_("this purpose was not agreed on with the community, and was left out")
WHOSE: Final = N_("it is not said whether this account is the patient’s own")


def under_terms(candidate: Candidate, terms: Terms | None) -> Candidate | Refusal:
    """The candidate with what is agreed on, or why they cannot be stored.

    Where relatives have accounts too, only who is said to be the patient is stored. A purpose that
    was not agreed on is left out; evidence of another notice is none.
    """
    if terms is None:
        return candidate
    if terms.relatives and not candidate.own:
        return Refusal(record=candidate.name, field="about", problem=WHOSE)
    evidence = candidate.evidence
    if isinstance(evidence, Refusal):
        return candidate
    if not terms.knows(evidence.language, evidence.notice_version, evidence.notice):
        return Refusal(record=candidate.name, field="consent.notice", problem=NOT_AGREED)
    kept = tuple(each for each in evidence.purposes if str(each) in terms.purposes)
    if kept == evidence.purposes:
        return candidate
    note = Refusal(record=candidate.name, field="consent.purposes", problem=NOT_A_PURPOSE)
    proof = replace(evidence, purposes=kept)
    return replace(candidate, evidence=proof, notes=(*candidate.notes, note))
