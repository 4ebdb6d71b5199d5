"""A folder as one ZIP: safe names, an index that shows words as words, hashes that agree."""

import hashlib
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest

from documents.bundle import INDEX, MANIFEST, Bundle, Page, Section, numbered
from tests.clock import MOSCOW

MADE_AT = datetime(2026, 11, 24, 9, 5, tzinfo=MOSCOW)
HOSTILE = (
    "../../etc/passwd",
    "<b>.pdf",
    '"><script>alert(1)</script>.pdf',
    "{{ 7 * 7 }}.pdf",
    "fdp.\u202egnp.exe",
    "a\x00b\nc.pdf",
    "\udcff.pdf",
)


def _page(*cells: str) -> Page:
    rows = tuple((cell, cell) for cell in cells)
    section = Section(heading="Слова", columns=("Одно", "Другое"), rows=rows)
    return Page(title="Дело", lead="Школа", sections=(section,))


def _made(page: Page, *files: tuple[str, bytes, str, str]) -> bytes:
    out = BytesIO()
    bundle = Bundle(out, MADE_AT)
    for path, content, shown, recorded in files:
        bundle.add(path, BytesIO(content), shown=shown, recorded=recorded)
    bundle.close(page)
    return out.getvalue()


def test_manifest_has_the_hash_of_every_other_file() -> None:
    made = _made(_page("да"), ("a.pdf", b"%PDF", "А", ""), ("papers/01-b.png", b"png", "Б", ""))
    with ZipFile(BytesIO(made)) as folder:
        assert folder.testzip() is None
        assert folder.namelist() == ["a.pdf", "papers/01-b.png", INDEX, MANIFEST]
        lines = folder.read(MANIFEST).decode().splitlines()
        assert lines == [
            f"{hashlib.sha256(folder.read(name)).hexdigest()}  {name}"
            for name in folder.namelist()
            if name != MANIFEST
        ]


def test_same_folder_is_the_same_bytes() -> None:
    files = (("b.pdf", b"2", "Б", ""), ("a.pdf", b"1", "А", ""))
    assert _made(_page("да"), *files) == _made(_page("да"), *files)


@pytest.mark.parametrize(
    "path",
    ["../a.pdf", "/a.pdf", "a/../b.pdf", "a//b.pdf", "a\\b.pdf", "C:a.pdf", "ф.pdf", ".a", "a/",
     "", "a b.pdf", "a.pdf\n"],
)  # fmt: skip
def test_path_that_is_not_plain_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="plain path"):
        Bundle(BytesIO(), MADE_AT).add(path, BytesIO(b""))


def test_one_path_holds_one_file() -> None:
    bundle = Bundle(BytesIO(), MADE_AT)
    bundle.add("a.pdf", BytesIO(b"1"))
    with pytest.raises(ValueError, match="plain path"):
        bundle.add("a.pdf", BytesIO(b"2"))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_typed_is_only_words_on_the_page(name: str) -> None:
    made = _made(_page(name), ("a.pdf", b"1", name, ""))
    with ZipFile(BytesIO(made)) as folder:
        page = folder.read(INDEX).decode()
    assert "<b>" not in page
    assert "<script" not in page
    assert "49.pdf" not in page
    assert not {"\u202e", "\x00"} & set(page)
    assert page.count('href="a.pdf"') == 1


def test_changed_bytes_are_told_on_the_page() -> None:
    right = hashlib.sha256(b"1").hexdigest()
    made = _made(_page("да"), ("a.pdf", b"1", "А", right), ("b.pdf", b"2", "Б", right))
    with ZipFile(BytesIO(made)) as folder:
        page = folder.read(INDEX).decode()
    assert page.count("Совпадает с записанной при сохранении.") == 1
    assert page.count("Не совпадает с записанной при сохранении") == 1


def test_page_needs_nothing_from_outside() -> None:
    with ZipFile(BytesIO(_made(_page("да")))) as folder:
        page = folder.read(INDEX).decode()
    assert "default-src 'none'" in page
    outside = ("http://", "https://", "src=", "<link", "@import")
    assert not [word for word in outside if word in page]
    assert '<html lang="ru">' in page


def test_folders_are_numbered_in_order() -> None:
    assert numbered(["b", "a"]) == ["01-b", "02-a"]
    assert numbered(["x"] * 120)[0] == "001-x"
