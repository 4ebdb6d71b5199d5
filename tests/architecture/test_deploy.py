"""The files for a real installation agree with the program."""

import re
import shutil
import subprocess
from dataclasses import replace

import click
import pytest
from flask import Flask, request

from portal import MAX_BODY_BYTES, create_app
from portal.access import public
from portal.config import Config
from tests.architecture.sources import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
NGINX = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
GUIDE = (ROOT / "docs" / "operation.md").read_text("utf-8")
ENVIRONMENT = (ROOT / "deploy" / "environment.example").read_text("utf-8")

#: `portal backup make`, where it is a command: at the start of a line, or in backticks.
_COMMAND = re.compile(r"(?:^|`|&& )portal (\w+) ([\w-]+)", re.MULTILINE)


def _is_command(app: Flask, group: str, name: str) -> bool:
    found = app.cli.commands.get(group)
    return isinstance(found, click.Group) and name in found.commands


def test_units_run_commands_that_exist(sqlite_app: Flask) -> None:
    started = {
        unit.name: re.search(r"--app wsgi (\w+) ([\w-]+)", unit.read_text("utf-8"))
        for unit in UNITS
    }
    assert len(started) == 4
    assert [
        name
        for name, found in started.items()
        if found is None or not _is_command(sqlite_app, *found.groups())
    ] == []


def test_guide_names_commands_that_exist(sqlite_app: Flask) -> None:
    named = set(_COMMAND.findall(GUIDE))
    assert len(named) > 8
    assert [pair for pair in named if not _is_command(sqlite_app, *pair)] == []


def test_example_sets_everything_that_production_needs() -> None:
    missing = Config.from_environment({}).missing
    assert missing
    assert [name for name in missing if f"\n{name}=" not in ENVIRONMENT] == []


def test_proxy_takes_as_much_as_the_portal() -> None:
    assert f"client_max_body_size {MAX_BODY_BYTES // 1024**2}m;" in NGINX


def test_address_is_what_the_nearest_proxy_says(sqlite_app: Flask) -> None:
    config = sqlite_app.extensions["portal"].config
    app = create_app(replace(config, trusted_proxies=1))

    @app.get("/seen")
    @public
    def seen() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    told = {
        "X-Forwarded-For": "6.6.6.6, 203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "localhost:8443",
    }
    answer = app.test_client().get("/seen", headers=told)
    assert answer.text == "203.0.113.9 https localhost:8443"
    app.extensions["portal"].database.close()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("units")
    for unit in (ROOT / "deploy" / "systemd").iterdir():
        # What is not on this machine stands for itself: the program, its folder and its user.
        text = re.sub(r"(?m)^(User|Group|EnvironmentFile)=.*\n", "", unit.read_text("utf-8"))
        text = text.replace("/opt/portal/.venv/bin/flask", "/bin/true")
        (folder / unit.name).write_text(text.replace("=/opt/portal\n", "=/\n"))
    said = subprocess.run(
        ["systemd-analyze", "verify", *sorted(folder.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        said.returncode,
        [line for line in said.stderr.splitlines() if str(folder) in line],
    ) == (0, [])
