"""The steps of a posting's history in words."""

from typing import Final

from recruit.actions.posting.criteria import EVERY
from recruit.core.i18n import N_
from recruit.trials.posting.store import Change, Step
from recruit.web.language import say

WORDS: Final = {
    Change.BEGUN: N_("Posting begun"),
    Change.DETAILS: N_("Details changed"),
    Change.SITES: N_("Sites changed"),
    Change.TEXT: N_("Text of the criteria changed"),
    Change.ACCEPTED: N_("Criterion {about} accepted"),
    Change.CORRECTED: N_("Rule of criterion {about} corrected"),
    Change.ASK: N_("Criterion {about} left to the person"),
    Change.SITE: N_("Criterion {about} left to the site"),
    Change.READ: N_("Decision on criterion {about} taken back"),
    Change.ADDED: N_("Criterion {about} added"),
    Change.REMOVED: N_("Criterion {about} removed"),
    Change.MOVED: N_("Criterion {about} moved"),
    Change.UNDONE: N_("Revision {about} undone"),
    Change.RESTORED: N_("Revision {about} restored"),
    Change.REGISTRY: N_("Changes of the registry taken over"),
}
ALL_ACCEPTED: Final = N_("All criteria that were read whole accepted")
UNNUMBERED: Final = "–"


def step_words(step: Step) -> str:
    """What a step did, in the language of the page."""
    if step.change is Change.ACCEPTED and step.about == EVERY:
        return say(ALL_ACCEPTED)
    about = step.about if step.about.isdecimal() else UNNUMBERED
    return say(WORDS[step.change], about=about)
