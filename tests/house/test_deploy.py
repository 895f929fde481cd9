"""What is handed to those who watch the service fits it: figures, panels, alerts, runbooks."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from recruit import jobs
from recruit.actions.watching.queue import Queue
from recruit.bootstrap import Recruit
from recruit.core import metrics
from recruit.core.config import Settings
from recruit.core.keys import read_secrets
from recruit.people.key_proofs import prove
from tests.web_world import empty_database

DEPLOY = Path("deploy")
MANUAL = Path("docs/operations.md")
ALERTS = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
BOARD = json.loads((DEPLOY / "grafana/recruit.json").read_text("utf-8"))
NAME = re.compile(r"\b(recruit_[a-z_]+|process_[a-z_]+)\b")
MADE_OF_ONE = ("_bucket", "_sum", "_count")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The name of every figure that there is."""
    folder = tmp_path_factory.mktemp("figures")
    engine, secrets = empty_database(folder), read_secrets(Settings(data_folder=folder))
    prove(engine, secrets)
    found = {each.name for each in (*metrics.OWN.collect(), *Queue(engine, secrets).collect())}
    engine.dispose()
    return found | {f"{name}_total" for name in found}


def is_known(name: str, names: set[str]) -> bool:
    return name in names or any(
        name.removesuffix(part) in names for part in MADE_OF_ONE if name.endswith(part)
    )


def questions() -> Iterator[tuple[str, str]]:
    """Every question that an alert or a panel asks."""
    for rule in ALERTS:
        yield rule["alert"], rule["expr"]
    for panel in BOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "asked"), list(questions()))
def test_every_figure_that_is_asked_for_exists(where: str, asked: str, names: set[str]) -> None:
    wanted = set(NAME.findall(asked)) - {"recruit_"}
    assert wanted or "up{" in asked, where
    assert {name for name in wanted if not is_known(name, names)} == set(), where


def test_every_figure_of_ours_is_described_and_no_other(names: set[str]) -> None:
    section = MANUAL.read_text("utf-8").split("## What is measured")[1].split("\n## ")[0]
    rows = [row for row in section.splitlines() if row.startswith("| `recruit")]
    described = {each for row in rows for each in NAME.findall(row.split("|")[1])}
    ours = {each for each in names if each.startswith("recruit_")}
    assert {name.removesuffix("_total") for name in described} == {
        name.removesuffix("_total") for name in ours
    }


def test_every_figure_of_ours_is_on_the_board(names: set[str]) -> None:
    shown = {each for _, asked in questions() for each in NAME.findall(asked)}
    shown |= {each.removesuffix(part) for each in shown for part in MADE_OF_ONE}
    ours = {each.removesuffix("_total") for each in names if each.startswith("recruit_")}
    assert ours <= {each.removesuffix("_total") for each in shown}


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_has_its_runbook(rule: dict[str, Any]) -> None:
    text = MANUAL.read_text("utf-8")
    own = [part for part in text.split("\n### ") if part.splitlines()[0] == rule["alert"]]
    assert len(own) == 1
    for what in (f"*{rule['labels']['severity'].title()}.*", "**Do**", "**"):
        assert what in own[0]
    assert re.search(r"\*\*(Call|call|Look)\*\*", own[0])
    assert rule["annotations"]["runbook"] == f"{MANUAL}#{rule['alert'].lower()}"


def test_every_runbook_has_its_alert() -> None:
    runbooks = re.findall(r"^### (Recruit\w+)$", MANUAL.read_text("utf-8"), re.MULTILINE)
    assert runbooks == [rule["alert"] for rule in ALERTS]


def asks(alert: str) -> str:
    [rule] = [each for each in ALERTS if each["alert"] == alert]
    return str(rule["expr"])


def periods() -> Iterator[tuple[str, timedelta]]:
    """How often each job runs that runs again."""
    settled = cast("Recruit", SimpleNamespace(settings=Settings()))  # of it, only the zone is asked
    for job in jobs.scheduler(settled).get_jobs():
        if isinstance(job.trigger, CronTrigger):
            yield job.id, timedelta(days=1)
        elif isinstance(job.trigger, IntervalTrigger):
            yield job.id, job.trigger.interval


def test_a_job_too_rare_to_fail_four_times_in_half_an_hour_is_watched_by_its_age() -> None:
    asked = re.findall(r'task=~"([a-z|]+)".*> (\d+) \* 3600', asks("RecruitJobLate"))
    limits = {task: timedelta(hours=int(h)) for tasks, h in asked for task in tasks.split("|")}
    rare = {job: every for job, every in periods() if 4 * every > timedelta(minutes=30)}
    assert limits.keys() == rare.keys() - {"match"}  # RecruitNoMatching watches it
    assert all(limits[job] > rare[job] for job in limits)


def test_what_is_not_there_at_all_is_noticed() -> None:
    assert 'or absent(up{job="recruit-worker"})' in asks("RecruitDown")
    done = 'recruit_job_done_timestamp_seconds{task="match"}'
    assert f"or absent_over_time({done}[1h])" in asks("RecruitNoMatching")


def test_a_provider_is_not_blamed_for_what_our_own_gates_held() -> None:
    asked = asks("RecruitProviderRefuses")
    parts = re.findall(r'recruit_sends_total\{fate(?:!=|!~)"([a-z|]+)"\}', asked)
    assert len(parts) == asked.count("recruit_sends_total")
    assert all("held" in fates.split("|") for fates in parts)


def test_panels_have_numbers_and_places_of_their_own() -> None:
    panels = BOARD["panels"]
    assert len({each["id"] for each in panels}) == len(panels)
    places = {(each["gridPos"]["x"], each["gridPos"]["y"]) for each in panels}
    assert len(places) == len(panels)
