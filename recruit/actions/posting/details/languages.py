"""The texts of a trial in either language: its own stand in the draft, the other's beside it."""

from dataclasses import replace
from typing import Final

from recruit.trials.draft import Tongue, Translation, TrialDraft

TONGUES: Final[tuple[Tongue, ...]] = ("en", "fr")


def said(draft: TrialDraft, language: Tongue) -> Translation:
    """What the draft says in `language`; "" is what it does not say."""
    if language == draft.language:
        return Translation(
            language=language,
            criteria=draft.criteria,
            title=draft.title,
            summary=draft.summary,
            official_title=draft.official_title,
            participation=draft.participation,
        )
    others = (each for each in draft.translations if each.language == language)
    return next(others, Translation(language, ""))


def saying(draft: TrialDraft, said: Translation) -> TrialDraft:
    """The draft with other words in the language of `said`."""
    if said.language == draft.language:
        return replace(
            draft,
            criteria=said.criteria,
            title=said.title,
            summary=said.summary,
            official_title=said.official_title,
            participation=said.participation,
        )
    others = tuple(each for each in draft.translations if each.language != said.language)
    kept = () if said == Translation(said.language, "") else (said,)
    return replace(draft, translations=(*others, *kept))
