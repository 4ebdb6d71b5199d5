"""The people of a story, each with a browser of their own."""

import re
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from journal_core.context import ActionContext
from journal_core.invitations.models import Invitation
from portal.perform import OPERATOR
from portal.state import Portal
from tests.portal.seeding import PASSWORD, seed

__all__ = ["PASSWORD", "Browser", "seed"]

Made = TypeVar("Made")


class Browser:
    """A client that sends back the token of the page it last saw."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.text = ""

    def open(self, path: str) -> TestResponse:
        return self._seen(self.client.get(path, follow_redirects=True))

    def send(self, path: str, **answers: object) -> TestResponse:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.text)
        data = {"csrf_token": token.group(1) if token else "", **answers}
        return self._seen(self.client.post(path, data=data, follow_redirects=True))

    def found(self, pattern: str) -> str:
        match = re.search(pattern, self.text)
        assert match is not None, f"{pattern} is not on the page"
        return match.group(1)

    def _seen(self, response: TestResponse) -> TestResponse:
        self.text = response.data.decode(errors="replace")
        return response


def acted(app: Flask, act: Callable[[ActionContext], Made]) -> Made:
    """What the act gives back, done in one transaction of the portal by one who may do all."""
    portal: Portal = app.extensions["portal"]
    with portal.database.writing() as session:
        context = ActionContext(
            session=session,
            actor=OPERATOR,
            now=portal.clock(),
            zone=portal.zone,
            keys=portal.keys,
            files=portal.files,
        )
        made = act(context)
        session.commit()
    return made


def signed_in(app: Flask, username: str) -> Browser:
    browser = Browser(app)
    browser.open("/login")
    browser.send("/login", username=username, password=PASSWORD)
    return browser


def date_parts(name: str, day: date) -> dict[str, int]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def begin(
    browser: Browser,
    *,
    last_name: str,
    child: str,
    born: date,
    result_delivery: str = "in_person",
    email: str = "",
    phone: str = "+7 912 345-67-89",
    first_name: str = "Анна",
    patronymic: str = "Сергеевна",
    applicant: tuple[str, str] = ("Мария", "Петровна"),
) -> None:
    """Walk the steps up to the check of the answers."""
    browser.open("/request/")
    browser.send("/request/")
    browser.send(
        "/request/you",
        applicant_last_name=last_name,
        applicant_first_name=applicant[0],
        applicant_patronymic=applicant[1],
    )
    browser.send("/request/contacts", address="ул. Мира, 1", phone=phone)
    browser.send(
        "/request/child",
        child_last_name=child,
        child_first_name=first_name,
        child_patronymic=patronymic,
        child_class="6А",
        **date_parts("child_birth_date", born),
    )
    browser.send("/request/capacity", capacity="parent")
    browser.send(
        "/request/delivery",
        result_delivery=result_delivery,
        refusal_delivery="in_person",
        email=email,
    )


def submit(browser: Browser, **answers: Any) -> tuple[str, str]:
    """Walk the steps and submit, with the answers of `begin`; returns the number and the key."""
    begin(browser, **answers)
    response = browser.send("/request/check", declaration="yes")
    assert response.status_code == HTTPStatus.OK
    return browser.found(r"(\d\d-\d{5})"), browser.found(r'track-key">([^<]+)')


def opened_case(staff: Browser, number: str) -> str:
    """Find the request in the office and open it; returns its path."""
    staff.open(f"/office?q={number}")
    path = staff.found(r"(/office/requests/[0-9a-f-]+)")
    staff.open(path)
    return path


def move(staff: Browser, path: str, **answers: object) -> TestResponse:
    staff.open(path.rsplit("/", 1)[0])
    version = staff.found(r'name="seen_version"[^>]*value="(\d+)"')
    return staff.send(path, seen_version=version, **answers)


def sealed_codes(app: Flask) -> list[str]:
    """Every invitation code that nobody was told yet, the newest first."""
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        sealed = session.scalars(
            select(Invitation.sealed_code)
            .where(Invitation.sealed_code.is_not(None))
            .order_by(Invitation.issued_at.desc())
        ).all()
    return [portal.keys.unseal(text or "") or "" for text in sealed]
