"""Every route, asked by everybody, with what belongs there and with what does not."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from journal_core.access.terms import Role
from tests.portal.crawling import HOSTILE, NOBODY, Crawled, school_to_crawl

EVERYBODY: tuple[Role | None, ...] = (NOBODY, *Role)
CHANCE = 20261123


#: The database that refuses more: lengths of texts, the sign NUL, numbers out of range.
STRICT = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def school(app: Flask) -> Crawled:
    return school_to_crawl(app, chance=CHANCE)


@pytest.mark.clause("INS-1.6")
def test_every_page_opens_to_its_roles_alone(sqlite_app: Flask) -> None:
    school = school_to_crawl(sqlite_app, chance=CHANCE)
    wrong = [
        f"{who} GET {path}: {answer.status}"
        for rule in school.rules("GET")
        for who in EVERYBODY
        if (path := school.path(rule))
        and not _as_the_matrix_says(
            answer := school.get(who, path), is_nobody=who is NOBODY, may=school.may(who, rule)
        )
    ]
    assert (wrong, school.told) == ([], "")


@pytest.mark.clause("INS-1.6")
def test_every_act_is_refused_to_the_others(sqlite_app: Flask) -> None:
    school = school_to_crawl(sqlite_app, chance=CHANCE)
    wrong = [
        f"{who} POST {path}: {answer.status}"
        for rule in school.rules("POST")
        for who in EVERYBODY
        if not school.may(who, rule)
        and (path := school.path(rule))
        and not _as_the_matrix_says(
            answer := school.post(who, path, {}), is_nobody=who is NOBODY, may=False
        )
    ]
    assert (wrong, school.told) == ([], "")


@STRICT
def test_no_page_breaks_on_ids_and_queries_that_mean_nothing(school: Crawled) -> None:
    for rule in school.rules("GET"):
        for who in _allowed(school, rule):
            for _time in range(2):
                query = {
                    name: school.random.choice(HOSTILE)
                    for name in ("q", "page", "tab", "group", "state", "next", "day", "span", "by",
                                 "value", "since-day", "since-month", "since-year", "until-day")
                    if school.random.random() < 0.5
                }  # fmt: skip
                school.get(who, school.path(rule, junk=bool(school.random.randrange(2))), query)
    assert school.told == ""


@STRICT
def test_no_act_breaks_on_an_empty_body_or_on_junk(school: Crawled) -> None:
    """What the junk achieved was allowed: the sweepers look at it afterwards."""
    _learn_the_forms(school)
    for rule in school.rules("POST"):
        for who in _allowed(school, rule):
            school.post(who, school.path(rule), {})
            for _time in range(2):
                school.post(who, school.path(rule), school.junk())
            school.post(who, school.path(rule, junk=True), school.junk())
    assert school.told == ""


def _as_the_matrix_says(answer: TestResponse, *, is_nobody: bool, may: bool) -> bool:
    if may:
        return True  # a rule may still refuse this one row
    if is_nobody:
        return answer.status_code == HTTPStatus.SEE_OTHER and answer.location.startswith("/login")
    return answer.status_code == HTTPStatus.FORBIDDEN


def _allowed(school: Crawled, rule: object) -> Iterator[Role | None]:
    """Nobody, where nobody may; and two of the roles that may."""
    may = [who for who in EVERYBODY if school.may(who, rule)]  # type: ignore[arg-type]
    yield from may[:1]
    yield from school.random.sample(may[1:], min(1, len(may) - 1))


def _learn_the_forms(school: Crawled) -> None:
    for rule in school.rules("GET"):
        for who in _allowed(school, rule):
            answer = school.get(who, school.path(rule))
            if answer.mimetype == "text/html":
                school.learn(answer.get_data(as_text=True))
