"""What the portal refuses to start with."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.config import Config, ConfigError, Mode
from portal.readiness import require_fit
from tests.portal.story import seed


def test_production_without_a_secret_says_what_to_set(tmp_path: Path) -> None:
    config = Config.from_environment({"PORTAL_DATA_DIR": str(tmp_path)})
    with pytest.raises(ConfigError, match="PORTAL_SECRET_KEY"):
        require_fit(config)


def test_production_refuses_a_database_marked_as_demo(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    with pytest.raises(ConfigError, match="marked as a demo"):
        require_fit(sqlite_app.extensions["portal"].config)


def test_demo_refuses_a_database_without_its_mark(sqlite_app: Flask) -> None:
    config = replace(sqlite_app.extensions["portal"].config, mode=Mode.DEMO)
    with pytest.raises(ConfigError, match="not marked as a demo"):
        require_fit(config)


@pytest.mark.parametrize(
    "variable",
    [
        {"PORTAL_BASE_URL": "https://school.example"},
        {"PORTAL_DATABASE_URL": "postgresql+psycopg://db.example/school"},
    ],
)
def test_demo_stays_on_loopback(tmp_path: Path, variable: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="loopback"):
        Config.from_environment(
            {"PORTAL_MODE": "demo", "PORTAL_DATA_DIR": str(tmp_path), **variable}
        )
