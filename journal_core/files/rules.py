"""What an uploaded file is, told by its content alone."""

import warnings
from io import BytesIO

import pikepdf
from PIL import Image

from journal_core.errors import RuleBroken

#: The kinds that are taken in, by how they begin. What begins otherwise is none of them.
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
#: A page scanned at 600 dots an inch has 35 million pixels.
MOST_PIXELS = 100_000_000


def media_type_of(content: bytes) -> str:
    """`application/pdf`, `image/jpeg` or `image/png`: the beginning tells, the opening proves.

    Raises RuleBroken("file_empty"), ("file_kind") or ("file_broken").
    """
    if not content:
        raise RuleBroken("file_empty")
    kind = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)
    if kind is None:
        raise RuleBroken("file_kind")
    is_whole = _opens_as_pdf(content) if kind == "application/pdf" else _opens_as_picture(content)
    if not is_whole:
        raise RuleBroken("file_broken")
    return kind


def _opens_as_pdf(content: bytes) -> bool:
    """A file locked by a password cannot be read at the school: it counts as broken."""
    try:
        with pikepdf.Pdf.open(BytesIO(content)) as pdf:
            return len(pdf.pages) > 0
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return False


def _opens_as_picture(content: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return False
                picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True
