"""An appointment as calendars read it (RFC 5545), announced or called off (RFC 5546).

It is published, not requested: a request would make the reader's calendar answer by e-mail, to
an address where nobody decides about appointments. Shared calendars show it as "busy" and no more.
"""

from datetime import UTC, datetime
from typing import Final

from recruit.core.clock import now

PRODUCT: Final = "-//Recruit//Appointments//EN"
ANNOUNCED: Final = "PUBLISH"  # RFC 5546, 3.2.1
CALLED_OFF: Final = "CANCEL"  # RFC 5546, 3.2.5


def appointment(  # noqa: PLR0913, PLR0917 - the parts of an appointment
    uid: str,
    starts: datetime,
    ends: datetime,
    summary: str,
    where: str,
    description: str,
    organiser: str,
    language: str,
    *,
    sequence: int = 0,
    cancelled: bool = False,
) -> str:
    """The appointment as an iCalendar file, its lines ended by CR LF.

    `uid` is the same as long as it is this appointment, whatever is changed about it, and
    `sequence` grows with every change, being called off among them (RFC 5546, 2.1.4). Whoever
    looks over a shoulder reads `summary`: "Appointment", never a disease or a study's name.
    `organiser` is the e-mail address of whoever offers it.

    Times are written in UTC, which every calendar shows by the clock of whoever looks (RFC 5545,
    3.3.5, form 2): for something that happens once, the rules of a zone would add nothing.

    Raises:
        ValueError: a time without a zone, an end before the beginning, or a control character.
    """
    from icalendar import CLASS, STATUS, Calendar, Event, vCalAddress, vText  # noqa: PLC0415 - slow

    if starts.utcoffset() is None or ends.utcoffset() is None or ends <= starts:
        raise ValueError
    one_line = (uid, summary, where, organiser)
    if not all(map(str.isprintable, (*one_line, *description.split("\n")))):
        raise ValueError
    event = Event.new(
        uid=uid,
        stamp=now(),
        start=starts.astimezone(UTC),
        end=ends.astimezone(UTC),
        sequence=sequence,
        organizer=vCalAddress(f"mailto:{organiser}"),
        status=STATUS.CANCELLED if cancelled else STATUS.CONFIRMED,
        classification=CLASS.PRIVATE,
    )
    for name, text in (("SUMMARY", summary), ("LOCATION", where), ("DESCRIPTION", description)):
        if text:
            event.add(name, vText(text, params={"LANGUAGE": language}))
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("METHOD", CALLED_OFF if cancelled else ANNOUNCED)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()
