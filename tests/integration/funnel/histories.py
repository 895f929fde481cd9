"""Ways through trials that Hypothesis makes up, likely and unlikely ones, as rows of every room."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from sqlalchemy import Engine, Table, insert
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import MATCH
from recruit.actions.match_table import Superseded
from recruit.actions.outreach.answer_table import ANSWER, Answer
from recruit.actions.reviewing.tables import DECISION, Ended, Kind
from recruit.core.dates import PartialDate
from recruit.core.db import unit_of_work
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State, Wave
from recruit.people import store as people
from recruit.people.facts import Home, Profile
from recruit.referrals import paths
from recruit.referrals.tables import REFERRAL, REFERRAL_QUESTION, REFERRAL_STEP
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.posting.tables import POSTING
from tests.referring import LYON, PARIS, SUGAR

BEGIN: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
SECOND_TRIAL: Final = "NCT00000778"
TRIALS: Final = (SUGAR.id, SECOND_TRIAL)
COMMUNITIES: Final = ("carers", "walkers")
SITES: Final = (PARIS, LYON, None)
QUESTIONS: Final = ("1" * 64, "2" * 64, "3" * 64)

PROFILES: Final = (
    Profile("", born=PartialDate.parse("1980-06"), sex="female", home=Home("FR", "75012")),
    Profile("", born=PartialDate.parse("1940"), sex="male", home=Home("FR", "69002")),
    Profile("", born=PartialDate.parse("1961"), home=Home("BE", "1000")),
    Profile("", sex="female"),
)

minutes = st.integers(0, 60 * 24 * 40)
Row = dict[str, Any]


@dataclass(frozen=True)
class History:
    """What the rooms know of one person and one trial."""

    matches: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    path: Row | None = None
    steps: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)


def _at(draw: st.DrawFn) -> datetime:
    return BEGIN + timedelta(minutes=draw(minutes))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """One person's way, in any order, with slips, doubles and gaps."""
    matches: list[Row] = [
        {"site": draw(st.sampled_from(SITES)), "made_at": _at(draw)}
        for _ in range(draw(st.integers(0, 2)))
    ]
    for each in matches[:-1] if draw(st.booleans()) else matches:
        each["superseded_at"] = each["made_at"] + timedelta(days=1)
        each["reason"] = draw(st.sampled_from(list(Superseded))).value
    decisions = [
        {
            "kind": draw(st.sampled_from(list(Kind))).value,
            "at": _at(draw),
            "ended": draw(st.sampled_from([Ended.UNDONE, Ended.OVER])).value,
        }
        for _ in range(draw(st.integers(0, 2)) if matches else 0)
    ]
    places = draw(
        st.lists(
            st.tuples(st.sampled_from(list(Wave)), st.sampled_from(["email", "sms"])),
            unique=True,
            max_size=3,
        )
    )
    messages = [
        {
            "wave": wave.value,
            "channel": channel,
            "language": draw(st.sampled_from(["en", "fr"])),
            "state": draw(st.sampled_from(list(State))).value,
            "approved_at": _at(draw),
            "changed_at": _at(draw),
            "sent_at": draw(st.sampled_from([None, _at(draw)])),
        }
        for wave, channel in places
    ]
    answers = [
        {"answer": draw(st.sampled_from(list(Answer))).value, "at": _at(draw)}
        for _ in range(draw(st.integers(0, 2)))
    ]
    if draw(st.booleans()):
        return History(matches, decisions, messages, answers)
    begun = _at(draw)
    states = draw(st.lists(st.sampled_from(list(paths.State)), min_size=1, max_size=6))
    steps: list[Row] = [
        {"state": state.value, "at": begun + timedelta(minutes=draw(minutes))} for state in states
    ]
    slips = draw(st.sets(st.integers(0, len(steps) - 1), max_size=1))
    steps += [{"state": states[0].value, "at": begun, "undoes": number} for number in slips]
    path = {"state": states[-1].value, "site": draw(st.sampled_from(SITES)), "begun_at": begun}
    asked = draw(st.sets(st.sampled_from(QUESTIONS)))
    questions: list[Row] = [{"question": key, "at": _at(draw)} for key in sorted(asked)]
    return History(matches, decisions, messages, answers, path, steps, questions)


def prepared(engine: Engine, lexicon: Lexicon) -> tuple[str, ...]:
    """Two trials and their people, whose histories are still empty; the pseudonyms."""
    found: list[str] = []
    with unit_of_work(engine) as session:
        for number, trial in enumerate(TRIALS):
            draft = type(SUGAR)(id=trial, title=f"Study {number}", criteria="", sites=SUGAR.sites)
            trials.save(session, draft, lexicon)
            row = {
                "id": f"P{number}",
                "trial": trial,
                "revision": 1,
                "life": "open",
                "created_at": BEGIN,
                "changed_at": BEGIN,
            }
            session.execute(insert(POSTING), row)
        for community in COMMUNITIES:
            people.know_community(session, community)
            found += people.enrol(session, community, ["one", "two"]).values()
        told = zip(found, PROFILES, strict=True)
        people.save(session, [replace(profile, person=person) for person, profile in told])
    return tuple(found)


def write(session: Session, person: str, trial: str, history: History) -> None:
    """Write the rows of a history; the caller's unit of work is never committed."""
    whose = {"trial": trial, "person": person}
    number = None
    for each in history.matches:
        made = whose | each | {"since": each["made_at"]}
        number = _add(session, MATCH, MATCHED | {"superseded_at": None, "reason": None} | made)
    for each in history.decisions:
        ended = {"ended_at": each["at"], "grounds": "0" * 64, "by": "account 5"}
        _add(session, DECISION, whose | each | ended | {"match": number})
    for place, each in enumerate(history.messages):
        reference = f"{person}{trial}{place}"[-32:]
        row = MESSAGE | whose | each | {"reference": reference}
        _add(session, OUTBOX, row | {"posting": f"P{TRIALS.index(trial)}"})
    for each in history.answers:
        _add(session, ANSWER, whose | each | {"how": "page", "by": "own link"})
    if history.path is None:
        return
    path = _add(
        session,
        REFERRAL,
        whose | history.path | {"times": "", "changed_at": history.path["begun_at"]},
    )
    for each in history.questions:
        row = {"referral": path, "given": "yes", "by": "own link"} | each
        session.execute(insert(REFERRAL_QUESTION), row)
    numbers: list[int] = []
    for each in history.steps:
        undone = each.get("undoes")
        step = {"undoes": None if undone is None else numbers[undone]}
        told = {"referral": path, "reason": "", "by": "account 5"}
        numbers.append(_add(session, REFERRAL_STEP, told | each | step))


MATCHED: Final = {
    "trial_version": 1,
    "profile_version": 1,
    "rules": "test",
    "verdict": "eligible",
    "score": 0.5,
    "truths": [],
    "state": "waiting",
    "held": 0,
    "against": 0,
    "unknown": 0,
    "placed": 1,
    "answered": False,
}
MESSAGE: Final = {
    "country": "FR",
    "due_at": BEGIN,
    "not_after": BEGIN + timedelta(days=90),
    "tries": 0,
    "fence": 0,
    "approved_by": "account 5",
}


def _add(session: Session, table: Table, row: Row) -> int:
    made = insert(table).values(row).returning(table.c.id)
    return int(session.execute(made).scalar_one())
