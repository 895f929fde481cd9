"""What is current follows from the events alone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.state import (
    PAUSES,
    YES,
    Event,
    EventType,
    Standings,
    fold,
    is_erased,
    pause_of,
    permitting,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
MAIL = Choice(Purpose.CONTACT, Channel.EMAIL)
MAIL_X = Choice(Purpose.CONTACT, Channel.EMAIL, "trial/X")
MATCHING = Choice(Purpose.MATCHING)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def permitted(choice: Choice, at: int, *events: Event) -> bool:
    return permitting(fold(Standings(), events), choice, day(at)) is not None


def event(
    number: int, kind: EventType, choice: Choice | None, *, until: int | None = None
) -> Event:
    return Event(number, "P-1", kind, choice, day(number), day(until) if until else None)


GRANT = event(1, EventType.GRANTED, MAIL)


def test_a_yes_permits_from_when_it_was_given() -> None:
    assert not permitted(MAIL, 0, GRANT)
    assert permitted(MAIL, 1, GRANT)


def test_a_yes_to_one_channel_is_none_to_another() -> None:
    assert not permitted(Choice(Purpose.CONTACT, Channel.SMS), 5, GRANT)


def test_a_yes_runs_out() -> None:
    limited = event(1, EventType.GRANTED, MAIL, until=4)
    assert permitted(MAIL, 3, limited)
    assert not permitted(MAIL, 4, limited)


def test_an_old_yes_that_arrives_late_does_not_undo_a_no() -> None:
    late = Event(3, "P-1", EventType.GRANTED, MAIL, day(1))
    assert not permitted(MAIL, 9, event(2, EventType.WITHDRAWN, MAIL), late)


def test_a_new_yes_after_a_no_counts() -> None:
    assert permitted(
        MAIL, 9, GRANT, event(2, EventType.WITHDRAWN, MAIL), event(3, EventType.GRANTED, MAIL)
    )


def test_a_reconfirmation_without_a_yes_is_nothing() -> None:
    assert not permitted(MAIL, 9, event(1, EventType.RECONFIRMED, MAIL))


def test_a_reconfirmation_revives_nothing_that_ran_out() -> None:
    limited = event(1, EventType.GRANTED, MAIL, until=4)
    assert permitted(MAIL, 9, limited, event(3, EventType.RECONFIRMED, MAIL))
    assert not permitted(MAIL, 9, limited, event(5, EventType.RECONFIRMED, MAIL))


def test_a_reconfirmation_of_one_trial_revives_nothing_after_a_general_no() -> None:
    yes = event(1, EventType.GRANTED, MAIL_X)
    no = event(2, EventType.WITHDRAWN, MAIL)
    assert not permitted(MAIL_X, 9, yes, no, event(3, EventType.RECONFIRMED, MAIL_X))


def test_an_expiry_leaves_room_for_a_yes_that_is_newer_than_the_one_that_ran_out() -> None:
    limited = event(1, EventType.GRANTED, MAIL, until=4)
    ended = event(4, EventType.EXPIRED, MAIL)
    renewed = Event(5, "P-1", EventType.GRANTED, MAIL, day(3))
    older = Event(5, "P-1", EventType.GRANTED, MAIL, day(0))
    assert not permitted(MAIL, 9, limited, ended)
    assert not permitted(MAIL, 9, limited, ended, older)
    assert permitted(MAIL, 9, limited, ended, renewed)


def test_a_new_notice_asks_for_a_newer_yes() -> None:
    replaced = event(5, EventType.SUPERSEDED, MAIL)
    late = Event(6, "P-1", EventType.GRANTED, MAIL, day(4))
    assert not permitted(MAIL, 9, GRANT, replaced, late)
    assert permitted(MAIL, 9, GRANT, replaced, event(7, EventType.GRANTED, MAIL))


def paused(at: int, *events: Event) -> bool:
    return pause_of(fold(Standings(), events), day(at)) is not None


def test_a_pause_lasts_until_its_end_or_until_it_is_ended() -> None:
    assert paused(99, event(2, EventType.PAUSED, None))
    assert not paused(5, event(2, EventType.PAUSED, None), event(3, EventType.RESUMED, None))
    assert paused(3, event(2, EventType.PAUSED, None, until=4))
    assert not paused(4, event(2, EventType.PAUSED, None, until=4))


def test_a_clock_that_is_set_back_ends_no_pause() -> None:
    late = Event(3, "P-1", EventType.RESUMED, None, day(1))
    assert paused(1, event(2, EventType.PAUSED, None))
    assert paused(9, event(2, EventType.PAUSED, None), late)


def test_a_pause_takes_back_nothing() -> None:
    assert permitted(MAIL, 5, GRANT, event(2, EventType.PAUSED, None))


def test_nothing_counts_after_an_erasure() -> None:
    events = [GRANT, event(3, EventType.ERASED, None), event(4, EventType.WITHDRAWN, None)]
    after = fold(Standings(), [*events, event(5, EventType.GRANTED, MAIL)])
    assert is_erased(after)
    assert permitting(after, MAIL, day(9)) is None


def test_a_general_yes_covers_one_trial() -> None:
    assert permitted(MAIL_X, 5, GRANT)


def test_a_no_to_one_trial_stands_beside_a_general_yes() -> None:
    no = event(2, EventType.WITHDRAWN, MAIL_X)
    again = event(3, EventType.GRANTED, MAIL)
    assert not permitted(MAIL_X, 5, GRANT, no, again)
    assert permitted(MAIL, 5, GRANT, no)


def test_a_yes_to_one_trial_falls_with_a_later_general_no() -> None:
    yes = event(1, EventType.GRANTED, MAIL_X)
    assert permitted(MAIL_X, 5, yes)
    assert not permitted(MAIL_X, 5, yes, event(2, EventType.WITHDRAWN, MAIL))


def test_a_general_no_from_before_leaves_a_later_yes_to_one_trial() -> None:
    no = event(1, EventType.DENIED, MAIL)
    assert permitted(MAIL_X, 5, no, event(2, EventType.GRANTED, MAIL_X))


def test_an_old_yes_to_one_trial_that_arrives_late_does_not_undo_a_general_no() -> None:
    no = event(10, EventType.WITHDRAWN, MAIL)
    late = Event(11, "P-1", EventType.GRANTED, MAIL_X, day(2))
    assert not permitted(MAIL_X, 20, GRANT, no, late)


def test_a_general_no_that_arrives_late_leaves_a_newer_yes_to_one_trial() -> None:
    yes = event(5, EventType.GRANTED, MAIL_X)
    late = Event(6, "P-1", EventType.WITHDRAWN, MAIL, day(2))
    assert permitted(MAIL_X, 20, yes, late)


def test_erasure_takes_everything_back() -> None:
    events = [GRANT, event(2, EventType.GRANTED, MATCHING), event(3, EventType.ERASED, None)]
    assert not permitted(MAIL, 9, *events)
    assert not permitted(MATCHING, 9, *events)


def test_a_no_to_everything_meets_a_yes_that_arrives_late() -> None:
    no = event(5, EventType.WITHDRAWN, None)
    late = Event(6, "P-1", EventType.GRANTED, MAIL, day(2))
    assert not permitted(MAIL, 9, no, late)
    assert permitted(MAIL, 9, no, late, event(7, EventType.GRANTED, MAIL))


TYPES = st.sampled_from([kind for kind in EventType if kind not in PAUSES])
# An erasure is of everything.
ABOUT_ONE = TYPES.filter(lambda kind: kind is not EventType.ERASED)
# What says no from its own moment on; an expiry only ends the yes that ran out.
NOES = set(EventType) - YES - PAUSES - {EventType.EXPIRED}
CHOICES = st.sampled_from([MAIL, MAIL_X, MATCHING, None])


@given(st.lists(st.tuples(TYPES, CHOICES, st.integers(0, 20)), max_size=12))
def test_after_a_no_nothing_but_a_new_grant_permits(
    history: list[tuple[EventType, Choice | None, int]],
) -> None:
    events = [Event(n, "P-1", kind, ch, day(at)) for n, (kind, ch, at) in enumerate(history)]
    for choice in (MAIL, MATCHING):
        if not permitted(choice, 30, *events):
            continue
        own = [e for e in events if e.choice in {choice, None}]
        noes = [e for e in own if e.type in NOES]
        last_no = max((e.sequence for e in noes), default=-1)
        assert any(e.type is EventType.GRANTED and e.choice in {choice, None} for e in own[:])
        after = [e for e in own if e.sequence > last_no]
        assert not noes or any(
            e.type is EventType.GRANTED and e.occurred_at > events[last_no].occurred_at
            for e in after
        )


@given(st.lists(st.tuples(ABOUT_ONE, st.sampled_from([MAIL, MAIL_X]), st.integers(0, 20))))
def test_no_yes_is_left_for_one_trial_after_the_newest_no(
    history: list[tuple[EventType, Choice, int]],
) -> None:
    events = [Event(n, "P-1", kind, ch, day(at)) for n, (kind, ch, at) in enumerate(history)]
    if permitted(MAIL_X, 30, *events):
        yeses = [e.occurred_at for e in events if e.type in YES]
        own_noes = [e for e in events if e.type in NOES and e.choice == MAIL_X]
        # A no that arrives counts whatever its date; what undoes it was said after it.
        assert all(max(yeses) > no.occurred_at for no in own_noes)
        if all(e.choice == MAIL_X for e in events if e.type in YES):
            general_noes = [e for e in events if e.type in NOES and e.choice == MAIL]
            last = general_noes[-1].occurred_at if general_noes else None
            assert last is None or max(yeses) > last


@given(st.lists(st.tuples(TYPES, CHOICES, st.integers(0, 20)), max_size=12), st.integers(0, 12))
def test_folding_in_two_steps_is_folding_at_once(
    history: list[tuple[EventType, Choice | None, int]], cut: int
) -> None:
    events = [Event(n, "P-1", kind, ch, day(at)) for n, (kind, ch, at) in enumerate(history)]
    assert fold(fold(Standings(), events[:cut]), events[cut:]) == fold(Standings(), events)
