"""Denied by default: somebody decided about every route, and every change of rights is seen."""

import pytest
from flask import Flask

from journal_core.access.terms import Permission
from portal.access import PUBLIC, access_tag
from tests.architecture.access_matrix import SNAPSHOT, access_matrix


def test_every_route_says_who_may_open_it(sqlite_app: Flask) -> None:
    assert [
        rule.rule
        for rule in sqlite_app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not decided(access_tag(sqlite_app.view_functions[rule.endpoint]))
    ] == []


def decided(tag: Permission | str | None) -> bool:
    return tag == PUBLIC or isinstance(tag, Permission)


@pytest.mark.clause("INS-1.6")
def test_rights_are_those_of_the_snapshot(sqlite_app: Flask) -> None:
    """When a change of rights is meant: `make access-matrix`, then read the difference."""
    assert access_matrix(sqlite_app).splitlines() == SNAPSHOT.read_text("utf-8").splitlines()
