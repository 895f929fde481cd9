"""An appointment comes out as calendars expect it, and tells no more than it must."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from recruit.notify.channels.calendar import appointment

NINE_IN_PARIS = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Europe/Paris"))
GIVEN: dict[str, Any] = {
    "uid": "0123456789abcdef@example.org",
    "starts": NINE_IN_PARIS,
    "ends": NINE_IN_PARIS + timedelta(minutes=45),
    "summary": "Rendez-vous",
    "where": "Hôpital Exemple, 1 rue des Essais; Paris",
    "description": "Venez à jeun.\nVous pouvez appeler le 01 99 00 12 34.",
    "organiser": "rendez-vous@example.org",
    "language": "fr",
}


def written(**other: object) -> Any:  # noqa: ANN401 - icalendar's own
    return Calendar.from_ical(appointment(**{**GIVEN, **other}))


def event(**other: object) -> Any:  # noqa: ANN401 - icalendar's own
    (found,) = written(**other).events
    return found


def test_it_is_published_and_asks_for_no_answer_by_mail() -> None:
    assert written()["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event()


def test_it_holds_what_was_given() -> None:
    found = event()
    assert (found["UID"], found["SEQUENCE"], found["STATUS"]) == (GIVEN["uid"], 0, "CONFIRMED")
    assert (found["SUMMARY"], found["LOCATION"]) == (GIVEN["summary"], GIVEN["where"])
    assert found["DESCRIPTION"] == GIVEN["description"]
    assert found["ORGANIZER"] == "mailto:rendez-vous@example.org"


def test_its_moment_is_written_in_utc() -> None:
    assert "DTSTART:20261201T080000Z\r\nDTEND:20261201T084500Z\r\n" in appointment(**GIVEN)


def test_its_words_say_their_language() -> None:
    assert event()["SUMMARY"].params["LANGUAGE"] == "fr"


def test_others_who_see_the_calendar_see_no_more_than_busy() -> None:
    assert event()["CLASS"] == "PRIVATE"


def test_calling_it_off_names_the_same_appointment_with_a_later_number() -> None:
    off = written(sequence=3, cancelled=True)
    (found,) = off.events
    assert off["METHOD"] == "CANCEL"
    assert (found["UID"], found["SEQUENCE"], found["STATUS"]) == (GIVEN["uid"], 3, "CANCELLED")


def test_no_line_is_longer_than_75_octets() -> None:
    text = appointment(**{**GIVEN, "description": "é" * 1000})
    assert max(map(len, text.encode().split(b"\r\n"))) <= 75


@pytest.mark.parametrize(
    "odd",
    [
        {"starts": datetime(2026, 12, 1, 9)},  # noqa: DTZ001 - refused for it
        {"ends": NINE_IN_PARIS},
        {"ends": datetime(2026, 12, 1, 7, tzinfo=UTC)},
        {"summary": "a\r\nATTENDEE:mailto:x@example.org"},
        {"where": "a\u2028b"},
        {"uid": "a\nb"},
        {"organiser": "a@example.org\rX:y"},
        {"description": "a\r\nb"},
        {"description": "a\x00b"},
    ],
)
def test_what_is_no_appointment_is_refused(odd: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no words: they could be a person's
        appointment(**{**GIVEN, **odd})
