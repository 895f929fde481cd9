"""What the trial is about, whom it asks for, when, and under which numbers."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from recruit.actions.posting.details.typed import Typed
from recruit.core.dates import DAYS, PartialDate, TimeUnit
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.trials.checks import LARGEST_TARGET, MOST_SUBJECTS
from recruit.trials.draft import AgeLimit, Asked, Phase, TrialDraft, TrialStatus
from recruit.trials.values import read_age, read_date

LABELS: Final = {
    "number": N_("Registry number"),
    "registry_ids": N_("Other numbers, one a line"),
    "url": N_("Link to the registry’s record"),
    "phase": N_("Phase"),
    "status": N_("Status"),
    "sponsor": N_("Sponsor"),
    "conditions": N_("Conditions, one a line"),
    "interventions": N_("Interventions, one a line"),
    "keywords": N_("Keywords, one a line"),
    "sex": N_("Sex"),
    "min_age": N_("Lowest age"),
    "min_age_unit": N_("Its unit"),
    "max_age": N_("Highest age"),
    "max_age_unit": N_("Its unit"),
    "healthy_volunteers": N_("Healthy volunteers"),
    "target": N_("Target number of participants"),
    "starts": N_("Start date"),
    "ends": N_("End date"),
}
PHASES: Final[dict[str, Phase | None]] = {
    "": None,
    "early 1": "early 1",
    "1": "1",
    "1/2": "1/2",
    "2": "2",
    "2/3": "2/3",
    "3": "3",
    "3/4": "3/4",
    "4": "4",
}
SEXES: Final[dict[str, Asked | None]] = {
    "": None,
    "all": "all",
    "female": "female",
    "male": "male",
}
HEALTHY: Final[dict[str, bool | None]] = {"": None, "yes": True, "no": False}
STATUSES: Final = {status.value: status for status in TrialStatus}
UNITS: Final = {unit.value: unit for unit in TimeUnit}
MOST_DIGITS: Final = len(str(LARGEST_TARGET))


def shown(draft: TrialDraft) -> dict[str, str]:
    """What stands in the fields; `number` is whoever's it is, the deed knows."""
    return {
        "number": draft.id,
        "registry_ids": "\n".join(draft.registry_ids),
        "url": draft.url or "",
        "phase": draft.phase or "",
        "status": draft.status.value,
        "sponsor": draft.sponsor,
        "conditions": "\n".join(draft.conditions),
        "interventions": "\n".join(draft.interventions),
        "keywords": "\n".join(draft.keywords),
        "sex": draft.sex or "",
        **_shown_age("min_age", draft.youngest),
        **_shown_age("max_age", draft.oldest),
        "healthy_volunteers": _key(HEALTHY, draft.healthy_volunteers),
        "target": "" if draft.target is None else str(draft.target),
        "starts": str(draft.starts or ""),
        "ends": str(draft.ends or ""),
    }


def read(typed: Typed, draft: TrialDraft) -> TrialDraft:
    """The draft with what was typed."""
    youngest = _age(typed, "min_age", draft.youngest)
    oldest = _age(typed, "max_age", draft.oldest)
    if youngest and oldest and _days(youngest) > _days(oldest):
        typed.refuse("min_age", N_("the lowest age is above the highest age"))
    starts, ends = _date(typed, "starts"), _date(typed, "ends")
    if starts and ends and ends.latest < starts.earliest:
        typed.refuse("ends", N_("the end lies before the start"))
    return replace(
        draft,
        registry_ids=typed.lines("registry_ids"),
        url=_link(typed, draft.url),
        phase=typed.one_of("phase", PHASES, None),
        status=typed.one_of("status", STATUSES, draft.status),
        sponsor=typed.line("sponsor"),
        conditions=_subjects(typed, "conditions"),
        interventions=typed.lines("interventions"),
        keywords=_subjects(typed, "keywords"),
        sex=typed.one_of("sex", SEXES, None),
        min_age=_words(draft.min_age, draft.youngest, youngest),
        max_age=_words(draft.max_age, draft.oldest, oldest),
        youngest=youngest,
        oldest=oldest,
        healthy_volunteers=typed.one_of("healthy_volunteers", HEALTHY, None),
        target=_target(typed),
        starts=starts,
        ends=ends,
    )


def _key(options: dict[str, bool | None], value: bool | None) -> str:  # noqa: FBT001 - a value, no switch
    return next(key for key, each in options.items() if each is value)


def _shown_age(name: str, limit: AgeLimit | None) -> dict[str, str]:
    unit = limit.unit if limit else TimeUnit.YEAR
    return {name: f"{limit.amount:g}" if limit else "", f"{name}_unit": unit.value}


def _age(typed: Typed, name: str, old: AgeLimit | None) -> AgeLimit | None:
    """The limit in two fields, an amount and its unit; the amount may bring its own ("6 mois")."""
    amount, unit = typed.line(name).replace(",", "."), typed.line(f"{name}_unit")
    if not amount:
        return None
    if unit not in UNITS:
        typed.refuse(name, N_("“{value}” is not a unit of age known here"), value=unit[:40])
        return old
    bare = amount.replace(".", "", 1).isdecimal()
    written = f"{amount} {unit}" if bare else amount
    return typed.fit(name, lambda: read_age(written, typed.record, name))


def _words(said: str | None, before: AgeLimit | None, limit: AgeLimit | None) -> str | None:
    """The limit in a registry's words: those that stood there as long as they say the same."""
    if limit == before:
        return said
    return f"{limit.amount:g} {limit.unit.capitalize()}s" if limit else None


def _days(limit: AgeLimit) -> float:
    return limit.amount * DAYS[limit.unit]


def _date(typed: Typed, name: str) -> PartialDate | None:
    return typed.fit(name, lambda: read_date(typed.line(name), typed.record, name))


def _subjects(typed: Typed, name: str) -> tuple[str, ...]:
    found = typed.lines(name)
    if len(found) > MOST_SUBJECTS:
        typed.refuse(name, N_("more than {limit} of them"), limit=f"{MOST_SUBJECTS:,}")
    return found


def _target(typed: Typed) -> int | None:
    written = "".join(typed.line("target").split())
    if not written:
        return None
    if not (written.isascii() and written.isdigit()):
        typed.refuse("target", N_("this must be a whole number"))
        return None
    if len(written) > MOST_DIGITS or int(written) > LARGEST_TARGET:
        typed.refuse("target", N_("no such value is possible here"))
        return None
    return int(written)


def _link(typed: Typed, old: str | None) -> str | None:
    """An https address; what a registry gave may stay as it is."""
    written = typed.line("url")
    if written == (old or ""):
        return old
    return typed.fit("url", lambda: _https(written, typed.record)) if written else None


def _https(written: str, record: str) -> str:
    problem = Refusal(
        record=record, field="url", problem=N_("a link begins with https:// and names a site")
    )
    try:
        parts = urlsplit(written)
    except ValueError:
        raise problem from None
    if parts.scheme != "https" or not parts.hostname or " " in written or parts.username:
        raise problem
    return written
