"""Typed text made fit for paper: the same for DOCX and PDF, and nothing hidden in it."""

import unicodedata

from documents import paper_font

NO_GLYPH = "□"
# Selectors of a look (text or emoji) and the like: they draw nothing themselves.
_SELECTORS = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})


def printable(text: str) -> str:
    """The text as it is printed.

    Normal form C. Line breaks and tabs become spaces; control characters, marks that turn the
    direction of writing and other characters that draw nothing are left out; a character that
    the paper font cannot draw, or half of a broken one, becomes □, so that it is missed.
    """
    return "".join(_printed(character) for character in _composed(text))


def unprintable(text: str) -> tuple[str, ...]:
    """Each character that the paper shows as □, once, in order, as a clerk can read it.

    «😀 (U+1F600)»; half of a broken character, which no screen can show, is «U+D800».
    """
    lost = (
        character
        for character in _composed(text)
        if character != NO_GLYPH and _printed(character) == NO_GLYPH
    )
    return tuple(_label(character) for character in dict.fromkeys(lost))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


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
