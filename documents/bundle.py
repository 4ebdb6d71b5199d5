"""A folder of files as one ZIP: with a page that needs no program, and a manifest of hashes.

Written piece by piece, so that a large folder takes little memory. A path inside the ZIP is ours
and plain ASCII; names that people gave their files are only words on the page.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.catalogue import TEMPLATES

INDEX, MANIFEST = "index.html", "manifest.sha256"
PIECE_BYTES = 256 * 1024
#: Files that are packed by themselves: packing them again costs time and saves nothing.
_PACKED = (".pdf", ".docx", ".jpg", ".png")

_PART = r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[a-z0-9]+)?"
_PATH = re.compile(rf"{_PART}(/{_PART})*")


@dataclass(frozen=True, kw_only=True)
class Section:
    """One table of the page; without `columns` its rows are pairs of a name and a value."""

    heading: str
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """The page's words, Russian. `lead` says what the folder is, when and by whom it was made."""

    title: str
    lead: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """A file in the folder: size in bytes; `recorded` is the hash kept since it was stored."""

    path: str
    shown: str
    size: int
    sha256: str
    recorded: str

    @property
    def is_as_recorded(self) -> bool:
        return self.recorded in {"", self.sha256}


class Bundle:
    """The ZIP in the making. `made_at` is in the school's zone and dates every file in it."""

    def __init__(self, out: IO[bytes], made_at: datetime) -> None:
        self._zip = ZipFile(out, "w")
        self._dated = made_at.timetuple()[:6]
        self._files: list[Bundled] = []
        self._missing: list[str] = []

    def add(self, path: str, content: IO[bytes], *, shown: str = "", recorded: str = "") -> None:
        """Copy a file in; `shown` is what it is called on the page.

        Raises ValueError for a path that is not plain or stands in the ZIP already.
        """
        if not _PATH.fullmatch(path) or path in self._zip.namelist():
            raise ValueError(f"not a new plain path: {path!r}")
        digest, size = hashlib.sha256(), 0
        with self._zip.open(self._entry(path), "w") as file:
            while piece := content.read(PIECE_BYTES):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        sha256 = digest.hexdigest()
        self._files.append(
            Bundled(path=path, shown=shown or path, size=size, sha256=sha256, recorded=recorded)
        )

    def note_missing(self, shown: str) -> None:
        """A file that should be here and is not: the page says so."""
        self._missing.append(shown)

    def close(self, page: Page) -> None:
        """Write the page and the manifest. The manifest has every other file of the ZIP."""
        html = _template().render(page=page, files=tuple(self._files), missing=self._missing)
        self.add(INDEX, BytesIO(html.encode("utf-8", "replace")))
        lines = "".join(f"{file.sha256}  {file.path}\n" for file in self._files)
        self._zip.writestr(self._entry(MANIFEST), lines)
        self._zip.close()

    def _entry(self, path: str) -> ZipInfo:
        entry = ZipInfo(path, self._dated)
        entry.compress_type = ZIP_STORED if path.endswith(_PACKED) else ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry


def numbered(names: Sequence[str]) -> list[str]:
    """`01-identity`, `02-identity`, …: plain and in the order given."""
    width = max(2, len(str(len(names))))
    return [f"{number:0{width}}-{name}" for number, name in enumerate(names, start=1)]


@cache
def _template() -> Template:
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = _visible
    return environment.get_template("bundle.html.jinja")


def _visible(text: str) -> str:
    """Without what shows nothing: controls, and marks that turn the direction of writing."""
    return "".join(
        character
        for character in text
        if character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
