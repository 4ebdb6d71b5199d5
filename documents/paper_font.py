"""The font of the paper: where its files are and which characters it can draw.

The files (Tinos, OFL) are not in the repository; set-up puts them here.
"""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DIRECTORY = Path(__file__).parent / "fonts"
FAMILY = "Tinos"
FACES = ("Tinos_400Regular.ttf", "Tinos_700Bold.ttf")


class PaperFontMissing(RuntimeError):
    """Set-up has not been run: the paper cannot be printed."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} is not in documents/fonts: run the set-up (make run) first")


@cache
def glyphs() -> frozenset[int]:
    """Code points that both the regular and the bold face can draw."""
    return frozenset.intersection(*(_mapped(DIRECTORY / face) for face in FACES))


def _mapped(path: Path) -> frozenset[int]:
    """The code points of a TrueType file's Unicode character map (formats 4 and 12)."""
    if not path.is_file():
        raise PaperFontMissing(path)
    font = path.read_bytes()
    cmap = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", cmap, 2)
    points: set[int] = set()
    for number in range(count):
        (offset,) = struct.unpack_from(">I", cmap, 4 + 8 * number + 4)
        (form,) = struct.unpack_from(">H", cmap, offset)
        if form == 4:
            points.update(_segments(cmap[offset:]))
        elif form == 12:
            points.update(_groups(cmap[offset:]))
    return frozenset(points)


def _table(font: bytes, tag: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        name, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if name == tag:
            return font[offset : offset + length]
    raise ValueError(f"no {tag.decode()} table in the font")


def _segments(subtable: bytes) -> Iterator[int]:
    """Format 4: segments of the Basic Multilingual Plane, by delta or through a glyph array."""
    (double,) = struct.unpack_from(">H", subtable, 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", subtable, 14)
    starts = struct.unpack_from(f">{count}H", subtable, 16 + double)
    deltas = struct.unpack_from(f">{count}H", subtable, 16 + 2 * double)
    place = 16 + 3 * double
    offsets = struct.unpack_from(f">{count}H", subtable, place)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for point in range(start, min(end, 0xFFFE) + 1):
            glyph = point
            if offsets[number]:
                position = place + 2 * number + offsets[number] + 2 * (point - start)
                (glyph,) = struct.unpack_from(">H", subtable, position)
                if not glyph:
                    continue
            if (glyph + deltas[number]) % 0x10000:
                yield point


def _groups(subtable: bytes) -> Iterator[int]:
    """Format 12: runs of code points from all planes."""
    (count,) = struct.unpack_from(">I", subtable, 12)
    for number in range(count):
        start, end, _ = struct.unpack_from(">III", subtable, 16 + 12 * number)
        yield from range(start, end + 1)
