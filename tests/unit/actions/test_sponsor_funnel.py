"""By how many people a step is said to be fewer than the one before it."""

from typing import cast

import pytest
from sqlalchemy.orm import Session

from recruit.actions.funnel import disclosed
from recruit.actions.funnel.disclosed import told_before
from recruit.actions.posting.feasibility import Asker
from recruit.disclosure.rule import Answer, Grain

NOBODY = cast("Session", None)


def _coarse(about: int | None) -> Answer:
    return Answer(about, grain=Grain.COARSE)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (_coarse(4000), (1000, False)),
        (_coarse(None), (5000 - Grain.COARSE.few, True)),
        (None, (0, False)),
    ],
)
def test_a_step_that_few_reached_lost_at_least_so_many(
    monkeypatch: pytest.MonkeyPatch, after: Answer | None, said: tuple[int, bool]
) -> None:
    answers = [_coarse(5000), after, *[None] * 8]
    monkeypatch.setattr(disclosed, "last_said", lambda *_: answers)
    _, second, *_ = told_before(NOBODY, "NCT00000001", Asker(None, "test"))
    assert (second.lost, second.at_least) == said


def test_few_after_few_are_not_said_to_be_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosed, "last_said", lambda *_: [_coarse(None)] * 10)
    steps = told_before(NOBODY, "NCT00000001", Asker(None, "test"))
    assert not any(each.lost or each.at_least for each in steps)
