"""Every command of docs/operations.md: ours are run, the others are held against deploy/."""

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from recruit.core import metrics
from recruit.core.paths import default_data_folder
from recruit.terminology.build import build
from tests.faults.servers import KEY, PATIENCE, SERVES, Place, await_said, ended, place, serve
from tests.faults.workers import eventually
from tests.functional.shell import Shell

MANUAL = Path("docs/operations.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", MANUAL, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]
DEPLOY = Path("deploy")
CANARY = "zqxcanary"
PASSWORD = "a long enough password\n"
VERBS = {"enable", "reload", "restart", "start", "status"}
OURS = "recruit-as-service"


def of(program: str) -> list[str]:
    """The commands that begin so."""
    return [each for each in COMMANDS if each.startswith(f"{program} ")]


def test_every_command_is_of_a_kind_that_is_tested() -> None:
    tested = {OURS, "systemctl", "journalctl", "docker", "curl", "openssl"}
    assert {each.split()[0] for each in COMMANDS} == tested


def test_no_command_is_to_be_typed_without_the_settings() -> None:
    assert set(re.findall(r"`recruit (\w+)", MANUAL)) == {"config", "serve", "worker"}  # spoken of


def test_a_typed_command_runs_as_the_units_do(tmp_path: Path) -> None:
    said = tmp_path / "systemd-run"
    said.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    said.chmod(0o755)
    ran = subprocess.run(  # noqa: S603 - our own script
        [DEPLOY / OURS, "user", "add", "a b"],
        env={"PATH": f"{tmp_path}:{os.defpath}"},
        capture_output=True,
        text=True,
        check=True,
    )
    given = ran.stdout.splitlines()
    lines = (DEPLOY / "systemd/recruit-worker@.service").read_text("utf-8").splitlines()
    unit = dict(line.split("=", 1) for line in lines if "=" in line)
    assert {f"--uid={unit['User']}", f"--gid={unit['Group']}"} <= set(given)
    for name in ("EnvironmentFile", "StateDirectory", "StateDirectoryMode", "UMask"):
        assert f"--property={name}={unit[name]}" in given
    assert given[-4:] == [unit["ExecStart"].split()[0], "user", "add", "a b"]


def test_nobody_is_told_to_reload_for_a_setting() -> None:
    assert not re.search(r"`RECRUIT_\w+`[^.]*\breload\b", MANUAL)
    changing = MANUAL.split("## Changing a setting or a key\n")[1].split("\n## ")[0]
    verbs, units = zip(*re.findall(r"^systemctl (\w+) (\S+)$", changing, re.MULTILINE), strict=True)
    assert set(verbs) == {"restart"}
    assert units[0] == "recruit-web.service"


@pytest.mark.parametrize("command", of(OURS))
def test_a_command_of_ours_does_what_it_says(shell: Shell, command: str) -> None:
    ran = shell.run(*shlex.split(command)[1:], given=PASSWORD)
    assert ran.status == 0, ran.err


@pytest.mark.parametrize("command", of("openssl"))
def test_a_key_that_is_made_so_is_long_enough(
    shell: Shell, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True)  # noqa: S603 - of our own manual
    for setting in ("SECRET", "VAULT", "METRICS"):
        monkeypatch.setenv(f"RECRUIT_{setting}_KEYS", made.stdout.strip())
    assert shell.run("config").status == 0


@pytest.mark.parametrize("command", of("systemctl") + of("journalctl"))
def test_a_unit_that_is_named_exists(command: str) -> None:
    units = re.findall(r"[\w-]+@?\d?\.service", command)
    assert units
    for unit in units:
        file = DEPLOY / "systemd" / re.sub(r"@\d", "@", unit)
        assert file.exists(), unit
        if command.startswith("systemctl reload"):
            assert "ExecReload=" in file.read_text("utf-8")
    if command.startswith("systemctl"):
        assert command.split()[1] in VERBS


@pytest.mark.parametrize("command", of("docker"))
def test_a_compose_file_that_is_named_exists(command: str) -> None:
    words = shlex.split(command)
    assert words[1] == "compose"
    assert Path(words[words.index("--file") + 1]).exists()
    assert Path(words[words.index("--env-file") + 1]).parent == DEPLOY
    assert words[-1] in {"ps", "--detach"}


def test_the_settings_of_compose_are_those_of_the_example() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?\}", (DEPLOY / "compose.yaml").read_text("utf-8")))
    example = (DEPLOY / "recruit.env.example").read_text("utf-8")
    given = {line.partition("=")[0] for line in example.splitlines() if "=" in line}
    assert asked - given == {"POSTGRES_PASSWORD"}
    assert "`POSTGRES_PASSWORD`" in MANUAL
    assert yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["name"] == "recruit"


# ---------------------------------------------------------------- gunicorn, as it is installed
@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Any]]:
    """Gunicorn with two workers over SQLite, asked some pages."""
    folder = tmp_path_factory.mktemp("installed")
    compiled = build(default_data_folder())
    (folder / compiled.name).symlink_to(compiled)
    here = place(f"sqlite:///{folder / 'recruit.db'}", folder, folder)
    counted = folder / "counted"  # the unit names such a folder, which outlives a server
    counted.mkdir()
    here = replace(here, environment={**here.environment, metrics.FOLDER: str(counted)})
    process = serve(here)
    with ended(here, process):
        await_said(here, SERVES, times=2)
        yield here, process


def seen(here: Place) -> float:
    """How often the list of studies was asked for, as the metrics say."""
    status, text = here.ask("/metrics", KEY)
    assert status == 200
    found = re.search(r'recruit_request_seconds_count\{.*route="/studies",.*\} (\S+)', text)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("command", of("curl"))
def test_readiness_is_asked_for_so(installed: tuple[Place, Any], command: str) -> None:
    here, _ = installed
    asked = shlex.split(command.replace(":8000", f":{here.port}"))
    ran = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=PATIENCE)  # noqa: S603 - of our own manual
    assert ran.stdout == "ready\n"


def test_whichever_process_is_asked_counts_what_all_did(installed: tuple[Place, Any]) -> None:
    here, _ = installed
    before = seen(here)
    for _ in range(12):  # each on a connection of its own: both workers answer some
        assert here.ask(f"/studies?q={CANARY}")[0] == 200
    assert seen(here) == before + 12


def test_the_log_of_a_server_is_json_and_says_nothing_of_who_asks(
    installed: tuple[Place, Any],
) -> None:
    here, _ = installed
    for address in (f"/studies?q={CANARY}", f"/i/{CANARY}", f"/{CANARY}"):
        here.ask(address)
    lines = here.log.read_text("utf-8").splitlines()
    assert all(line.startswith("{") and line.endswith("}") for line in lines), lines
    log = "\n".join(lines)
    assert '"route": "/i/<token>"' in log
    assert CANARY not in log
    assert "127.0.0.1:" not in log.replace(f"127.0.0.1:{here.port}", "")


def test_the_server_is_replaced_and_goes_on_counting(installed: tuple[Place, Any]) -> None:
    here, process = installed
    assert here.ask("/studies")[0] == 200
    before, counted = here.number.read_text(), seen(here)
    process.send_signal(signal.SIGUSR2)
    assert process.wait(PATIENCE) == 0
    assert here.ask("/readyz") == (200, "ready\n")
    await_said(here, SERVES, times=4)
    assert eventually(here.number.exists, within=PATIENCE)  # the new server renames its own
    assert here.number.read_text() != before
    assert seen(here) == counted > 0
