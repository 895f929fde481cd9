"""`recruit match` and `recruit explain`: what is stored, matched and explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from recruit.actions.catalogue import title
from recruit.actions.evidence import evidence
from recruit.actions.match_run import Spread
from recruit.actions.matching import explain_match, match_all
from recruit.bootstrap import Recruit, start
from recruit.cli.main import spoken
from recruit.cli.output import as_json, emit, progress, resumable
from recruit.cli.parts import opened, opened_lexicon
from recruit.core.clock import today
from recruit.core.errors import UnderWay, WrongUsage
from recruit.core.i18n import N_, translate
from recruit.core.locks import Job, alone_at
from recruit.criteria.phrase import phrase
from recruit.criteria.truth import Truth
from recruit.matching.grounds import grounds
from recruit.matching.outcome import CriterionOutcome, Outcome, Verdict
from recruit.people.facts import Profile
from recruit.terminology.lexicon import Lexicon

SIGNS = {Truth.YES: "✓", Truth.NO: "✕", Truth.UNKNOWN: "?"}
COLOURS = {Truth.YES: "green", Truth.NO: "red", Truth.UNKNOWN: "yellow"}
VERDICTS = {
    Verdict.ELIGIBLE: N_("All criteria are met."),
    Verdict.INELIGIBLE: N_("At least one criterion speaks against it."),
    Verdict.UNDETERMINED: N_("Nothing speaks against it; some criteria are open."),
}
on_day = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to judge on, today unless given.",
)


@click.command()
@click.option("--trial", help="Only this trial.")
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["embedded", "reference", "distributed"]),
    default="embedded",
    show_default=True,
    help="Who judges: all say the same.",
)
@click.option("--scheduler", help="The address of a Dask cluster, for --engine distributed.")
@click.option("--anew", is_flag=True, help="Judge every pair again, changed or not.")
@on_day
@as_json
def match(  # noqa: PLR0913 - one parameter for each option
    trial: str | None,
    engine_name: str,
    scheduler: str | None,
    on: datetime | None,
    *,
    anew: bool,
    json_lines: bool,
) -> None:
    """Match everyone who consents with every stored trial; writes what has changed.

    One run over all trials at a time: while a worker is at it, this says so and ends (status 3).
    """
    if (engine_name == "distributed") is not (scheduler is not None):
        raise WrongUsage(N_("--engine distributed and --scheduler go together."))
    recruit = opened()
    spread = _spread(recruit, scheduler) if scheduler else None
    engine, lexicon = recruit.engine, opened_lexicon(recruit)
    with _alone(recruit, trial), resumable(), progress(N_("Matching")) as tell:
        report = match_all(
            engine,
            lexicon,
            on=on.date() if on else today(),
            actor="cli",
            trial=trial,
            judges="reference" if engine_name == "reference" else "embedded",
            spread=spread,
            anew=anew,
            progress=tell,
        )
    if json_lines:
        emit({name: getattr(report, name) for name in report.__slots__})
        return
    figures = {name: getattr(report, name) for name in report.__slots__}
    for said in (
        N_(
            "Trials: {trials}, people: {people}, matches: {candidates} "
            "({new} new, {kept} kept, {superseded} superseded)"
        ),
        N_(
            "Pairs judged: {judged} "
            "({eligible} eligible, {undetermined} undetermined, {ineligible} ineligible)"
        ),
        N_("People without consent who were left out: {without_consent}"),
    ):
        click.echo(translate(said, spoken(), **figures))


@contextmanager
def _alone(recruit: Recruit, trial: str | None) -> Iterator[None]:
    """Let no other process match all trials meanwhile; one trial may be matched beside it."""
    if trial:
        yield
        return
    with alone_at(recruit.engine, Job.MATCHING) as first:
        if not first:
            raise UnderWay
        yield


def _spread(recruit: Recruit, scheduler: str) -> Spread:
    """What has a cluster judge."""
    from recruit.actions.match_cluster import Cluster  # noqa: PLC0415 - few runs need it

    return Cluster(scheduler, start, recruit).spread


@click.command()
@click.argument("trial")
@click.argument("person")
@on_day
@as_json
def explain(trial: str, person: str, on: datetime | None, *, json_lines: bool) -> None:
    """Explain criterion by criterion how PERSON fits TRIAL, with the evidence."""
    recruit = opened()
    engine, lexicon = recruit.engine, opened_lexicon(recruit)
    version, profile, outcome = explain_match(
        engine,
        lexicon,
        trial=trial,
        person=person,
        on=on.date() if on else today(),
        actor="cli",
    )
    if json_lines:
        emit(encoded(outcome, profile))
        return
    language = spoken()
    click.echo(f"{title(version.draft, language).text}\n{profile.person} – ", nl=False)
    click.echo(translate(VERDICTS[outcome.judgement.verdict], language) + "\n")
    for criterion in outcome.criteria:
        click.echo(line(criterion, profile, language, lexicon))


def encoded(outcome: Outcome, profile: Profile) -> dict[str, object]:
    """The outcome as JSON; a criterion's verdict is whether it lets the person in."""
    return {
        "person": outcome.judgement.person,
        "trial": outcome.judgement.trial,
        "verdict": outcome.judgement.verdict.value,
        "criteria": [
            {
                "kind": each.criterion.kind,
                "text": each.criterion.text,
                "verdict": each.holds.name.lower(),
                "evidence": grounds(each, profile),
            }
            for each in outcome.criteria
        ],
    }


def line(outcome: CriterionOutcome, profile: Profile, language: str, lexicon: Lexicon) -> str:
    """A criterion as a sentence, whether it lets the person in, and the facts that say so."""
    sign = click.style(SIGNS[outcome.holds], fg=COLOURS[outcome.holds], bold=True)
    kind = "+" if outcome.criterion.kind == "inclusion" else "–"
    said = [f"{sign} {kind} {phrase(outcome.criterion.rule, language, lexicon)}"]
    said += [f"      ← {fact}" for fact in evidence(outcome, profile, language)]
    return "\n".join(said)
