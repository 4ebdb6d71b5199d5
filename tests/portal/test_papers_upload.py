"""Uploads: told by content, kept outside the web, opened by the office alone."""

import re
from http import HTTPStatus
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from journal_core.errors import RuleBroken
from journal_core.files.rules import open_upload
from journal_core.school.commands import ChangeSettings, change_settings
from portal.perform import perform_as_operator
from tests.clock import FrozenClock
from tests.documents.reading import pdf_text
from tests.hostile import pdf, picture
from tests.portal.applying import at_the_papers, files
from tests.portal.story import Browser, opened_case, signed_in

#: EXIF tags: how the camera was held, what made the picture, where.
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825
TURNED = 6


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), "application/pdf"),
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("HEIF"), "image/jpeg"),
    ],
)
def test_file_is_told_by_its_content(content: bytes, kind: str) -> None:
    opened = open_upload(content, most_pages=50)
    assert opened.media_type == kind
    again = open_upload(opened.content, most_pages=50)
    assert again.media_type == kind, "what is stored is of the kind that it is stored as"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00", "file_kind"),
        (b"<html><script>alert(1)</script>%PDF-1.7", "file_kind"),
        (b"%PDF-1.7 and nothing else", "file_broken"),
        (pdf()[:200], "file_broken"),
        (pdf(password="secret"), "file_broken"),
        (picture("PNG")[:40], "file_broken"),
        (picture("JPEG")[:120], "file_broken"),
    ],
)
def test_file_that_cannot_be_taken_says_why(content: bytes, why: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        open_upload(content, most_pages=50)
    assert refused.value.code == why


@pytest.mark.clause("SVC-2.6")
def test_good_file_is_kept_when_another_is_refused(sqlite_app: Flask, clock: FrozenClock) -> None:
    applicant = at_the_papers(sqlite_app, clock)
    response = applicant.send(
        "/request/papers",
        **files(identity=(pdf(), "паспорт.pdf"), birth_certificate=(b"MZ", "свид.exe")),
    )
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "свид.exe: принимаем только PDF, JPEG, PNG и HEIC" in applicant.text
    assert 'Убрать<span class="govuk-visually-hidden">: паспорт.pdf' in applicant.text

    applicant.send("/request/papers")
    applicant.send("/request/delivery", result_delivery="in_person", refusal_delivery="in_person")
    applicant.send("/request/check", declaration="yes")
    secretary = signed_in(sqlite_app, "secretary")
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
    applicant = at_the_papers(sqlite_app, clock)
    assert 'name="birth_certificate"' in applicant.text
    assert 'name="guardianship"' not in applicant.text


def test_file_can_be_taken_out_again(sqlite_app: Flask, clock: FrozenClock) -> None:
    applicant = at_the_papers(sqlite_app, clock)
    applicant.send("/request/papers", **files(identity=(picture("PNG"), "паспорт.png")))
    applicant.open("/request/papers")
    path = applicant.found(r'action="(/request/papers/[0-9a-f-]+/remove)"')
    stranger = Browser(sqlite_app)
    stranger.open("/request/")
    stranger.send("/request/")
    assert stranger.send(path).status_code == HTTPStatus.NOT_FOUND
    applicant.send(path)
    assert "паспорт.png" not in applicant.text


def test_too_big_a_file_loses_nothing(sqlite_app: Flask, clock: FrozenClock) -> None:
    applicant = at_the_papers(sqlite_app, clock)
    with sqlite_app.app_context():
        smallest = ChangeSettings(values={"upload_file_mb": 0}, valid_from=clock().date())
        perform_as_operator(change_settings, smallest)
    applicant.send("/request/papers", **files(identity=(pdf(), "скан.pdf")))
    assert "скан.pdf: файл слишком большой" in applicant.text
    applicant.open("/request/you")
    assert 'value="Иванова"' in applicant.text


@pytest.mark.clause("SVC-2.6")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_picture_is_kept_upright_and_without_its_place(kind: str) -> None:
    facts = Image.Exif()
    facts[ORIENTATION] = TURNED
    facts[MAKER] = "a telephone"
    facts.get_ifd(GPS)[1] = "N"
    lying = Image.new("RGB", (64, 32), "red")
    lying.paste("blue", (32, 0, 64, 32))
    sent = BytesIO()
    lying.save(sent, kind, exif=facts.tobytes())
    with Image.open(BytesIO(open_upload(sent.getvalue(), most_pages=50).content)) as kept:
        assert kept.size == (32, 64)
        red, _green, blue = kept.convert("RGB").getpixel((16, 8))
        assert red > blue, "its left side is up"
        assert dict(kept.getexif()) == {}
    assert b"telephone" not in open_upload(sent.getvalue(), most_pages=50).content


@pytest.mark.clause("SVC-2.6")
def test_photograph_of_an_iphone_is_stored_and_named_as_jpeg(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    applicant = at_the_papers(sqlite_app, clock)
    assert ".heic" in applicant.found(r'accept="([^"]+)"')
    applicant.send("/request/papers", **files(identity=(picture("HEIF"), "IMG_0001.HEIC")))
    number = _submitted(applicant)
    secretary = signed_in(sqlite_app, "secretary")
    opened_case(secretary, number)
    assert "IMG_0001.jpg" in secretary.text
    file = secretary.client.get(
        secretary.found(r'href="(/office/requests/[0-9a-f-]+/papers/[0-9a-f-]+)"')
    )
    assert file.mimetype == "image/jpeg"
    assert file.data.startswith(b"\xff\xd8\xff")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.clause("SVC-2.6")
def test_pages_are_ordered_by_hand_and_stay_so(app: Flask, clock: FrozenClock) -> None:
    applicant = at_the_papers(app, clock)
    for name in ("3.pdf", "1.pdf", "2.pdf"):
        applicant.send("/request/papers", stay="yes", **files(birth_certificate=(pdf(), name)))
    applicant.send("/request/papers", stay="yes", **files(identity=(pdf(), "паспорт.pdf")))
    assert _names(applicant) == ["паспорт.pdf", "3.pdf", "1.pdf", "2.pdf"]
    _press(applicant, "Ниже", "3.pdf")
    _press(applicant, "Ниже", "3.pdf")
    assert _names(applicant) == ["паспорт.pdf", "1.pdf", "2.pdf", "3.pdf"]
    _press(applicant, "Выше", "2.pdf")
    _press(applicant, "Убрать", "3.pdf")
    applicant.send("/request/papers", stay="yes", **files(birth_certificate=(pdf(), "4.pdf")))
    ordered = ["паспорт.pdf", "2.pdf", "1.pdf", "4.pdf"]
    assert _names(applicant) == ordered

    applicant.open("/request/delivery")
    number = _submitted(applicant)
    receipt = pdf_text(applicant.client.get("/request/receipt.pdf").data)
    assert re.findall(r"(\S+\.pdf)", receipt) == ordered
    secretary = signed_in(app, "secretary")
    opened_case(secretary, number)
    assert re.findall(r"<bdi>(\S+\.pdf)</bdi></a>", secretary.text) == ordered


def test_first_page_has_nowhere_up_to_go_and_the_last_nowhere_down(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    applicant = at_the_papers(sqlite_app, clock)
    for name in ("1.pdf", "2.pdf"):
        applicant.send("/request/papers", stay="yes", **files(identity=(pdf(), name)))
    up, down = re.findall(r'action="(/request/papers/[0-9a-f-]+/(?:up|down))"', applicant.text)
    assert (up.rpartition("/")[2], down.rpartition("/")[2]) == ("down", "up")
    applicant.send(up.replace("down", "up"))
    applicant.send(down.replace("up", "down"))
    assert _names(applicant) == ["1.pdf", "2.pdf"], "pressed on an old page, nothing is lost"


def test_strangers_pages_cannot_be_moved(sqlite_app: Flask, clock: FrozenClock) -> None:
    applicant = at_the_papers(sqlite_app, clock)
    for name in ("1.pdf", "2.pdf"):
        applicant.send("/request/papers", stay="yes", **files(identity=(pdf(), name)))
    path = applicant.found(r'action="(/request/papers/[0-9a-f-]+/down)"')
    stranger = Browser(sqlite_app)
    stranger.open("/request/")
    stranger.send("/request/")
    assert stranger.send(path).status_code == HTTPStatus.NOT_FOUND


def test_first_button_leads_on_and_the_second_stays(sqlite_app: Flask, clock: FrozenClock) -> None:
    applicant = at_the_papers(sqlite_app, clock)
    buttons = re.findall(r"<button[^>]*>", applicant.text.partition("<main")[2])
    assert "name=" not in buttons[0]
    assert 'name="stay" value="yes"' in buttons[1]
    assert applicant.send("/request/papers").request.path == "/request/delivery"
    applicant.open("/request/papers")
    response = applicant.send("/request/papers", stay="yes")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Сначала выберите файлы" in applicant.text
    response = applicant.send(
        "/request/papers", stay="yes", **files(identity=(pdf(), "паспорт.pdf"))
    )
    assert response.request.path == "/request/papers"
    assert "Добавлено файлов: 1" in applicant.text


def test_refused_file_counts_among_those_of_the_day(sqlite_app: Flask, clock: FrozenClock) -> None:
    """Whoever sends files that are costly to open soon sends no more."""
    applicant = at_the_papers(sqlite_app, clock)
    with sqlite_app.app_context():
        one = ChangeSettings(values={"upload_day_mb": 1}, valid_from=clock().date())
        perform_as_operator(change_settings, one)
    applicant.send("/request/papers", **files(identity=(b"MZ", "1.exe")))
    applicant.send("/request/papers", **files(identity=(pdf(), "2.pdf")))
    assert "прислано слишком много файлов" in applicant.text


def _names(applicant: Browser) -> list[str]:
    return re.findall(r'id="paper-[^>]+>(\S+)', applicant.text)


def _press(applicant: Browser, button: str, name: str) -> None:
    form = applicant.text.partition(f'{button}<span class="govuk-visually-hidden">: {name}')[0]
    applicant.send(re.findall(r'action="([^"]+)"', form)[-1])


def _submitted(applicant: Browser) -> str:
    applicant.send("/request/delivery", result_delivery="in_person", refusal_delivery="in_person")
    applicant.send("/request/check", declaration="yes")
    return applicant.found(r"(\d\d-\d{5})")
