import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import paper_font
from documents.paper_font import PaperFontMissing
from documents.printable import printable, unprintable


@given(st.text())
def test_printed_text_holds_only_what_the_font_can_draw(text):
    for character in printable(text):
        assert character in " \u00a0" or ord(character) in paper_font.glyphs()
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


@given(st.text())
def test_printing_what_was_printed_changes_nothing(text):
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Ёлкина-Щукина Зоя (№ 1) — «да»", "Ёлкина-Щукина Зоя (№ 1) — «да»"),
        ("и\u0306", "й"),
        ("три\u202eидва", "триидва"),
        ("мягкий\u00adперенос", "мягкийперенос"),
        ("две\nстроки\tи отступ", "две строки и отступ"),
        ("смайлик 😀", "смайлик □"),
        ("полу\ud800знак", "полу□знак"),
        ("знак\ufe0f", "знак"),
        ("ударе\u0301ние", "ударе\u0301ние"),
        ("гора\u0301\u0301\u0301", "гора\u0301□□"),
    ],
)
def test_typed_text_is_made_fit_for_paper(typed, printed):
    assert printable(typed) == printed


def test_lost_characters_are_reported_once_and_in_order():
    assert unprintable("😀 漢 😀 \ud800 □") == ("😀 (U+1F600)", "漢 (U+6F22)", "U+D800")


def test_missing_font_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(paper_font, "DIRECTORY", tmp_path)
    with pytest.raises(PaperFontMissing, match="run the set-up"):
        paper_font.glyphs.__wrapped__()
