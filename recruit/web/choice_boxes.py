"""The boxes by which people say yes: one for each choice, and empty when the page is opened."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import request

from recruit.actions.choice_words import meaning, title
from recruit.consent.choices import Choice
from recruit.web.language import say

FIELD = "choice"


@dataclass(frozen=True, slots=True)
class Box:
    """One box: what it sends, its place on the page, its words, and whether it was just ticked."""

    value: str
    id: str
    words: str
    meaning: str
    ticked: bool


def box_id(choice: Choice) -> str:
    """Where the choice stands on its page."""
    return str(choice).replace("/", "-")


def boxes(choices: Iterable[Choice], now_ticked: Collection[Choice] = ()) -> list[Box]:
    """A box for each choice; only a form that comes back with a problem keeps its ticks."""
    return [
        Box(str(each), box_id(each), say(title(each)), say(meaning(each)), each in now_ticked)
        for each in choices
    ]


def ticked(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Which of `choices` came back ticked; whatever else was posted is nothing."""
    posted = set(request.form.getlist(FIELD))
    return tuple(each for each in choices if str(each) in posted)
