"""What those who judge matches decide, and what stood in the way, in words."""

from typing import Final

from recruit.actions.reviewing.looked_at import Hindrance
from recruit.actions.reviewing.tables import Kind, No, Wrong
from recruit.core.i18n import N_

DECIDED: Final = {
    Kind.APPROVE: N_("Approved for invitation"),
    Kind.ASK: N_("Asked first"),
    Kind.NOT_NOW: N_("Not now"),
    Kind.NO: N_("No"),
}
NOES: Final = {
    No.NOT_ELIGIBLE: N_("Not eligible in my judgement"),
    No.KNOWN: N_("Known to the site already"),
    No.CANNOT: N_("Cannot take part: distance, time, other studies"),
    No.MISREAD: N_("A rule is misread"),
    No.OTHER: N_("Another reason"),
}
WRONGS: Final = {
    Wrong.NUMBER: N_("Wrong figure"),
    Wrong.UNIT: N_("Wrong unit"),
    Wrong.NEGATION: N_("It says the opposite"),
    Wrong.CONCEPT: N_("Wrong term"),
    Wrong.NO_RULE: N_("Not a rule at all"),
    Wrong.OTHER: N_("Something else"),
}
SHORT: Final = {
    Hindrance.GONE: N_("No longer here"),
    Hindrance.ANEW: N_("Judged anew meanwhile"),
    Hindrance.STOPPED: N_("Study paused or closed"),
    Hindrance.WITHDRAWN: N_("Does not want to be matched any more"),
    Hindrance.AMENDED: N_("No longer fits since an amendment"),
    Hindrance.NO_LONGER: N_("No longer fits"),
    Hindrance.IN_HAND: N_("In hand with a colleague"),
    Hindrance.DECIDED: N_("Decided already"),
    Hindrance.BEGUN: N_("Invited already"),
    Hindrance.SHUT: N_("Cannot be invited"),
}
