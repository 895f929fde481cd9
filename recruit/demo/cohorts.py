"""What the sample people have in common, group by group: the tables, typed."""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

TABLES: Final = Path(__file__).parent / "tables"

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Disease:
    """A disease that a `share` of a group has besides its own, or had where it is `past`."""

    en: str
    fr: str
    share: float
    code: str | None = None
    past: bool = False


@dataclass(frozen=True, slots=True)
class Treatment:
    """A medicine, operation or device that a `share` has; it began `months` ago, [least, most].

    `stopped`: nobody takes it any longer.
    """

    en: str
    fr: str
    share: float
    months: Range = (1, 60)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A value from a normal distribution that is cut at `low` and `high`; `text` is its name."""

    text: str
    unit: str
    mean: float
    sd: float
    low: float
    high: float
    digits: int
    fr: str | None = None
    uln: float | None = None

    def name(self, language: str) -> str:
        """What people of `language` call it."""
        return self.fr if language == "fr" and self.fr else self.text


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades on a scale and how often each is met."""

    text: str
    grades: tuple[str, ...]
    weights: tuple[int, ...]
    fr: str | None = None

    def name(self, language: str) -> str:
        """What people of `language` call it."""
        return self.fr if language == "fr" and self.fr else self.text


@dataclass(frozen=True, slots=True)
class Finding:
    """A biomarker and what its test found."""

    text: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Cohort:
    """A group: `size` is its weight among all, `ages` and `years` since diagnosis are spans.

    Without `en`, `fr` and `code` its people are healthy. `egfr` and `systolic` replace the mean
    and spread that people have in general; `smokers` and `vaccines` are shares.
    """

    size: int
    women: float
    ages: Range
    years: Range = (0, 0)
    en: str | None = None
    fr: str | None = None
    code: str | None = None
    drugs: tuple[Treatment, ...] = ()
    procedures: tuple[Treatment, ...] = ()
    devices: tuple[Treatment, ...] = ()
    biomarkers: tuple[Finding, ...] = ()
    measures: tuple[Result, ...] = ()
    scales: tuple[Grades, ...] = ()
    also: tuple[Disease, ...] = ()
    egfr: tuple[float, float] = (84, 13)
    systolic: tuple[float, float] = (124, 9)
    smokers: float = 0.18
    vaccines: float = 0.3


@dataclass(frozen=True, slots=True)
class Town:
    """A place to live, its middle in degrees WGS 84, and the languages spoken there."""

    town: str
    postcode: str
    country: str
    lat: float
    lon: float
    languages: tuple[str, ...]


@cache
def cohorts() -> tuple[Cohort, ...]:
    """All groups, in the order of the trials they could belong to."""
    with (TABLES / "cohorts.toml").open("rb") as file:
        named = TypeAdapter(dict[str, Cohort]).validate_python(tomllib.load(file))
    return tuple(named.values())


@cache
def towns() -> tuple[Town, ...]:
    """All places."""
    with (TABLES / "towns.csv").open(encoding="utf-8", newline="") as file:
        rows = [{**row, "languages": row["languages"].split()} for row in csv.DictReader(file)]
    return TypeAdapter(tuple[Town, ...]).validate_python(rows)
