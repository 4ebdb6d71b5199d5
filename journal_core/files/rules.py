"""What an uploaded file is, told by its content alone, and what of it is kept.

The libraries here meet hostile bytes: the portal runs them in a process of its own (`apart`).
"""

import re
from io import BytesIO

import pikepdf
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from journal_core.errors import RuleBroken
from journal_core.files.terms import Opened

PDF, JPEG, PNG, HEIC = "application/pdf", "image/jpeg", "image/png", "image/heic"
#: The kinds that are taken in, by how they begin. What begins otherwise is none of them.
SIGNATURES = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
#: A photograph of a phone says so after the length of its first box.
HEIC_BEGINNINGS = (b"ftypheic", b"ftypheix", b"ftypmif1")
HEIC_BEGINS_AT = 4

#: A page scanned at 600 dots an inch has 35 million pixels, a phone's largest photograph 49.
MOST_PIXELS = 50_000_000
#: Of 100: what an eye cannot tell from the original.
JPEG_QUALITY = 90

#: What a paper never has: programs, commands to the reader's computer, files inside the file.
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|EF|RichMedia)\b")

#: What pikepdf raises on a PDF that is none, or is locked, or contradicts itself.
_UNREADABLE = (
    pikepdf.PdfError,
    pikepdf.PasswordError,
    AttributeError,
    KeyError,
    RuntimeError,
    TypeError,
    ValueError,
)
_READERS = {JPEG: "JPEG", PNG: "PNG", HEIC: "HEIF"}

register_heif_opener(thumbnails=False)
# The limit is ours: Pillow's own would warn of a large scan.
Image.MAX_IMAGE_PIXELS = None


def open_upload(content: bytes, *, most_pages: int) -> Opened:
    """PDF, JPEG, PNG or HEIC: the beginning tells, the opening proves (SVC-2.6).

    A PDF is kept as it came. A picture is painted anew, upright, without what it says of place
    and device and without whatever else lay in the file; HEIC becomes JPEG.
    Raises RuleBroken: `file_empty`, `file_kind`, `file_broken`, `file_pages` above `most_pages`,
    `file_active`, `file_too_heavy`.
    """
    kind = _kind_of(content)
    if kind == PDF:
        _check_pdf(content, most_pages)
        return Opened(media_type=PDF, content=content)
    return _painted(content, kind)


def _kind_of(content: bytes) -> str:
    if not content:
        raise RuleBroken("file_empty")
    for start, kind in SIGNATURES.items():
        if content.startswith(start):
            return kind
    if content.startswith(HEIC_BEGINNINGS, HEIC_BEGINS_AT):
        return HEIC
    raise RuleBroken("file_kind")


def _check_pdf(content: bytes, most_pages: int) -> None:
    """A file locked by a password cannot be read at the school: it counts as broken."""
    try:
        with pikepdf.Pdf.open(BytesIO(content)) as pdf:
            pages = len(pdf.pages)
            if not pages:
                raise RuleBroken("file_broken")
            if pages > most_pages:
                raise RuleBroken("file_pages")
            for thing in pdf.objects:
                _check_object(thing)
    except _UNREADABLE as error:
        raise RuleBroken("file_broken") from error


def _check_object(thing: pikepdf.Object) -> None:
    """Refuse what acts; unpack what is packed, so that a bomb goes off here and not at a desk."""
    is_stream = isinstance(thing, pikepdf.Stream)
    facts = thing.stream_dict if is_stream else thing
    if ACTIVE.search(facts.unparse(resolved=True)):
        raise RuleBroken("file_active")
    if is_stream:
        try:
            thing.read_bytes()
        except pikepdf.DataDecodingError:
            raise
        except pikepdf.PdfError:
            return  # a picture, which is not packed but painted


def _painted(content: bytes, kind: str) -> Opened:
    target = "PNG" if kind == PNG else "JPEG"
    painted = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=(_READERS[kind],)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise RuleBroken("file_too_heavy")
            upright = _plain(ImageOps.exif_transpose(picture), target)
        upright.save(painted, target, quality=JPEG_QUALITY)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise RuleBroken("file_broken") from error
    return Opened(media_type=PNG if kind == PNG else JPEG, content=painted.getvalue())


def _plain(picture: Image.Image, target: str) -> Image.Image:
    """The picture's colours and nothing else."""
    mode = picture.mode
    if target == "JPEG":
        mode = "L" if picture.mode in {"1", "L"} else "RGB"
    elif "transparency" in picture.info:
        mode = "RGBA"
    plain = picture if picture.mode == mode else picture.convert(mode)
    plain.info = {}
    return plain
