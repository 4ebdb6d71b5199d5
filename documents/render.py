"""Strict rendering: the same words to DOCX and to PDF, or an error."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import pikepdf
import segno
import typst
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from documents import paper_font
from documents.catalogue import TEMPLATES, kind_of
from documents.paper import PaperContext, Qr, Word
from documents.printable import printable, unprintable

TITLE_LENGTH = 255  # what the properties of an office file hold
QR_WIDTH_MM = 30
QR_DESCRIPTION = "QR-код со ссылкой"
# The compiler refuses a second thread while it works.
_COMPILER_LOCK = Lock()


def render_docx(context: PaperContext, own: bytes | None = None) -> bytes:
    """The document for editing. Bytes differ from run to run: store what was issued.

    `own` is the school's template for it, where the school has one.
    """
    template = DocxTemplate(kind_of(context).docx if own is None else BytesIO(own))
    words = {name: _for_docx(word, template) for name, word in context.words().items()}
    template.render(words, strict_environment(), autoescape=True)
    document = template.docx
    document.core_properties.title = printable(context.title)[:TITLE_LENGTH]
    for picture in document.element.body.iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    ):
        if not picture.get("descr"):
            picture.set("descr", QR_DESCRIPTION)
    buffer = BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def render_pdf(context: PaperContext) -> bytes:
    """The document for printing: PDF/A-2a and PDF/UA-1, fonts embedded."""
    printed = {
        "title": printable(context.title),
        "dated": _parts(context.dated),
        **{name: _for_pdf(word) for name, word in context.words().items()},
    }
    compiler = _compiler()
    with _COMPILER_LOCK:
        pdf = compiler.compile(
            input=str(_typst(context)),
            format="pdf",
            sys_inputs={"data": json.dumps(printed, ensure_ascii=False)},
            pdf_standards=["a-2a", "ua-1"],
        )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single PDF")
    return pdf


def render_sheets(contexts: Iterable[PaperContext]) -> bytes:
    """Several documents as one PDF to print; b"" when there are none."""
    sheets, buffer = pikepdf.Pdf.new(), BytesIO()
    for context in contexts:
        with pikepdf.Pdf.open(BytesIO(render_pdf(context))) as printed:
            sheets.pages.extend(printed.pages)
    if not sheets.pages:
        return b""
    sheets.save(buffer)
    return buffer.getvalue()


def unprintable_words(context: PaperContext) -> tuple[str, ...]:
    """Characters of the document's words that the paper shows as □, for the clerk to see."""
    texts = [text for word in context.words().values() for text in _texts(word)]
    return unprintable("".join(texts))


def strict_environment() -> ImmutableSandboxedEnvironment:
    """Jinja for documents: a missing value is an error, a value is text, a template is caged."""
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


@cache
def _compiler() -> typst.Compiler:
    paper_font.glyphs()  # says what to do when the font files are not there
    return typst.Compiler(
        root=str(TEMPLATES), font_paths=[str(paper_font.DIRECTORY)], ignore_system_fonts=True
    )


def _typst(context: PaperContext) -> Path:
    name = context.print_name
    return TEMPLATES / f"{name}.typ" if name else kind_of(context).typst


def _parts(day: date | None) -> dict[str, int] | None:
    return {"year": day.year, "month": day.month, "day": day.day} if day else None


def _texts(word: Word) -> tuple[str, ...]:
    if isinstance(word, str):
        return (word,)
    if isinstance(word, tuple):
        return tuple(
            text
            for item in word
            for text in (item.values() if isinstance(item, Mapping) else (item,))
            if isinstance(text, str)
        )
    return ()


def _for_docx(word: Word, template: DocxTemplate) -> Any:
    if isinstance(word, Qr):
        return InlineImage(template, _qr(word, "png"), width=Mm(QR_WIDTH_MM)) if word.link else ""
    return _mapped(word, lambda text: _inert(printable(text)))


def _inert(text: str) -> Markup:
    """Text for a DOCX template. docxtpl rewrites `{_{` after rendering; an entity it leaves be."""
    escaped = str(escape(text)).replace("{", "&#123;").replace("}", "&#125;")
    return Markup(escaped)  # noqa: S704  escaped just above


def _for_pdf(word: Word) -> Any:
    if isinstance(word, Qr):
        return _qr(word, "svg").getvalue().decode() if word.link else ""
    if isinstance(word, str):
        return printable(word)
    return _mapped(word, _for_pdf)


def _mapped(word: Any, change: Any) -> Any:
    if isinstance(word, str | Qr):
        return change(word)
    if isinstance(word, tuple):
        return [_mapped(item, change) for item in word]
    if isinstance(word, Mapping):
        return {name: _mapped(text, change) for name, text in word.items()}
    return word


def _qr(qr: Qr, form: str) -> BytesIO:
    buffer = BytesIO()
    code = segno.make(printable(qr.link), micro=False, error="m")
    options = {"xmldecl": False, "svgns": True} if form == "svg" else {"scale": 10}
    code.save(buffer, kind=form, border=2, **options)
    buffer.seek(0)
    return buffer
