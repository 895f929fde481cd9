"""What `recruit demo` puts into an empty database and says about it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import click
from sqlalchemy import Engine
from sqlmodel import col, select

from recruit.actions.accounts import add_account
from recruit.actions.catalogue import title
from recruit.actions.matching import explain_match, judge_all, match_all
from recruit.actions.people import Import, ImportReport, import_people
from recruit.actions.questions import questions
from recruit.actions.trials import import_trials
from recruit.bootstrap import Recruit
from recruit.cli.main import spoken
from recruit.cli.match import VERDICTS, encoded, line
from recruit.cli.output import progress, say, show
from recruit.cli.parts import opened_lexicon
from recruit.core.clock import today
from recruit.core.db import reading
from recruit.core.errors import WrongUsage
from recruit.core.files import Record
from recruit.core.i18n import N_, translate
from recruit.core.keys import Secrets
from recruit.criteria.truth import Truth
from recruit.demo.asking import ask, publish
from recruit.demo.camille import EMAIL, STUDY, camille, give_account
from recruit.demo.people import COMMUNITY, people
from recruit.demo.trials import trials
from recruit.matching.outcome import CriterionOutcome, Judgement, Verdict, holds
from recruit.people.accounts import Account, Role
from recruit.people.tables import PARTICIPANT
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store
from recruit.trials.store import Version

ACTOR: Final = "demo"
ACCOUNTS: Final = {
    "coordinator@demo.example": Role.COORDINATOR,
    "administrator@demo.example": Role.ADMINISTRATOR,
    "sponsor@demo.example": Role.SPONSOR,
    # What one sponsor's account wrote, another one approves.
    "approver@demo.example": Role.SPONSOR,
}
WIDTH: Final = 52  # of a study's name, so that a line fits into 100 columns
HEADINGS: Final = {
    Verdict.ELIGIBLE: N_("Somebody who fits"),
    Verdict.UNDETERMINED: N_("Somebody of whom more has to be known"),
    Verdict.INELIGIBLE: N_("Somebody whom one criterion keeps out"),
}
COLUMNS: Final = (N_("fit"), N_("open"), N_("against"), N_("proposed"))


@dataclass(frozen=True, slots=True)
class Example:
    """A pair worth showing; the one with the highest `worth` is shown."""

    version: Version
    judgement: Judgement
    worth: tuple[int, int]


def demonstrate(recruit: Recruit) -> None:
    """Fill the database unless the samples are there, and say what came of it.

    Raises:
        WrongUsage: the database holds something else.
    """
    engine = recruit.engine
    if _is_there(engine):
        say(
            N_(
                "The demonstration is in this database already. Its passwords were shown when it "
                "was made; “recruit user add” makes an account of your own."
            )
        )
        return
    _check_nothing_else(engine)
    lexicon = opened_lexicon(recruit)
    report = _fill(engine, lexicon, recruit.secrets)
    say(
        N_("{people} invented people are matched with {trials} invented studies."),
        people=report.kept,
        trials=len(list(trials())),
    )
    say(N_("Refused, because nothing proves that they agreed to be matched:"))
    for refusal in report.refusals:
        show(f"  {refusal.say(spoken())}", {"refused": refusal.record, "field": refusal.field})
    _show(engine, lexicon)
    # Last of all: an account tells that the demonstration is complete.
    _add_accounts(recruit)


def _is_there(engine: Engine) -> bool:
    with reading(engine) as session:
        query = select(Account).where(col(Account.email).in_(ACCOUNTS))
        return session.scalars(query).first() is not None


def _check_nothing_else(engine: Engine) -> None:
    """A demonstration that was interrupted may go on; anything else is not ours to mix with."""
    own = {record.value["id"] for record in trials() if isinstance(record.value, dict)}
    with reading(engine) as session:
        others = chain(
            set(store.known(session)) - own,
            set(session.scalars(select(PARTICIPANT.c.community).distinct())) - {COMMUNITY},
            session.scalars(select(Account.email)),
        )
        if next(others, None) is not None:
            raise WrongUsage(
                N_(
                    "This database holds data of your own, which is left alone. Choose an empty "
                    "one for the demonstration: RECRUIT_DATABASE_URL=sqlite:////tmp/demo.db"
                )
            )


def _fill(engine: Engine, lexicon: Lexicon, secrets: Secrets) -> ImportReport:
    """Trials, people, matches; what became of the people."""
    with progress(N_("Importing trials")) as tell:
        import_trials(engine, lexicon, trials(), actor=ACTOR, progress=lambda n: tell(n, None))
    publish(engine, lexicon)
    told = chain(people(), [camille(today())])
    records = (Record(str(person["id"]), person) for person in told)
    with progress(N_("Importing people")) as tell:
        report = import_people(
            engine,
            lexicon,
            records,
            of=Import(COMMUNITY, ACTOR),
            secrets=secrets,
            progress=lambda n: tell(n, None),
        )
    with progress(N_("Matching")) as tell:
        match_all(engine, lexicon, on=today(), actor=ACTOR, progress=tell)
    return report


# ---------------------------------------------------------------- what came of it
def _show(engine: Engine, lexicon: Lexicon) -> None:
    """For each study how many people fit, then one person of each kind."""
    examples: dict[Verdict, Example] = {}
    show(_row(translate(N_("study"), spoken()), [translate(each, spoken()) for each in COLUMNS]))
    for version, judgements in judge_all(engine, lexicon, on=today()):
        figures = [sum(each.verdict is verdict for each in judgements) for verdict in HEADINGS]
        figures.append(sum(each.candidate for each in judgements))
        show(
            _row(f"{version.trial}  {title(version.draft, spoken()).text}", figures),
            {"trial": version.trial, **dict(zip(COLUMNS, figures, strict=True))},
        )
        for judgement in judgements:
            _remember(examples, version, judgement)
    show(
        translate(N_("proposed: has what the study is about, and nothing speaks against"), spoken())
    )
    for verdict, heading in HEADINGS.items():
        if verdict in examples:
            _explain(engine, lexicon, heading, examples[verdict])


def _row(name: str, cells: Sequence[object]) -> str:
    """A name that is cut where it is too long, and the cells to the right of it."""
    name = name if len(name) < WIDTH else f"{name[: WIDTH - 2]}…"
    return f"{name:<{WIDTH}}" + "".join(f"{cell:>12}" for cell in cells)


def _remember(examples: dict[Verdict, Example], version: Version, judgement: Judgement) -> None:
    """Keep the example that shows most: few criteria open or against, and many that hold."""
    held = [
        holds(criterion.kind, truth)
        for criterion, truth in zip(version.eligibility.criteria, judgement.truths, strict=True)
    ]
    against, unknown = held.count(Truth.NO), held.count(Truth.UNKNOWN)
    if not judgement.candidate and against != 1:
        return
    best = examples.get(judgement.verdict)
    worth = (-unknown, len(held))
    if best is None or worth > best.worth:
        examples[judgement.verdict] = Example(version, judgement, worth)


def _explain(engine: Engine, lexicon: Lexicon, heading: str, example: Example) -> None:
    trial, person = example.version.trial, example.judgement.person
    version, profile, outcome = explain_match(
        engine, lexicon, trial=trial, person=person, on=today(), actor=ACTOR
    )
    language = spoken()
    told = [
        "\n" + click.style(translate(heading, language), bold=True),
        f"{person} × {title(version.draft, language).text} – "
        + translate(VERDICTS[outcome.judgement.verdict], language),
    ]
    told += [
        line(criterion, profile, language, lexicon)
        for criterion in outcome.criteria
        if outcome.judgement.verdict is Verdict.ELIGIBLE or criterion.holds is not Truth.YES
    ]
    asked = _next_question(outcome.criteria, language, lexicon)
    if outcome.judgement.verdict is Verdict.UNDETERMINED and asked:
        told.append(
            "      → " + translate(N_("next question: {question}"), language, question=asked)
        )
    command = f"recruit explain {trial} {person}"
    told.append(translate(N_("All of it: {command}"), language, command=command))
    show("\n".join(told), encoded(outcome, profile))


def _next_question(
    criteria: tuple[CriterionOutcome, ...], language: str, lexicon: Lexicon
) -> str | None:
    return next((said for each in criteria for said in questions(each, language, lexicon)), None)


def _add_accounts(recruit: Recruit) -> None:
    show("")
    say(N_("Accounts of the demonstration, shown only now:"))
    made = {}
    for email, role in ACCOUNTS.items():
        password = secrets.token_urlsafe(12)
        made[role] = add_account(
            recruit.engine, email=email, role=role, password=password, actor=ACTOR
        )
        show(f"  {email:<30}{password}", {"account": email, "password": password})
    give_account(recruit, today(), made[Role.COORDINATOR].id or 0)
    invited = ask(recruit, f"account {made[Role.COORDINATOR].id}")
    show("")
    if invited:
        say(
            N_(
                "{n} people are invited to {trial}: {address}. Their messages land in the folder "
                "{folder}, as files, between 8 and 20 o’clock."
            ),
            n=invited,
            trial=STUDY,
            address=f"{recruit.settings.base_url}/outreach/{STUDY}",
            folder=recruit.settings.outbox,
        )
    say(
        N_("{email} takes part: ask for a code at {address}, and read it in the folder {folder}."),
        email=EMAIL,
        address=f"{recruit.settings.base_url}/me",
        folder=recruit.settings.outbox,
    )
    show("")
