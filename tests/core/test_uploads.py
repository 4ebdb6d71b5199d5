"""What is taken of an uploaded file, told in this process: these files are harmless here."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from journal_core.errors import RuleBroken
from journal_core.files.rules import JPEG_QUALITY, open_upload
from tests.hostile import pdf, pdf_that, pdf_with_file, picture, png_of

SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def saved(made: pikepdf.Pdf) -> bytes:
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def pdf_with_stream(stream: pikepdf.Stream, made: pikepdf.Pdf) -> bytes:
    made.add_blank_page()
    made.pages[0].Contents = made.make_indirect(stream)
    return saved(made)


def badly_packed() -> bytes:
    made = pikepdf.Pdf.new()
    stream = pikepdf.Stream(made, b"not packed at all")
    stream.stream_dict.Filter = pikepdf.Name.ASCIIHexDecode
    return pdf_with_stream(stream, made)


def script_beside_a_stream() -> bytes:
    made = pikepdf.Pdf.new()
    stream = pikepdf.Stream(made, b"")
    stream.stream_dict.JS = "app.alert(1)"
    return pdf_with_stream(stream, made)


@pytest.mark.clause("SVC-2.6")
@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(saved(pikepdf.Pdf.new()), "file_broken", id="no page"),
        pytest.param(pdf(4), "file_pages", id="a page too many"),
        pytest.param(pdf_that(SCRIPT), "file_active", id="script"),
        pytest.param(script_beside_a_stream(), "file_active", id="script beside a stream"),
        pytest.param(pdf_with_file(), "file_active", id="file inside"),
        pytest.param(badly_packed(), "file_broken", id="badly packed"),
        pytest.param(png_of(100_000, 100_000), "file_too_heavy", id="pixels"),
    ],
)
def test_paper_that_cannot_be_taken_says_why(content: bytes, why: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        open_upload(content, most_pages=3)
    assert refused.value.code == why


def test_paper_may_have_as_many_pages_as_allowed_and_stays_as_it_is() -> None:
    content = pdf(3)
    assert open_upload(content, most_pages=3).content == content


@pytest.mark.parametrize(
    ("kind", "mode", "kept"),
    [
        ("JPEG", "RGB", "RGB"),
        ("JPEG", "L", "L"),
        ("JPEG", "CMYK", "RGB"),
        ("HEIF", "L", "L"),
        ("PNG", "1", "1"),
        ("PNG", "P", "P"),
        ("PNG", "RGBA", "RGBA"),
    ],
)
def test_picture_keeps_its_colours(kind: str, mode: str, kept: str) -> None:
    opened = open_upload(picture(kind, mode=mode), most_pages=1)
    with Image.open(BytesIO(opened.content)) as painted:
        assert painted.mode == kept


def test_see_through_palette_stays_see_through() -> None:
    opened = open_upload(picture("PNG", mode="P", transparency=0), most_pages=1)
    with Image.open(BytesIO(opened.content)) as painted:
        assert painted.mode == "RGBA"
        assert painted.getpixel((0, 0))[3] == 0


def test_photograph_is_painted_as_finely_as_promised() -> None:
    sample = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(sample, "JPEG", quality=JPEG_QUALITY)
    opened = open_upload(picture("JPEG", quality=100), most_pages=1)
    with Image.open(BytesIO(opened.content)) as painted, Image.open(sample) as wanted:
        assert painted.quantization == wanted.quantization
