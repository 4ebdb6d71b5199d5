"""An applicant on the way to the step of papers."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Flask

from tests.clock import FrozenClock
from tests.portal.story import Browser, date_parts, seed

AGE_DAYS = 12 * 366 + 30


def at_the_papers(app: Flask, clock: FrozenClock) -> Browser:
    """A parent's draft, before the step of papers."""
    seed(app)
    applicant = Browser(app)
    applicant.open("/request/")
    applicant.send("/request/")
    applicant.send(
        "/request/you",
        applicant_last_name="Иванова",
        applicant_first_name="Мария",
        applicant_patronymic="Петровна",
    )
    applicant.send("/request/contacts", address="ул. Мира, 1", phone="+7 912 345-67-89")
    applicant.send(
        "/request/child",
        child_last_name="Иванова",
        child_first_name="Анна",
        child_patronymic="Сергеевна",
        child_class="6А",
        **date_parts("child_birth_date", clock().date() - timedelta(days=AGE_DAYS)),
    )
    applicant.send("/request/capacity", capacity="parent")
    return applicant


def files(**named: tuple[bytes, str]) -> dict[str, Any]:
    """Files to send, by field: content and name."""
    return {field: (BytesIO(content), name) for field, (content, name) in named.items()}
