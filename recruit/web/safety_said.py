"""What `/safety` says: the words for what a case is, what was done with it, and its clock."""

from datetime import datetime, timedelta
from typing import Final

from recruit.actions.outreach.answer_table import How
from recruit.actions.safety import cases
from recruit.actions.safety.cases import Line
from recruit.actions.safety.deciding import Reason
from recruit.actions.safety.forwarding import Way
from recruit.actions.safety.noticing import Did, Standing
from recruit.core.clock import now
from recruit.core.i18n import N_
from recruit.web.language import say, say_count

HOUR: Final = timedelta(hours=1)
STANDINGS: Final = {
    Standing.OPEN: N_("To be decided"),
    Standing.DISMISSED: N_("Not an adverse event"),
    Standing.REPORTED: N_("Report"),
    Standing.JOINED: N_("Part of another report"),
}
DEEDS: Final = {
    Did.FLAGGED: N_("Flagged when it came in"),
    Did.BEGUN: N_("Begun by staff"),
    Did.DISMISSED: N_("Decided: not an adverse event"),
    Did.REOPENED: N_("Opened again"),
    Did.WRITTEN: N_("Version {version} written"),
    Did.HEARD_MORE: N_("Another message of the person added"),
    Did.JOINED: N_("Decided: part of report {note}"),
    Did.FORWARDED: N_("Version {version} handed on to {note}"),
    Did.ACKNOWLEDGED: N_("Version {version} acknowledged: {note}"),
}
REASONS: Final = {
    Reason.NOTHING_HAPPENED: N_("Nothing happened: it is denied, feared or asked about"),
    Reason.SOMEBODY_ELSE: N_("It is about somebody else, who is not in the study"),
    Reason.BEFORE: N_("It was known before the person heard of the study"),
    Reason.MISREAD: N_("The words mean something else"),
    Reason.OTHER: N_("Another reason, in words"),
}
WAYS: Final = {
    Way.PORTAL: N_("In the sponsor’s own system for safety reports"),
    Way.MAIL: N_("By encrypted e-mail"),
    Way.FAX: N_("By fax"),
    Way.HAND: N_("From hand to hand"),
}
CAME_BY: Final = {
    How.PAGE: N_("on our page"),
    How.MAIL: N_("by e-mail"),
    How.SMS: N_("by text message"),
    How.LETTER: N_("by letter"),
    How.PHONE: N_("in a call"),
}

# By the words of referrals/safety/signs.Kind, which is slow to import.
SIGNS: Final = {
    "symptom": N_("a symptom or complaint"),
    "illness": N_("an illness"),
    "injury": N_("an injury or a fall"),
    "bleeding": N_("bleeding"),
    "allergy": N_("an allergy"),
    "mind": N_("mood or mind"),
    "suicide": N_("thoughts of suicide or self-harm"),
    "death": N_("a death"),
    "hospital": N_("a hospital or emergency care"),
    "pregnancy": N_("a pregnancy or birth"),
    "dose": N_("a wrong or missed dose"),
    "effect": N_("no effect, or worse"),
    "device": N_("a device"),
    "value": N_("a measured value"),
    "other": N_("something that is not surely harmless"),
    "unread": N_("more than a machine reads"),
}
VAGUE: Final = ("other", "unread")
"""Kinds that name no harm."""


def clock(line: Line) -> tuple[str, str]:
    """What the clock of a case says, and of which kind that is: over, soon, runs or stands."""
    if line.due_at is None:
        return say(N_("Nothing waits")), "stands"
    left = line.due_at - now()
    hours = abs(left) // HOUR
    if left < timedelta():
        said = say_count("Overdue by {n} hour", "Overdue by {n} hours", hours)
        return (said if hours else say(N_("Overdue by less than an hour"))), "over"
    said = say_count("{n} hour left", "{n} hours left", hours)
    return (
        said if hours else say(N_("Less than an hour left"))
    ), "soon" if left <= cases.WITHIN / 2 else "runs"


def told(step: cases.Step, by: str) -> tuple[str, list[str], str, datetime]:
    """What was done, why, by whom (in words) and when."""
    said = say(DEEDS[step.did], version=step.version, note=step.note)
    details = []
    if step.did is Did.DISMISSED:
        details = [say(REASONS[Reason(step.reason)]), step.note]
    elif step.did is Did.FORWARDED:
        details = [say(WAYS[Way(step.reason)])]
    return said, [each for each in details if each], by, step.at
