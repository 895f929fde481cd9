"""Units and containers start what there is, set up as they have to be, and hold nothing else."""

import json
import re
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from click.testing import CliRunner
from gunicorn.config import Config

from recruit.cli.main import recruit
from recruit.core import metrics
from recruit.core.config import PREFIX, Settings

DEPLOY = Path("deploy")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SETTING = re.compile(rf"\b{PREFIX}[A-Z_]+\b")


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


def copied() -> set[str]:
    """What the image takes from the folder of the source."""
    from_here = [r for word, r in instructions() if word == "COPY" and not r.startswith("--from")]
    return {source for rest in from_here for source in rest.split()[:-1]}


def test_the_builder_is_handed_what_the_image_takes_and_nothing_else() -> None:
    lines = Path(".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    assert rules[0] == "*"  # the last rule that fits decides: all of it, unless it is named
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == copied()
    assert rules[-1] == "**/__pycache__"
    assert not {"deploy", "var", ".git", ".venv", "tests"} & copied()


def test_the_container_file_has_known_instructions_and_copies_what_there_is() -> None:
    found = list(instructions())
    assert {word for word, _ in found} == INSTRUCTIONS | {"HEALTHCHECK", "CMD"}
    assert found[0][0] == "FROM"
    assert [source for source in copied() if not Path(source).exists()] == []
    for file in re.findall(r"--requirement (\S+)", " ".join(rest for _, rest in found)):
        assert Path(file).exists()


def test_a_container_runs_as_nobody_special_and_says_whether_it_is_ready() -> None:
    found = dict(instructions())
    assert found["USER"] == "recruit"
    assert "/readyz" in found["HEALTHCHECK"]
    accepts(json.loads(found["CMD"]))
    for image in re.findall(r"^FROM (\S+)", (DEPLOY / "Containerfile").read_text(), re.MULTILINE):
        assert image.startswith("python:3.11-")
