"""What kept a match from being decided, in words."""

from typing import Final

from recruit.actions.reviewing.looked_at import Hindrance
from recruit.core.i18n import N_

HAPPENED: Final = {
    Hindrance.GONE: N_(
        "This match is not here any more. Its person may have had their data deleted."
    ),
    Hindrance.ANEW: N_("The match was judged anew after you had opened it."),
    Hindrance.STOPPED: N_("The study was paused or closed after you had opened the match."),
    Hindrance.WITHDRAWN: N_("The person does not want to be matched with this study any more."),
    Hindrance.AMENDED: N_("The study was amended and no longer fits the person."),
    Hindrance.NO_LONGER: N_("The study no longer fits the person."),
    Hindrance.IN_HAND: N_("A colleague has this match in hand."),
    Hindrance.DECIDED: N_("This match is decided already."),
    Hindrance.BEGUN: N_("The person is invited already."),
    Hindrance.SHUT: N_("The person cannot be invited."),
    Hindrance.LEFT: N_("It is too late: the message has left."),
    Hindrance.NOTHING: N_("There is nothing to undo: somebody was quicker."),
}
