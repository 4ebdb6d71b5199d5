"""Every story of the portal leaves a sound school behind."""

from collections.abc import Iterator

import pytest
from flask import Flask

from journal_core.sweepers.queries import faults
from portal.state import Portal

APPS = ("app", "sqlite_app")


@pytest.fixture(autouse=True)
def swept(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the test the sweepers find nothing, unless it planted wrong rows itself."""
    apps: list[Flask] = [
        request.getfixturevalue(name) for name in APPS if name in request.fixturenames
    ]
    # An app of a test's own may be no portal.
    portals: list[Portal] = [one.extensions["portal"] for one in apps if "portal" in one.extensions]
    yield
    if request.node.get_closest_marker("wrong_rows"):
        return
    for portal in portals:
        with portal.database.reading() as session:
            assert faults(session) == []
