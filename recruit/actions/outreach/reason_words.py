"""Where messages to people stand, and why, in words for staff."""

from typing import Final

from recruit.actions.outreach.prospects import Fate, Prospect
from recruit.actions.outreach.rounds import Stand
from recruit.consent.choices import Channel
from recruit.core.i18n import N_, translate
from recruit.core.written import country, tongue
from recruit.notify.stages import Reason, State, Wave

REASONS: Final = {
    Reason.CONSENT: N_("Did not agree to be contacted"),
    Reason.PAUSED: N_("Paused everything"),
    Reason.NO_CONTACT: N_("No address or number"),
    Reason.UNREADABLE: N_("Address cannot be opened"),
    Reason.ADDRESS_ENDED: N_("Address no longer works"),
    Reason.NO_TEXT: N_("No approved text in their language and country"),
    Reason.TEXT_FIELD: N_("A field of the text has no value"),
    Reason.TOO_LONG: N_("Text too long for an SMS"),
    Reason.REWRITTEN: N_("Another text was approved meanwhile"),
    Reason.NOT_RECRUITING: N_("The trial does not recruit"),
    Reason.NO_MATCH: N_("No longer matched"),
    Reason.AGE: N_("Not known to be of age"),
    Reason.WINDOW: N_("Outside the hours"),
    Reason.CAP: N_("Asked twice in 30 days"),
    Reason.SILENCE: N_("Said no in the last 60 days"),
    Reason.TOO_LATE: N_("Too late"),
    Reason.REPUTATION: N_("Too many complaints lately"),
    Reason.NO_PROVIDER: N_("No provider is set up"),
    Reason.BUSY: N_("The provider was busy"),
    Reason.REFUSED: N_("Refused by the provider"),
    Reason.NO_ANSWER: N_("No answer after the last byte"),
    Reason.STALLED: N_("The sender stood still"),
    Reason.WORKER_GONE: N_("The sender was gone"),
    Reason.WITHDRAWN: N_("The person said stop"),
    Reason.ANSWERED: N_("Has answered already"),
    Reason.ERASED: N_("Erased"),
    Reason.AMENDED: N_("The trial was amended"),
    Reason.STOPPED: N_("The trial was paused or closed"),
    Reason.ENOUGH: N_("Enough people said yes"),
    Reason.STAFF: N_("Stopped by the team"),
    Reason.DECIDED: N_("Decided by somebody of the team"),
    Reason.UNDONE: N_("The decision was undone"),
    Reason.RECEIPT: N_("Receipt of the provider"),
    Reason.DELAYED_THERE: N_("Their server says that it comes late"),
    Reason.ROBOT: N_("A robot answered"),
    Reason.RESTORED: N_("An older copy of the database was restored"),
    Reason.NO_REPLY: N_("Nobody answered the call"),
    Reason.WRONG_NUMBER: N_("Wrong number"),
    Reason.NOT_CALLED: N_("Not called yet"),
}
STATES: Final = {
    State.APPROVED: N_("Waits for its round"),
    State.QUEUED: N_("Waits to be sent"),
    State.CLAIMED: N_("Is being sent"),
    State.HANDOFF_OPEN: N_("Is being sent"),
    State.DATA_SENT: N_("Is being sent"),
    State.DEFERRED: N_("Put off"),
    State.ACCEPTED: N_("Sent"),
    State.DELIVERED: N_("Delivered"),
    State.BOUNCED: N_("Came back"),
    State.COMPLAINED: N_("The person complained"),
    State.CANCELLED: N_("Cancelled"),
    State.SUPPRESSED: N_("Not sent"),
    State.EXPIRED: N_("Too late"),
    State.FAILED: N_("Refused by the provider"),
    State.UNKNOWN: N_("Perhaps sent: somebody decides"),
}
CHANNELS: Final = {
    Channel.EMAIL: N_("Email"),
    Channel.SMS: N_("SMS"),
    Channel.LETTER: N_("Letter"),
    Channel.PHONE: N_("Phone"),
}
WAVES: Final = {
    Wave.INVITATION: N_("Invitation"),
    Wave.REMINDER: N_("Reminder"),
    Wave.CLOSING: N_("Closing text"),
    Wave.RESULTS: N_("Results"),
    Wave.QUESTION: N_("Question first"),
}
FATES: Final = {
    Fate.NOW: N_("Can be asked"),
    Fate.LATER: N_("Can be asked later"),
    Fate.NOT: N_("Cannot be asked"),
    Fate.BEGUN: N_("Decided or asked already"),
}
STANDS: Final = {
    Stand.DUE: N_("The next round begins now."),
    Stand.WAITING: N_("We wait for answers before the next round."),
    Stand.ENOUGH: N_("Enough people have said yes: no round begins."),
    Stand.NOBODY: N_("Nobody waits for a round."),
    Stand.RESTING: N_("The trial does not recruit: no round begins."),
}
WHICH_TEXT: Final = N_("No approved text ({tongue}, {country})")
NO_COUNTRY: Final = N_("country not known")


def why(prospect: Prospect, language: str) -> str:
    """Why somebody is asked later or not at all; "" where nothing is in the way."""
    wanted = prospect.unwritten
    if prospect.reason is None:
        return ""
    if wanted is None:
        return translate(REASONS[prospect.reason], language)
    where = wanted.country
    return translate(
        WHICH_TEXT,
        language,
        tongue=tongue(wanted.language, language),
        country=country(where, language) if where else translate(NO_COUNTRY, language),
    )
