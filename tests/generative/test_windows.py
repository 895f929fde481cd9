"""The hours in which people are reached, beside a checker that works them out by itself (P5)."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from recruit.actions.outreach.windows import is_open, next_open
from recruit.consent.choices import Channel
from recruit.people.facts import Home
from recruit.people.zones import Place, place
from tests.pacing_checker import REGIONS, keeps_hours

PARIS = ZoneInfo("Europe/Paris")
HAND_OFFS = 12_000
YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)
AMERICANS = {"10001": (40.75, -73.99), "60601": (41.89, -87.62)}
HOMES = {
    each: Home("US", each, *AMERICANS[each]) if each in AMERICANS else Home("FR", each)
    for each in REGIONS
}
PLACES = {each: place(home, PARIS) for each, home in HOMES.items()}
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC),
)  # fmt: skip
UNKNOWN = place(Home(), PARIS)
FRANCE_SOMEWHERE = place(Home("FR"), PARIS)

moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zone comes beside
    datetime(2027, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
) | st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-60 * 24, 60 * 24),
)
places = st.sampled_from([*PLACES.values(), UNKNOWN, FRANCE_SOMEWHERE])
channels = st.sampled_from(list(Channel))


def random_moment(chance: random.Random) -> datetime:
    first, last = YEAR
    return first + (last - first) * chance.random()


def test_no_hand_off_is_outside_the_hours() -> None:
    chance = random.Random(20261122)  # noqa: S311 - a test
    wrong = []
    for _ in range(HAND_OFFS):
        postcode, channel = chance.choice(list(PLACES)), chance.choice(list(Channel))
        sent = next_open(channel, PLACES[postcode], random_moment(chance))
        if sent is None or not keeps_hours(postcode, channel.value, sent):
            wrong.append((postcode, channel, sent))
    assert wrong == []


@given(postcode=st.sampled_from(list(PLACES)), channel=channels, at=moments)
def test_the_hours_are_those_of_the_checker(postcode: str, channel: Channel, at: datetime) -> None:
    assert is_open(channel, PLACES[postcode], at) is keeps_hours(postcode, channel.value, at)


@given(where=places, channel=channels, at=moments)
def test_the_next_open_moment_is_open_and_the_first(
    where: Place, channel: Channel, at: datetime
) -> None:
    found = next_open(channel, where, at)
    assert found is not None
    assert is_open(channel, where, found)
    # Hours begin on the minute: nothing opens between two steps.
    step = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while step < found:
        assert not is_open(channel, where, step), step
        step += timedelta(minutes=1)
    assert found == at or not is_open(channel, where, at)


@given(channel=channels, at=moments)
def test_somewhere_in_france_is_open_only_where_all_of_it_is(
    channel: Channel, at: datetime
) -> None:
    if is_open(channel, FRANCE_SOMEWHERE, at):
        assert all(
            keeps_hours(each, channel.value, at) for each in REGIONS if each not in AMERICANS
        )


@given(channel=channels, at=moments)
def test_an_unknown_zone_is_that_of_the_settings(channel: Channel, at: datetime) -> None:
    if is_open(channel, UNKNOWN, at):
        assert keeps_hours("75012", channel.value, at)


@given(at=moments)
def test_who_may_live_in_too_many_zones_gets_no_text_message(at: datetime) -> None:
    assert next_open(Channel.SMS, place(Home("RU"), PARIS), at) is None
