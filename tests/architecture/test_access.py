"""Denied by default: somebody decided about every route, and every change of rights is seen."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

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


def test_stranger_is_sent_to_sign_in(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    answers = {path: client.get(path) for path in closed_pages(sqlite_app)}
    assert len(answers) > 3
    assert {
        path: answer.status
        for path, answer in answers.items()
        if answer.status_code != 303 or not answer.location.startswith("/login?next=")
    } == {}


def closed_pages(app: Flask) -> Iterator[str]:
    """The path of every page that is not public, with any values in its gaps."""
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        tag = access_tag(app.view_functions[rule.endpoint])
        if isinstance(tag, Permission) and "GET" in (rule.methods or set()):
            yield addresses.build(rule.endpoint, any_values(rule))


def any_values(rule: Rule) -> dict[str, object]:
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        choices = sorted(getattr(converter, "items", ()))
        kinds = {"UUIDConverter": UUID(int=1), "IntegerConverter": 1}
        values[name] = choices[0] if choices else kinds.get(type(converter).__name__, "x")
    return values
