"""Typed text made fit for paper: the same for DOCX and PDF, and nothing hidden in it."""

import unicodedata
from collections.abc import Iterator

from documents import paper_font

NO_GLYPH = "□"
# Selectors of a look (text or emoji) and the like: they draw nothing themselves.
_SELECTORS = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})


def printable(text: str) -> str:
    """The text as it is printed.

    Normal form C. Line breaks and tabs become spaces; control characters, marks that turn the
    direction of writing and other characters that draw nothing are left out; a character that
    the paper font cannot draw, half of a broken one, or an accent piled on another becomes □, so
    that it is missed.
    """
    return "".join(shown for _, shown in _pairs(text))


def unprintable(text: str) -> tuple[str, ...]:
    """Each character that the paper shows as □, once, in order, as a clerk can read it.

    «😀 (U+1F600)»; half of a broken character, which no screen can show, is «U+D800».
    """
    lost = (typed for typed, shown in _pairs(text) if shown == NO_GLYPH != typed)
    return tuple(_label(character) for character in dict.fromkeys(lost))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Each character as typed and as printed."""
    before = ""
    for character in unicodedata.normalize("NFC", text):
        shown = _printed(character)
        if shown and unicodedata.combining(shown) and not before.isalpha():
            shown = NO_GLYPH
        yield character, shown
        before = shown or before


def _printed(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category in {"Zs", "Zl", "Zp"}:
        return character if character in {" ", "\u00a0"} else " "
    if category in {"Cc", "Cf"} or ord(character) in _SELECTORS:
        return ""
    if category in {"Cs", "Co", "Cn"} or ord(character) not in paper_font.glyphs():
        return NO_GLYPH
    return character


def _label(character: str) -> str:
    code = f"U+{ord(character):04X}"
    visible = unicodedata.category(character) not in {"Cs", "Co", "Cn"}
    return f"{character} ({code})" if visible else code
