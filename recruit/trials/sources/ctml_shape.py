"""What is read of a CTML document besides its match clauses, and the words it uses for it."""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict

from recruit.trials.draft import Phase, TrialStatus
from recruit.trials.sources.shape import Many, Shape, Text, Words


def _as_text(value: object) -> object:
    # Codes and protocol numbers are numbers in YAML at times.
    return str(value) if isinstance(value, int | float) else value


Code = Annotated[Words, BeforeValidator(_as_text)]


class _Plain(Shape):
    """Names with underscores, as CTML writes them."""

    model_config = ConfigDict(alias_generator=None)


class Site(_Plain):
    """A centre that takes part."""

    site_name: Words = ""
    site_status: Words = ""


class Sites(_Plain):
    """The list of them, one level down as everything in CTML."""

    site: Many[Site] = ()


class Sponsor(_Plain):
    """Who pays or is responsible; the principal one is marked."""

    sponsor_name: Words = ""
    is_principal_sponsor: Code = ""


class Sponsors(_Plain):
    """The list of them."""

    sponsor: Many[Sponsor] = ()


class Drug(_Plain):
    """What is given."""

    drug_name: Words = ""


class Drugs(_Plain):
    """The list of them."""

    drug: Many[Drug] = ()


class Document(_Plain):
    """One trial."""

    protocol_no: Code = ""
    nct_id: Code = ""
    long_title: Words = ""
    short_title: Words = ""
    summary: Words = ""
    phase: Code = ""
    status: Words = ""
    age: Code = ""
    protocol_target_accrual: int | None = None
    site_list: Sites = Sites()
    sponsor_list: Sponsors = Sponsors()
    drug_list: Drugs = Drugs()
    prior_treatment_requirements: Many[Text] = ()


# As institutions write them into CTML; any other word says nothing that is known here.
STATUSES: Final = {
    "open to accrual": TrialStatus.RECRUITING,
    "open": TrialStatus.RECRUITING,
    "closed to accrual": TrialStatus.ACTIVE_NOT_RECRUITING,
    "closed": TrialStatus.ACTIVE_NOT_RECRUITING,
    "suspended": TrialStatus.SUSPENDED,
    "on hold": TrialStatus.SUSPENDED,
    "completed": TrialStatus.COMPLETED,
    "irb study closure": TrialStatus.COMPLETED,
    "terminated": TrialStatus.TERMINATED,
    "abandoned": TrialStatus.WITHDRAWN,
}
AGES: Final[dict[str, tuple[str | None, str | None]]] = {
    "adult": ("18 Years", None),
    "adults": ("18 Years", None),
    "child": (None, "17 Years"),
    "children": (None, "17 Years"),
}
_PHASES: Final[dict[str, Phase]] = {
    "0": "early 1",
    "early1": "early 1",
    "1": "1",
    "1/2": "1/2",
    "2": "2",
    "2/3": "2/3",
    "3": "3",
    "3/4": "3/4",
    "4": "4",
}
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def phase(words: str) -> Phase | None:
    """The phase that "II", "Phase I/II" or "PHASE3" says; None for any other word."""
    plain = re.sub(r"phase|[\s_]", "", words.lower()[:40])
    parts = [_ROMAN.get(part, part) for part in re.split(r"[/&-]", plain)]
    return _PHASES.get("/".join(parts))
