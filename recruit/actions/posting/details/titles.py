"""What the trial is called and what it is about, in both languages."""

from dataclasses import replace
from typing import Final

from recruit.actions.posting.details.languages import TONGUES, said, saying
from recruit.actions.posting.details.typed import Typed
from recruit.core.i18n import N_
from recruit.trials.draft import TrialDraft

LABELS: Final = {
    "title_en": N_("Public title, in English"),
    "official_title_en": N_("Scientific title, in English"),
    "summary_en": N_("Summary, in English"),
    "title_fr": N_("Public title, in French"),
    "official_title_fr": N_("Scientific title, in French"),
    "summary_fr": N_("Summary, in French"),
}


def shown(draft: TrialDraft) -> dict[str, str]:
    """What stands in the fields."""
    found = {}
    for language in TONGUES:
        words = said(draft, language)
        found[f"title_{language}"] = words.title
        found[f"official_title_{language}"] = words.official_title
        found[f"summary_{language}"] = words.summary
    return found


def read(typed: Typed, draft: TrialDraft) -> TrialDraft:
    """The draft with what was typed."""
    for language in TONGUES:
        words = replace(
            said(draft, language),
            title=typed.line(f"title_{language}"),
            official_title=typed.line(f"official_title_{language}"),
            summary=typed.text(f"summary_{language}"),
        )
        draft = saying(draft, words)
    return draft
