"""What is handed to those who run the service fits it: units, containers, alerts, figures."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from click.testing import CliRunner
from gunicorn.config import Config

from recruit import jobs
from recruit.actions.watching.queue import Queue
from recruit.bootstrap import Recruit
from recruit.cli.main import recruit
from recruit.core import metrics
from recruit.core.config import PREFIX, Settings
from recruit.core.keys import read_secrets
from recruit.people.key_proofs import prove
from tests.web_world import empty_database

DEPLOY = Path("deploy")
MANUAL = Path("docs/operations.md")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ALERTS = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
BOARD = json.loads((DEPLOY / "grafana/recruit.json").read_text("utf-8"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
NAME = re.compile(r"\b(recruit_[a-z_]+|process_[a-z_]+)\b")
MADE_OF_ONE = ("_bucket", "_sum", "_count")
SETTING = re.compile(rf"\b{PREFIX}[A-Z_]+\b")


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


# ---------------------------------------------------------------- units and containers
def starts(unit: Path) -> str:
    [line] = [each for each in unit.read_text().splitlines() if each.startswith("ExecStart=")]
    return line.removeprefix("ExecStart=").replace("%i", "1")


def accepts(command: list[str]) -> None:
    """The command is ours and takes these options; with --help nothing is begun."""
    program = command[0].rsplit("/", 1)[-1]
    if program == "gunicorn":
        assert command[1:] == ["--config", "python:recruit.gunicorn_config"]
        return
    assert program == "recruit"
    ran = CliRunner().invoke(recruit, [*command[1:], "--help"])
    assert ran.exit_code == 0, ran.output
    for option in (each for each in command if each.startswith("--")):
        assert option in ran.output


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_what_there_is(unit: Path) -> None:
    accepts(starts(unit).split())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_a_unit(unit: Path, tmp_path: Path) -> None:
    """Its programs are put where they are on this machine; else it is verified as it is."""
    text = re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", unit.read_text(), flags=re.MULTILINE)
    copy = tmp_path / unit.name.replace("@", "@1")
    copy.write_text(text)
    ran = subprocess.run(  # noqa: S603 - systemd's own tool
        ["systemd-analyze", "verify", "--man=no", str(copy)],  # noqa: S607 - as above
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in ran.stderr.splitlines() if unit.stem.rstrip("@") in line] == []


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """How gunicorn is set up; read in, it makes a folder for the figures unless there is one."""
    monkeypatch.setenv(metrics.FOLDER, str(tmp_path))
    return import_module("recruit.gunicorn_config")


def test_gunicorn_takes_every_setting(config: ModuleType) -> None:
    known = Config().settings
    ours = {name for name in vars(config) if name.islower() and not name.startswith("_")}
    ours = {name for name in ours if not isinstance(getattr(config, name), ModuleType)}
    assert ours - set(known) == {"sd_notify"}


def test_a_unit_waits_longer_than_gunicorn_does(config: ModuleType) -> None:
    [web] = [each for each in UNITS if each.name == "recruit-web.service"]
    [stop] = re.findall(r"^TimeoutStopSec=(\d+)$", web.read_text(), re.MULTILINE)
    assert int(stop) > 2 * config.graceful_timeout


def test_reload_replaces_the_server_in_the_way_that_gunicorn_is_set_up_for(
    config: ModuleType,
) -> None:
    [web] = [each for each in UNITS if each.name == "recruit-web.service"]
    text = web.read_text()
    assert "ExecReload=/bin/kill -USR2 $MAINPID" in text
    assert "NotifyAccess=all" in text  # the new server says its own number
    assert callable(config.when_ready)
    assert config.preload_app


@pytest.mark.parametrize("file", sorted(each for each in DEPLOY.rglob("*") if each.is_file()))
def test_every_setting_that_is_named_exists(file: Path) -> None:
    named = {each.removeprefix(PREFIX).lower() for each in SETTING.findall(file.read_text("utf-8"))}
    assert named <= set(Settings.model_fields)


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_of_compose_is_made_of_what_there_is(name: str) -> None:
    service = COMPOSE["services"][name]
    for other in service.get("depends_on", {}):
        assert other in COMPOSE["services"]
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (DEPLOY / source).exists(), volume
    for secret in service.get("secrets", []):
        assert secret in COMPOSE["secrets"]
    if service["image"] == "recruit":
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()
        if "command" in service:
            accepts(service["command"])


def test_every_setting_of_the_file_reaches_every_container_of_ours() -> None:
    ours = [each for each in COMPOSE["services"].values() if each["image"] == "recruit"]
    assert len(ours) == 3
    for service in ours:
        assert service["env_file"] == ["recruit.env"]
        assert set(service["environment"]) == {"RECRUIT_DATABASE_URL", "RECRUIT_DATA_FOLDER"}


def test_only_the_pages_can_be_reached_and_only_from_this_machine() -> None:
    ports = [port for each in COMPOSE["services"].values() for port in each.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]


def test_what_prometheus_asks_is_in_compose() -> None:
    scraped = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    for job in scraped["scrape_configs"]:
        assert job["authorization"] == {"credentials_file": "/run/secrets/metrics_key"}
        names = [each["targets"][0].split(":")[0] for each in job.get("static_configs", [])]
        names += [name for each in job.get("dns_sd_configs", []) for name in each["names"]]
        assert set(names) <= set(COMPOSE["services"])
        assert job["job_name"] == f"recruit-{names[0]}"
    worker = COMPOSE["services"]["worker"]["command"]
    assert str(scraped["scrape_configs"][1]["dns_sd_configs"][0]["port"]) == worker[-1]


# Of the instructions of a container file those that we use, and what each must have.
INSTRUCTIONS = {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL"}


def instructions() -> Iterator[tuple[str, str]]:
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, " ".join(rest.split())


def test_the_container_file_has_known_instructions_and_copies_what_there_is() -> None:
    found = list(instructions())
    assert {word for word, _ in found} == INSTRUCTIONS | {"HEALTHCHECK", "CMD"}
    assert found[0][0] == "FROM"
    for word, rest in found:
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert Path(source).exists(), source
    for file in re.findall(r"--requirement (\S+)", " ".join(rest for _, rest in found)):
        assert Path(file).exists()


def test_a_container_runs_as_nobody_special_and_says_whether_it_is_ready() -> None:
    found = dict(instructions())
    assert found["USER"] == "recruit"
    assert "/readyz" in found["HEALTHCHECK"]
    accepts(json.loads(found["CMD"]))
    for image in re.findall(r"^FROM (\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE):
        assert image.startswith("python:3.11-")
