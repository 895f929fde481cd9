"""What taking part means for a person, in both languages."""

from dataclasses import replace
from typing import Final

from recruit.actions.posting.details.languages import TONGUES, said, saying
from recruit.actions.posting.details.typed import Typed
from recruit.core.i18n import N_
from recruit.trials.draft import Participation, TrialDraft

LABELS: Final = {
    "visits_en": N_("Visits, in English"),
    "burden_en": N_("Burden, in English"),
    "reimbursement_en": N_("Reimbursement, in English"),
    "visits_fr": N_("Visits, in French"),
    "burden_fr": N_("Burden, in French"),
    "reimbursement_fr": N_("Reimbursement, in French"),
}


def shown(draft: TrialDraft) -> dict[str, str]:
    """What stands in the fields."""
    found = {}
    for language in TONGUES:
        words = said(draft, language).participation
        found[f"visits_{language}"] = words.visits
        found[f"burden_{language}"] = words.burden
        found[f"reimbursement_{language}"] = words.reimbursement
    return found


def read(typed: Typed, draft: TrialDraft) -> TrialDraft:
    """The draft with what was typed."""
    for language in TONGUES:
        words = Participation(
            visits=typed.text(f"visits_{language}"),
            burden=typed.text(f"burden_{language}"),
            reimbursement=typed.text(f"reimbursement_{language}"),
        )
        draft = saying(draft, replace(said(draft, language), participation=words))
    return draft
