"""Wherever a message may stand, and why, an operator reads it in words, in both languages."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from recruit.actions.outreach.reason_words import CHANNELS, REASONS, STATES, WAVES
from recruit.consent.choices import Channel
from recruit.core.i18n import translate
from recruit.notify.reputation import Standing
from recruit.notify.stages import Reason, State, Wave
from recruit.notify.suppression import Cause
from recruit.web.admin.deliveries import STANDINGS
from recruit.web.admin.ended_addresses import CAUSES


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Reason, REASONS),
        (State, STATES),
        (Wave, WAVES),
        (Channel, CHANNELS),
        (Cause, CAUSES),
        (Standing, STANDINGS),
    ],
)
def test_everything_that_is_said_of_a_message_has_words(
    kind: type[StrEnum], words: Mapping[StrEnum, object]
) -> None:
    assert set(words) == set(kind)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_said_in_french_too(reason: Reason) -> None:
    assert translate(REASONS[reason], "fr") != REASONS[reason]
