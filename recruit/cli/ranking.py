"""`recruit evaluate` and `recruit rank`: people and trials from files, without a database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from recruit.actions.suggesting.stock import text_of
from recruit.cli.match import encoded, on_day
from recruit.cli.output import emit, progress, refuse
from recruit.cli.parts import opened, opened_lexicon
from recruit.cli.places import FILE_TO_READ, FILE_TO_WRITE
from recruit.core.clock import today
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.files import read_records
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Eligibility
from recruit.matching import reference
from recruit.matching.building import build
from recruit.matching.embedded import Engine
from recruit.matching.outcome import Judgement, Verdict
from recruit.matching.ranking import Ranking, Trial
from recruit.matching.scoring import score
from recruit.people.facts import Profile
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_all
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.words import read
from recruit.trials.draft import TrialDraft
from recruit.trials.eligibility import read_eligibility
from recruit.trials.sources.recognise import read_trials

TAG: Final = "recruit"

people_file = click.option(
    "--people", "people", required=True, type=FILE_TO_READ, help="People, a line each."
)
trials_file = click.option("--trials", "trials", required=True, type=FILE_TO_READ, help="Trials.")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What two files hold, as far as it could be read."""

    lexicon: Lexicon
    profiles: tuple[Profile, ...]
    drafts: tuple[TrialDraft, ...]
    eligibilities: tuple[Eligibility, ...]
    refused: tuple[Refusal, ...]


@click.command()
@people_file
@trials_file
@click.option(
    "--engine", type=click.Choice(["embedded", "reference"]), default="embedded", show_default=True
)
@click.option("--all", "every", is_flag=True, help="Every pair, not only the candidates.")
@click.option("--counts", is_flag=True, help="Only how many people fall where, per trial.")
@on_day
@click.pass_context
def evaluate(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    people: Path,
    trials: Path,
    engine: str,
    on: datetime | None,
    *,
    every: bool,
    counts: bool,
) -> None:
    """Judge each person of one file for each trial of another: one line of JSON a pair.

    Candidates have positive evidence for what the trial is about and no criterion against them.
    """
    day = on.date() if on else today()
    inputs = _read(people, trials, day)
    with progress(N_("Judging"), printing=True) as tell:
        for done, (eligibility, judgements) in enumerate(_judged(inputs, engine, day), start=1):
            tell(done, len(inputs.eligibilities))
            if counts:
                emit(_counted(eligibility, judgements))
                continue
            for profile, judgement in zip(inputs.profiles, judgements, strict=True):
                if every or judgement.candidate:
                    outcome = reference.explain(eligibility, profile, inputs.lexicon, day)
                    value = score(eligibility, judgement.truths)
                    emit({**encoded(outcome, profile), "score": round(value, 6)})
    context.exit(refuse(inputs.refused))


@click.command()
@people_file
@trials_file
@click.option("--top", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--out", type=FILE_TO_WRITE, required=True)
@on_day
@click.pass_context
def rank(  # noqa: PLR0913 - one parameter for each option
    context: click.Context,
    *,
    people: Path,
    trials: Path,
    top: int,
    out: Path,
    on: datetime | None,
) -> None:
    """Rank the trials of one file for each person of another, best first, in TREC's run format.

    Trials that a criterion speaks against stay in, at the bottom.
    """
    day = on.date() if on else today()
    inputs = _read(people, trials, day)
    if not inputs.drafts:
        refuse(inputs.refused)
        raise WrongUsage(N_("There is no trial in {file} that could be ranked."), file=trials.name)
    if not inputs.profiles:
        refuse(inputs.refused)
        raise WrongUsage(N_("There is nobody in {file} to rank trials for."), file=people.name)
    ranking = Ranking(
        [
            Trial(eligibility, text_of(draft, eligibility))
            for draft, eligibility in zip(inputs.drafts, inputs.eligibilities, strict=True)
        ],
        inputs.lexicon,
        lambda text: read(text).norms,
    )
    # Whole or not at all: half a run looks like a run.
    part = out.with_name(out.name + ".part")
    try:
        writing = part.open("w", encoding="utf-8")
    except OSError as error:
        raise WrongUsage(N_("The folder of “{file}” cannot be written."), file=out.name) from error
    with writing as run, progress(N_("Ranking")) as tell:
        for done, (profile, ranked) in enumerate(ranking.rank(inputs.profiles, day), start=1):
            for place, (trial, value) in enumerate(ranked[:top], start=1):
                run.write(f"{profile.person} Q0 {trial} {place} {value:.6f} {TAG}\n")
            tell(done, len(inputs.profiles))
    part.replace(out)
    context.exit(refuse(inputs.refused))


def _read(people: Path, trials: Path, on: date) -> Inputs:
    lexicon = opened_lexicon(opened())
    refused: list[Refusal] = []
    profiles: list[Profile] = []
    drafts: list[TrialDraft] = []
    eligibilities: list[Eligibility] = []
    with progress(N_("Reading people")) as tell:
        for read_person in read_all(read_records(people), lexicon, on):
            if isinstance(read_person, Intake):
                profiles.append(read_person.profile)
                refused += read_person.notes
            else:
                refused.append(read_person)
            tell(len(profiles), None)
    with progress(N_("Reading trials")) as tell:
        for draft in read_trials(read_records(trials)):
            if isinstance(draft, Refusal):
                refused.append(draft)
                continue
            drafts.append(draft)
            eligibilities.append(read_eligibility(draft, lexicon))
            tell(len(drafts), None)
    return Inputs(lexicon, tuple(profiles), tuple(drafts), tuple(eligibilities), tuple(refused))


def _judged(
    inputs: Inputs, engine: str, on: date
) -> Iterator[tuple[Eligibility, Sequence[Judgement]]]:
    if engine == "reference":
        for eligibility in inputs.eligibilities:
            yield eligibility, reference.evaluate(eligibility, inputs.profiles, inputs.lexicon, on)
        return
    embedded = Engine(build(inputs.profiles, inputs.lexicon), inputs.lexicon, on)
    for eligibility in inputs.eligibilities:
        yield eligibility, embedded.judgements(eligibility)


def _counted(eligibility: Eligibility, judgements: Sequence[Judgement]) -> dict[str, object]:
    counts = {
        verdict.value: sum(judgement.verdict is verdict for judgement in judgements)
        for verdict in Verdict
    }
    candidates = sum(judgement.candidate for judgement in judgements)
    return {"trial": eligibility.trial, **counts, "candidates": candidates}
