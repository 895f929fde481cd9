"""The steps on a person's way into a trial, as the funnel counts them.

A person counts once per trial and step, from the moment they first reached it, whatever became of
it afterwards: who withdrew later was released once. Whoever reached a step counts at every earlier
one too, also where no row tells of it (an answer by telephone needs no delivered message). So no
step has more people than the one before it.
"""

from enum import IntEnum
from typing import Final

from recruit.core.i18n import N_


class Step(IntEnum):
    """One step; a later one is greater."""

    IDENTIFIED = 1
    """A match was made, whether it stands or not."""
    APPROVED = 2
    """Somebody decided that the person is to be invited, and did not take it back."""
    INVITED = 3
    """An invitation or its reminder has left, or may have."""
    DELIVERED = 4
    """A provider took it over, or the call was made, and it did not come back."""
    ANSWERED = 5
    """Any answer, by whichever way."""
    INTERESTED = 6
    """Said yes to knowing more."""
    PRESCREENED = 7
    RELEASED = 8
    SCREENED = 9
    """A site has begun to find out whether the study suits them, or has found out."""
    ENROLLED = 10


WORDS: Final = {
    Step.IDENTIFIED: N_("Identified"),
    Step.APPROVED: N_("Approved for invitation"),
    Step.INVITED: N_("Invited"),
    Step.DELIVERED: N_("Invitation delivered"),
    Step.ANSWERED: N_("Answered"),
    Step.INTERESTED: N_("Interested"),
    Step.PRESCREENED: N_("Pre-screened"),
    Step.RELEASED: N_("Released to a site"),
    Step.SCREENED: N_("Screened"),
    Step.ENROLLED: N_("Enrolled"),
}
MEANINGS: Final = {
    Step.IDENTIFIED: N_("Matched with the study, whether the match still stands or not."),
    Step.APPROVED: N_("Somebody decided to invite them, and did not take it back."),
    Step.INVITED: N_("An invitation has left, or may have."),
    Step.DELIVERED: N_("A provider took the invitation over, and it did not come back."),
    Step.ANSWERED: N_("Answered in any way."),
    Step.INTERESTED: N_("Said that they want to know more."),
    Step.PRESCREENED: N_("Went through the questions of the study."),
    Step.RELEASED: N_("Let a site have their contact details."),
    Step.SCREENED: N_("A site began to screen them."),
    Step.ENROLLED: N_("Take part, or took part."),
}
FIRST, LAST = Step.IDENTIFIED, Step.ENROLLED
