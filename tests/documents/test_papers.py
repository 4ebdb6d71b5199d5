"""Every kind of paper, in both formats: whole, strict, and safe from what people type."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from io import BytesIO
from pathlib import Path

import docx
import jinja2
import pikepdf
import pytest
from docxtpl import DocxTemplate

from documents.catalogue import KINDS, ContextError, context_from_json, example_json
from documents.paper import PaperContext
from documents.printable import printable
from documents.render import render_docx, render_pdf, strict_environment, unprintable_words
from documents.templates import build
from journal_core.requests.terms import RefusalGround
from tests.documents.reading import docx_text, pdf_pages, pdf_text, same

HOSTILE = [
    "A & <b>жирно</b> и дальше",
    "{{ 7*7 }} {% for x in y %} {# нет #} {_{ }_} {_% %_}",
    "\\n \\textbf #set $x$ @ref *звёзды* _черта_ `код` // -- --- ... ~ ]] [[",
    "\"кавычки\" 'апостроф' «ёлочки» „лапки“",
    "Мария 😀 Петровна \U0001f468\u200d\U0001f469\u200d\U0001f467 漢字",
    "Иванов \u202eкеворт\u202c после",
    "половина \ud800 знака, \udfff и ещё",
    "строка\nвторая\r\nтретья\tс отступом\x00\x07\x1b",
    "Щ" * 300,
    ("Преображенский-Константинопольский " * 9)[:300],
    "e\u0301 и\u0306 \u0301\u0301\u0301",
    "  =HYPERLINK(1)  ",
]
MACHINE_MADE = {"code", "tracking_link", "redeem_link", "service_link"}

kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)


def hostile_context(example: PaperContext, text: str) -> tuple[PaperContext, list[str]]:
    """The example with every typed field ending in the text; and all that was typed."""
    changes: dict[str, object] = {}
    typed = []
    for field in fields(example):
        value = getattr(example, field.name)
        if field.name in MACHINE_MADE:
            continue
        if isinstance(value, str) and not isinstance(value, StrEnum):
            changes[field.name] = f"{field.name} {text}"
            typed.append(f"{field.name} {text}")
        elif isinstance(value, tuple) and not isinstance(value[0], StrEnum):
            changes[field.name] = tuple(f"{field.name}{n} {text}" for n in range(len(value)))
            typed.extend(changes[field.name])
    return replace(example, **changes), typed


@kinds
def test_docx_and_pdf_say_the_same(kind):
    assert same(docx_text(render_docx(kind.example))) == same(pdf_text(render_pdf(kind.example)))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@kinds
def test_nothing_typed_breaks_a_document_or_vanishes_from_it(kind, text):
    context, typed = hostile_context(kind.example, text)
    office, paper = same(docx_text(render_docx(context))), same(pdf_text(render_pdf(context)))
    assert office == paper
    for value in typed:
        assert same(printable(value)) in paper


@kinds
def test_endless_word_is_broken_and_does_not_run_off_the_sheet(kind):
    context, _ = hostile_context(kind.example, "Щ" * 300)
    longest = max(map(len, re.findall("Щ+", pdf_text(render_pdf(context)))))
    assert 0 < longest < 45  # what a line of the sheet holds at the smallest size


@kinds
def test_placeholders_of_both_templates_are_the_words_of_the_context(kind):
    words = set(kind.example.words())
    in_docx = DocxTemplate(kind.docx).get_undeclared_template_variables(strict_environment())
    in_typst = set(re.findall(r"data\.(\w+)", kind.typst.read_text(encoding="utf-8")))
    shared = (kind.typst.parent / "paper.typ").read_text(encoding="utf-8")
    if "beside-qr" in kind.typst.read_text(encoding="utf-8"):
        in_typst |= set(re.findall(r"data\.(\w+)", shared)) - {"title", "dated"}
    assert in_docx == words
    assert in_typst == words


def another(value: object) -> object:
    """A value of the same type that is not the same."""
    match value:
        case StrEnum():
            return next(member for member in type(value) if member is not value)
        case str():
            return f"{value} иначе"
        case datetime() | date():
            return value + timedelta(days=1)
        case tuple() if isinstance(value[0], RefusalGround):
            return (RefusalGround.WITHDRAWN, *value[1:])
        case tuple():
            return tuple(f"{item} иначе" for item in value)
    raise TypeError(value)


@kinds
def test_every_field_of_a_context_is_printed(kind):
    for field in fields(kind.example):
        base = kind.example
        if field.name == "visit_at":  # said only while the day of the answer is not known
            base = replace(base, due_on=None)
        if field.name == "code":
            continue
        changed = replace(base, **{field.name: another(getattr(base, field.name))})
        assert changed.words() != base.words(), field.name


@kinds
def test_missing_word_is_an_error_and_not_a_blank(kind):
    template = DocxTemplate(kind.docx)
    with pytest.raises(jinja2.UndefinedError):
        template.render({}, strict_environment(), autoescape=True)


@kinds
def test_pdf_is_archival_tagged_and_carries_its_fonts(kind):
    with pikepdf.open(BytesIO(render_pdf(kind.example))) as pdf:
        metadata = pdf.open_metadata()
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == kind.example.title
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "ru"
        assert "/StructTreeRoot" in pdf.Root
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "Tinos" in str(descriptor.FontName)
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


@kinds
def test_document_carries_its_own_title_and_no_trace_of_the_program(kind):
    properties = docx.Document(BytesIO(render_docx(kind.example))).core_properties
    assert properties.title == kind.example.title
    assert properties.author == properties.comments == ""


@kinds
def test_ordinary_document_fits_one_page(kind):
    assert pdf_pages(render_pdf(kind.example)) == 1


def test_documents_are_printed_by_many_threads_at_once():
    example = KINDS["refusal"].example
    names = [f"Получателю {number}" for number in range(24)]

    def printed(name: str) -> str:
        return pdf_text(render_pdf(replace(example, addressee=name)))

    with ThreadPoolExecutor(6) as pool:
        for name, text in zip(names, pool.map(printed, names), strict=True):
            assert same(name) in same(text)


@pytest.mark.parametrize("name", build.BUILDERS)
def test_committed_template_is_what_the_script_builds(name, tmp_path: Path):
    build.build(tmp_path)
    built, kept = (
        docx_text((folder / f"{name}.docx").read_bytes()) for folder in (tmp_path, build.HERE)
    )
    assert built == kept


def test_clerk_is_shown_what_the_paper_cannot_print():
    example = replace(KINDS["refusal"].example, addressee="Мария 😀 \ud800")
    assert unprintable_words(example) == ("😀 (U+1F600)", "U+D800")
    assert unprintable_words(KINDS["refusal"].example) == ()


@kinds
def test_example_is_flat_json_that_reads_back(kind):
    flat = example_json(kind)
    for value in flat.values():
        assert isinstance(value, str) or all(isinstance(item, str) for item in value)
    assert context_from_json(kind, flat) == kind.example


@kinds
def test_missing_and_unknown_fields_are_named(kind):
    flat = dict(example_json(kind))
    del flat["school_short_name"]
    with pytest.raises(ContextError, match=r"missing fields: school_short_name.*unknown .*: shool"):
        context_from_json(kind, {**flat, "shool": "1"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"gender": "neuter"}, "gender: must be one of female, male"),
        ({"decided_on": "5 мая"}, "decided_on: must be written as 2026-04-30"),
        ({"grounds": "adult"}, "grounds: must be a list"),
        ({"grounds": ["rain"]}, "grounds: must be one of not_an_applicant"),
        ({"grounds": [], "explanations": []}, "grounds: a refusal needs at least one"),
        ({"explanations": ["одно"]}, "explanations: one for each ground"),
        ({"addressee": 5}, "addressee: must be a string"),
    ],
)
def test_value_that_cannot_be_read_is_named(changes, words):
    kind = KINDS["refusal"]
    with pytest.raises(ContextError, match=re.escape(words)):
        context_from_json(kind, {**example_json(kind), **changes})
