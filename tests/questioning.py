"""A published study with open criteria, and its people, who are asked before they are invited."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, update
from sqlmodel import col
from sqlmodel import select as select_models

from recruit.actions.deciding_means import means_of
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.writing import Writer
from recruit.actions.question_table import QUESTION_ASKED
from recruit.actions.questioning import asking
from recruit.actions.questioning.asking import Asked, Asking
from recruit.actions.reviewing.deciding import Whose, Wish, decide
from recruit.actions.reviewing.tables import Kind
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.locks import hold_people
from recruit.notify.outbox_tables import OUTBOX
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import TrialDraft
from recruit.trials.materials import content
from tests.outreach import REACHABLE, RING, Study, study

SUGAR = replace(
    REACHABLE,
    criteria="""Inclusion Criteria:

* Age 18 years or older
* Type 2 diabetes
* HbA1c between 7.0 and 10.5 %

Exclusion Criteria:

* Pregnancy
* Current smoker
""",
)
OTHER = replace(
    SUGAR,
    id="NCT00000002",
    title="Sugar by day",
    criteria="""Inclusion Criteria:

* Age 18 years or older
* Type 2 diabetes

Exclusion Criteria:

* Pregnancy
* Myocardial infarction within the last 6 months
""",
)
WRITER = Writer(RING, "https://recruit.example.org", ZoneInfo("Europe/Paris"))
BY = "account 5"


def asking_study(engine: Engine, lexicon: Lexicon, draft: TrialDraft = SUGAR) -> Study:
    """A published study whose invitation by e-mail is approved: that is what it takes to ask."""
    return study(engine, lexicon, draft, (content.Channel.EMAIL,))


def place(engine: Engine, trial: str, words: str) -> int:
    """Where in a study the criterion with these words stands."""
    with reading(engine) as session:
        criteria = trials.get(session, trial).eligibility.criteria
    [found] = [number for number, each in enumerate(criteria) if words in each.text]
    return found


def ask(engine: Engine, lexicon: Lexicon, match: int, words: str, writer: Writer = WRITER) -> Asked:
    """Decide to ask what settles the criterion with these words; what is open of it then."""
    with reading(engine) as session:
        query = select_models(MatchRow).where(col(MatchRow.id) == match)
        trial = session.scalars(query).one().trial
    criterion = place(engine, trial, words)
    means = means_of(lambda: writer, lambda: lexicon)
    decide(engine, means, Whose(match, BY, None), Wish(Kind.ASK, criterion=criterion))
    # Of a match about which somebody is asked already, this asks something more.
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = session.scalars(select_models(MatchRow).where(col(MatchRow.id) == match)).one()
        hold_people(session, [row.person])
        who = Asking(writer, lexicon)
        return asking.ask(session, who, match=row, criterion=criterion, by=BY, at=now())


def take_back(engine: Engine, match: int) -> int:
    """Take back what was asked about a match; how many questions."""
    with unit_of_work(engine) as session:
        chain.hold(session)
        row = session.scalars(select_models(MatchRow).where(col(MatchRow.id) == match)).one()
        hold_people(session, [row.person])
        return asking.withdraw(session, row, by=BY, at=now())


def hurry(engine: Engine) -> None:
    """Let the time pass in which a question can be taken back."""
    with unit_of_work(engine) as session:
        session.execute(update(OUTBOX).values(due_at=now()))


def ends(engine: Engine) -> list[tuple[str, str | None, str | None]]:
    """(study, how it ended, what was given) of every question, in the order of asking."""
    with reading(engine) as session:
        query = select(QUESTION_ASKED.c.trial, QUESTION_ASKED.c.ended, QUESTION_ASKED.c.given)
        rows = session.execute(query.order_by(QUESTION_ASKED.c.id))
        return [(row.trial, row.ended, row.given) for row in rows]


def queue(engine: Engine, trial: str, person: str) -> list[tuple[str, bool]]:
    """(where it is in the queue, whether it was answered) of the match that stands."""
    with reading(engine) as session:
        query = select_models(MatchRow).where(
            col(MatchRow.trial) == trial,
            col(MatchRow.person) == person,
            col(MatchRow.superseded_at).is_(None),
        )
        return [(row.state, row.answered) for row in session.scalars(query)]
