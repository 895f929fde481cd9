"""The bar beside a match: what is decided about it, or what can be, and by whom it is held."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from textwrap import shorten
from typing import Any, Final

from flask import session

from recruit.actions.deeds import ACCOUNT
from recruit.actions.questioning.asking import why_unaskable
from recruit.actions.questions import questions
from recruit.actions.reviewing.claims import Claim
from recruit.actions.reviewing.detail import MatchDetail
from recruit.actions.reviewing.outlook import Outlook
from recruit.core.clock import now, today
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Outcome
from recruit.people.account_tables import Account
from recruit.web.deciding_words import DECIDED, NOES, WRONGS
from recruit.web.language import language, say
from recruit.web.means import writer
from recruit.web.outreach_words import invitation_words
from recruit.web.service import service
from recruit.web.sessions import actor, visitor

DONE: Final = "review_done"  # what was just decided, kept for the next page
PAUSES: Final = (7, 14, 30, 90)  # days
LONGEST: Final = 110  # letters of a criterion in a list
ME: Final = N_("you")
COLLEAGUE: Final = N_("a colleague")


@dataclass(frozen=True, slots=True)
class Forms:
    """What the forms of the match `match` offer.

    `asks` and `rules` are (criterion from 0, words): what could be asked, and which rules may be
    misread. `following` is the match to show after a decision; `kept` the parts of the queue's
    address.
    """

    match: int
    asks: tuple[tuple[int, str], ...]
    rules: tuple[tuple[int, str], ...]
    following: int | None
    kept: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """What the bar shows of a match.

    `outlook` is what is decided, by `decided_by` (words), or can be, and `hindrance` why that
    cannot be known, in words; `unaskable` why nothing can be asked, "" where it can. `in_hand` is a
    colleague's claim, `held_by` who that is; `mine` is one's own. `done` is what was just done:
    "words", and the "match" and decision ("of") to undo.
    """

    forms: Forms
    trial: str
    outlook: Outlook
    decided_by: str
    in_hand: Claim | None
    held_by: str
    mine: Claim | None
    hindrance: str | None
    unaskable: str
    done: Mapping[str, Any] | None


def bar_of(found: MatchDetail, kept: Mapping[str, Any]) -> dict[str, object]:
    """What templates/web/deciding_bar.html needs, of a match that somebody is shown."""
    line, outlook = found.line, found.outlook
    mine = line.in_hand if line.in_hand and line.in_hand.by == actor() else None
    other = line.in_hand if line.in_hand and not mine else None
    open_ones = {each.criterion for each in found.asked if each.ended is None}
    bar = Bar(
        forms=forms_of(line.id, found.outcome, kept, found.beside.following, asked=open_ones),
        trial=line.slug,
        outlook=outlook,
        decided_by=called(outlook.stands.by) if outlook.stands else "",
        in_hand=other,
        held_by=called(other.by) if other else "",
        mine=mine,
        hindrance=outlook.hindrance.say(language()) if outlook.hindrance else None,
        unaskable="" if other else _unaskable(found),
        done=just_done(),
    )
    return {"bar": bar, **words()}


def forms_of(
    match: int,
    outcome: Outcome,
    kept: Mapping[str, Any],
    following: int | None,
    *,
    asked: Collection[int] = (),
) -> Forms:
    """What can be chosen about a match that was judged so; the criteria `asked` are asked about."""
    asks = tuple(each for each in _asks(outcome) if each[0] not in asked)
    return Forms(match, asks, _rules(outcome), following, kept)


def just_done() -> dict[str, Any] | None:
    """What was just decided, said once: "words", and the "match" and decision ("of") to undo."""
    said: dict[str, Any] | None = session.pop(DONE, None)
    return said


def words() -> dict[str, object]:
    """What the bar and the forms beneath it need to say what can be decided."""
    return {
        "decided_words": DECIDED,
        "noes": [(each.value, say(said)) for each, said in NOES.items()],
        "no_words": NOES,
        "wrongs": [(each.value, say(said)) for each, said in WRONGS.items()],
        "pauses": [today() + timedelta(days=each) for each in PAUSES],
        **invitation_words(),
    }


def called(who: str) -> str:
    """Who an account is to whoever looks: themselves, a colleague by address, or somebody."""
    if who == actor():
        return say(ME)
    number = who.removeprefix(ACCOUNT)
    with reading(service().engine) as database:
        account = database.get(Account, int(number)) if number.isdecimal() else None
    me = visitor()
    same = account and me and account.organisation == me.organisation
    return account.email if same and account and account.email else say(COLLEAGUE)


def _unaskable(found: MatchDetail) -> str:
    """Why nothing can be asked where something else is still to be decided, in words."""
    prospect = found.outlook.prospect
    if prospect is None:
        return ""
    engine = service().engine
    why = why_unaskable(engine, writer(), found.row, prospect, found.waiting, now())
    return why.explain(language()) if why else ""


def _asks(outcome: Outcome) -> tuple[tuple[int, str], ...]:
    """What could be asked of the person: the first question of each criterion that is open."""
    lexicon = service().open_lexicon()
    said = (
        (number, next(questions(each, language(), lexicon), None))
        for number, each in enumerate(outcome.criteria)
        if each.holds is Truth.UNKNOWN
    )
    return tuple((number, words) for number, words in said if words)


def _rules(outcome: Outcome) -> tuple[tuple[int, str], ...]:
    """The criteria, as they are told apart in a list."""
    return tuple(
        (number, shorten(" ".join(each.criterion.text.split()), LONGEST, placeholder=" …"))
        for number, each in enumerate(outcome.criteria)
    )
