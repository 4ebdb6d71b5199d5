"""Files made to do harm end the process that opens them at worst, and cost little until then."""

from collections.abc import Callable

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from journal_core.errors import RuleBroken
from journal_core.files.apart import open_apart
from portal import uploads
from tests.clock import FrozenClock
from tests.hostile import (
    archive,
    packed_chunk,
    pdf,
    pdf_that,
    pdf_with_bomb,
    pdf_with_file,
    pdf_with_packed_objects,
    pdf_with_tree,
    picture,
    png_of,
)
from tests.portal.applying import at_the_papers, files

MOST_PAGES = 50

LAUNCH = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
HTML = b"<script>alert(1)</script>"


def _refusal(content: bytes) -> str:
    with pytest.raises(RuleBroken) as refused:
        open_apart(content, most_pages=MOST_PAGES)
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(lambda: png_of(100_000, 100_000), "file_too_heavy", id="pixels"),
        pytest.param(lambda: png_of(8, 8, packed_chunk(500)), "file_broken", id="colour profile"),
        pytest.param(lambda: pdf(MOST_PAGES + 1), "file_pages", id="pages"),
        pytest.param(lambda: pdf_with_tree("3 0 R"), "file_broken", id="page tree in a circle"),
        pytest.param(lambda: pdf_with_tree("4 0 R " * 50_000), "file_pages", id="one page often"),
        pytest.param(lambda: pdf_with_bomb(2000), "file_broken", id="packed contents"),
        pytest.param(lambda: pdf_with_packed_objects(2000), "file_broken", id="packed objects"),
        pytest.param(archive, "file_kind", id="archive"),
        pytest.param(lambda: pdf_that(SCRIPT), "file_active", id="script"),
        pytest.param(lambda: pdf_that(LAUNCH), "file_active", id="command"),
        pytest.param(pdf_with_file, "file_active", id="file inside"),
    ],
)
def test_hostile_file_is_refused(content: Callable[[], bytes], why: str) -> None:
    assert _refusal(content()) == why


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(pdf(MOST_PAGES), id="as many pages as allowed"),
        pytest.param(pdf_with_bomb(20), id="packed contents"),
        pytest.param(pdf_with_packed_objects(20), id="packed objects"),
        pytest.param(pdf_with_tree("4 0 R"), id="page tree"),
    ],
)
def test_ordinary_measure_of_the_same_is_taken(content: bytes) -> None:
    assert open_apart(content, most_pages=MOST_PAGES).media_type == "application/pdf"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_behind_a_picture_is_kept(kind: str) -> None:
    kept = open_apart(picture(kind) + HTML + archive(), most_pages=MOST_PAGES).content
    assert HTML not in kept
    assert len(kept) < len(archive())


def test_moving_picture_stands_still() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    sent = picture("PNG", (64, 64), save_all=True, append_images=frames)
    assert b"acTL" in sent
    assert b"acTL" not in open_apart(sent, most_pages=MOST_PAGES).content


def test_paper_with_an_archive_behind_it_is_a_paper() -> None:
    """It is served under the name and kind of a PDF, and never as anything else."""
    assert open_apart(pdf() + archive(), most_pages=MOST_PAGES).media_type == "application/pdf"
    assert _refusal(archive() + pdf()) == "file_kind"


def test_hostile_files_in_every_turn_leave_a_word_for_the_next(
    sqlite_app: Flask, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    applicant = at_the_papers(sqlite_app, clock)
    monkeypatch.setattr(uploads, "TURN_SECONDS", 0)
    with uploads.TURNS, uploads.TURNS:
        applicant.send("/request/papers", **files(identity=(pdf(), "паспорт.pdf")))
        assert "пришлите ещё раз через минуту" in applicant.text
    response = applicant.send("/request/papers", **files(identity=(pdf(), "паспорт.pdf")))
    assert response.request.path == "/request/delivery"
