"""Uploads: told by content, kept outside the web, opened by the office alone."""

from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from journal_core.errors import RuleBroken
from journal_core.files.rules import open_upload
from journal_core.school.commands import ChangeSettings, change_settings
from portal.perform import perform_as_operator
from tests.clock import FrozenClock
from tests.portal.story import Browser, date_parts, opened_case, seed, signed_in

AGE_DAYS = 12 * 366 + 30


def _picture(kind: str) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(buffer, kind)
    return buffer.getvalue()


def _pdf(password: str = "") -> bytes:
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page()
    buffer = BytesIO()
    if password:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner=password, user=password))
    else:
        pdf.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (_pdf(), "application/pdf"),
        (_picture("JPEG"), "image/jpeg"),
        (_picture("PNG"), "image/png"),
    ],
)
def test_file_is_told_by_its_content(content: bytes, kind: str) -> None:
    assert open_upload(content, most_pages=50).media_type == kind


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00", "file_kind"),
        (b"<html><script>alert(1)</script>%PDF-1.7", "file_kind"),
        (b"%PDF-1.7 and nothing else", "file_broken"),
        (_pdf()[:200], "file_broken"),
        (_pdf("secret"), "file_broken"),
        (_picture("PNG")[:40], "file_broken"),
        (_picture("JPEG")[:120], "file_broken"),
    ],
)
def test_file_that_cannot_be_taken_says_why(content: bytes, why: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        open_upload(content, most_pages=50)
    assert refused.value.code == why


def _at_the_papers(app: Flask, clock: FrozenClock) -> Browser:
    """An applicant before the step of papers."""
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


def _files(**named: tuple[bytes, str]) -> dict[str, Any]:
    return {field: (BytesIO(content), name) for field, (content, name) in named.items()}


@pytest.mark.clause("SVC-2.6")
def test_good_file_is_kept_when_another_is_refused(app: Flask, clock: FrozenClock) -> None:
    applicant = _at_the_papers(app, clock)
    response = applicant.send(
        "/request/papers",
        **_files(identity=(_pdf(), "паспорт.pdf"), birth_certificate=(b"MZ", "свид.exe")),
    )
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "свид.exe: принимаем только PDF, JPEG, PNG и HEIC" in applicant.text
    assert 'Убрать<span class="govuk-visually-hidden">: паспорт.pdf' in applicant.text

    applicant.send("/request/papers")
    applicant.send("/request/delivery", result_delivery="in_person", refusal_delivery="in_person")
    applicant.send("/request/check", declaration="yes")
    secretary = signed_in(app, "secretary")
    opened_case(secretary, applicant.found(r"(\d\d-\d{5})"))
    path = secretary.found(r'href="(/office/requests/[0-9a-f-]+/papers/[0-9a-f-]+)"')
    file = secretary.client.get(path)
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.data.startswith(b"%PDF-")
    assert applicant.client.get(path).status_code == HTTPStatus.SEE_OTHER


@pytest.mark.clause("SVC-2.7")
def test_parent_is_not_asked_for_a_guardianship_document(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    applicant = _at_the_papers(sqlite_app, clock)
    assert 'name="birth_certificate"' in applicant.text
    assert 'name="guardianship"' not in applicant.text


def test_file_can_be_taken_out_again(sqlite_app: Flask, clock: FrozenClock) -> None:
    applicant = _at_the_papers(sqlite_app, clock)
    applicant.send("/request/papers", **_files(identity=(_picture("PNG"), "паспорт.png")))
    applicant.open("/request/papers")
    path = applicant.found(r'action="(/request/papers/[0-9a-f-]+/remove)"')
    stranger = Browser(sqlite_app)
    stranger.open("/request/")
    stranger.send("/request/")
    assert stranger.send(path).status_code == HTTPStatus.NOT_FOUND
    applicant.send(path)
    assert "паспорт.png" not in applicant.text


def test_too_big_a_file_loses_nothing(sqlite_app: Flask, clock: FrozenClock) -> None:
    applicant = _at_the_papers(sqlite_app, clock)
    with sqlite_app.app_context():
        smallest = ChangeSettings(values={"upload_file_mb": 0}, valid_from=clock().date())
        perform_as_operator(change_settings, smallest)
    applicant.send("/request/papers", **_files(identity=(_pdf(), "скан.pdf")))
    assert "скан.pdf: файл слишком большой" in applicant.text
    applicant.open("/request/you")
    assert 'value="Иванова"' in applicant.text
