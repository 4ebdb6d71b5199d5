"""Templates as people send them: the built-in one of a kind, changed."""

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.document import Document
from docx.shared import RGBColor

from documents.catalogue import KINDS

RELATIONS = "word/_rels/document.xml.rels"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def built_in(kind: str) -> bytes:
    return KINDS[kind].docx.read_bytes()


def written(kind: str, change: Callable[[Document], object]) -> bytes:
    """The built-in template after a change made with an office library."""
    document = docx.Document(str(KINDS[kind].docx))
    change(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def in_own_colour(kind: str = "refusal") -> bytes:
    """A template that a school might make: every text in another colour, a line in the header."""

    def change(document: Document) -> None:
        for paragraph in document.paragraphs:
            for run in paragraph.runs:
                run.font.color.rgb = RGBColor(0x10, 0x20, 0x80)
        document.sections[0].header.paragraphs[0].text = "Бланк школы"

    return written(kind, change)


def with_line(text: str, kind: str = "refusal") -> bytes:
    """The built-in template with one more paragraph."""
    return written(kind, lambda document: document.add_paragraph(text))


def repacked(
    content: bytes,
    changed: Mapping[str, Callable[[bytes], bytes]] | None = None,
    added: Mapping[str, bytes] | None = None,
    method: int = ZIP_DEFLATED,
) -> bytes:
    """The package with files of it changed and others added."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(buffer, "w", method) as new:
        for name in old.namelist():
            change = (changed or {}).get(name, bytes)
            new.writestr(name, change(old.read(name)))
        for name, more in (added or {}).items():
            new.writestr(name, more)
    return buffer.getvalue()


def replacing(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content.decode()
        return content.decode().replace(old, new, 1).encode()

    return change


def with_part(name: str, kind: str, content: bytes = b"x") -> bytes:
    """The refusal with one more part of the content type."""
    told = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
    changed = {"[Content_Types].xml": replacing("</Types>", told)}
    return repacked(built_in("refusal"), changed, {name: content})


def with_relation(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    """The refusal with a relation of the document to something else."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    told = f'<Relationship Id="rId99" Type="{base}{kind}" Target="{target}"{mode}/></Relationships>'
    return repacked(built_in("refusal"), {RELATIONS: replacing("</Relationships>", told)})


def with_xml(xml: str, kind: str = "refusal") -> bytes:
    """The built-in template with XML before the last section of the body."""
    changed = {"word/document.xml": replacing("<w:sectPr", f"{xml}<w:sectPr")}
    return repacked(built_in(kind), changed)
