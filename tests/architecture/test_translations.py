"""English is complete: every text of the screens has its translation, with the same gaps."""

import re
from collections.abc import Iterator

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.architecture.sources import ROOT, name_of, source_files

ENGLISH = ROOT / "portal" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
GAP = re.compile(r"%\((\w+)\)[sdf]")
RUSSIAN = re.compile(r"[А-Яа-яЁё]")

Texts = str | tuple[str, ...]


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def texts_of_the_screens() -> Iterator[tuple[str, Texts]]:
    """Where each text stands, and the text (with its plural)."""
    for path in source_files(*METHODS):
        for line, text, _comments, _context in extract_from_file(
            METHODS[path.suffix], str(path), keywords=KEYWORDS
        ):
            yield f"{name_of(path)}:{line}", text


def test_every_text_is_translated(english: Catalog) -> None:
    assert (
        sorted(
            f"{where} {text}"
            for where, text in texts_of_the_screens()
            if not translated(english, text)
        )
        == []
    )


def translated(english: Catalog, text: Texts) -> bool:
    message = english.get(text if isinstance(text, str) else text[0])
    if message is None or message.fuzzy:
        return False
    strings = (message.string,) if isinstance(message.string, str) else message.string
    return bool(strings) and all(strings)


def test_translation_keeps_the_gaps_of_its_text(english: Catalog) -> None:
    assert [
        (text, string)
        for message in english
        if message.id
        for text, string in pairs(message.id, message.string)
        if set(GAP.findall(string)) - set(GAP.findall(text))
    ] == []


def pairs(texts: Texts, strings: Texts) -> list[tuple[str, str]]:
    """Each translation with its text; a plural form may leave the number out."""
    if isinstance(texts, str):
        return [(texts, str(strings))]
    return [(" ".join(texts), string) for string in strings]


def test_translation_is_not_russian(english: Catalog) -> None:
    """Names of the regulation's own things may stay in guillemets."""
    assert [
        message.string
        for message in english
        if message.id
        for string in ([message.string] if isinstance(message.string, str) else message.string)
        if RUSSIAN.search(re.sub(r"«[^»]*»|“[^”]*”", "", string))
    ] == []
