"""A school's own DOCX template: judged before it is taken, tried on the example of its kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any

from docxtpl import DocxTemplate
from lxml import etree

from documents.catalogue import DocumentKind
from documents.paper import Word
from documents.render import render_docx, strict_environment
from documents.template_file import (
    FALLBACK,
    MOST_FINDINGS,
    OFFICE,
    STORIES,
    Finding,
    Flaw,
    TemplateRefused,
    W,
    open_parts,
    paragraphs,
)
from documents.template_words import (
    Reading,
    flags_of,
    paths_of,
    shapes_of,
    written_wrong,
)

#: Items of a list in the longest trial.
MANY = 3


@dataclass(frozen=True, kw_only=True)
class JudgedTemplate:
    """A template of the kind, and every reason not to take it; without findings it is good."""

    kind: str
    content: bytes = field(repr=False)
    #: The words it was judged by: when the program prints others, it is to be judged anew.
    words: tuple[str, ...]
    findings: tuple[Finding, ...]


def judge_template(kind: DocumentKind, content: bytes) -> JudgedTemplate:
    """Everything that is wrong with the file as a template of the kind (FRM-1, FRM-2, FRM-3)."""
    try:
        findings = tuple(dict.fromkeys(_findings(kind, content)))
    except TemplateRefused as refusal:
        findings = refusal.findings
    return JudgedTemplate(kind=kind.name, content=content, words=words_of(kind), findings=findings)


def words_of(kind: DocumentKind) -> tuple[str, ...]:
    """Everything that a template of the kind prints, in order."""
    return tuple(sorted(paths_of(kind.example)))


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Paragraphs of the example that only the standard layout has, and only the school's."""

    lost: tuple[str, ...]
    added: tuple[str, ...]


def differences(kind: DocumentKind, content: bytes) -> Differences:
    """How the text of the example differs from the PDF, whose words the built-in template has."""
    standard, own = _texts(render_docx(kind.example)), _texts(render_docx(kind.example, content))
    return Differences(lost=_lacking(standard, own), added=_lacking(own, standard))


def _findings(kind: DocumentKind, content: bytes) -> Iterator[Finding]:
    """Each step reads only what the one before has let pass."""
    parts, findings = open_parts(content)
    findings += tuple(islice(written_wrong(parts), MOST_FINDINGS))
    yield from findings
    if findings:
        return
    reading = Reading(shapes=shapes_of(kind.example), flags=flags_of(kind.example))
    try:
        sources = tuple(_sources(content))
    except Exception:  # whatever a strange file does to the library, it is refused
        yield Finding(flaw=Flaw.BROKEN)
        return
    for source, is_seen in sources:
        reading.read(strict_environment(), source, is_seen=is_seen)
    yield from reading.findings
    missing = paths_of(kind.example) - reading.printed
    yield from (Finding(flaw=Flaw.MISSING, what=path) for path in sorted(missing))
    if not (reading.findings or missing) and not _prints(
        kind, content, [source for source, _is_seen in sources]
    ):
        yield Finding(flaw=Flaw.BROKEN)


def _sources(content: bytes) -> Iterator[tuple[str, bool]]:
    """The stories as docxtpl gives them to Jinja, and whether a document of one page shows them."""
    template = DocxTemplate(BytesIO(content))
    template.init_docx()
    yield template.patch_xml(template.get_xml()), True
    seen = _seen_relations(template.docx.element.body)
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for relation, part in template.get_headers_footers(uri):
            yield template.patch_xml(template.get_part_xml(part)), relation in seen
    for part in template.docx.part.package.parts:
        if part.content_type in STORIES and part.content_type.endswith(".footnotes+xml"):
            yield template.patch_xml(part.blob.decode("utf-8")), False


def _seen_relations(body: etree._Element) -> set[str]:
    """The headers and footers of first pages: a page of another kind may never be there."""
    found = set()
    for section in body.iter(f"{W}sectPr"):
        kind = "default" if section.find(f"{W}titlePg") is None else "first"
        for reference in section.iter(f"{W}headerReference", f"{W}footerReference"):
            if reference.get(f"{W}type") == kind:
                found.add(reference.get(f"{{{OFFICE.rstrip('/')}}}id", ""))
    return found


def _prints(kind: DocumentKind, content: bytes, sources: Sequence[str]) -> bool:
    """Whether the example, its barest form and its longest one come out whole.

    docxtpl mends broken XML by leaving text out: here it has to be whole by itself.
    """
    words = kind.example.words()
    try:
        for trial in (words, _each(words, many=0), _each(words, many=MANY)):
            for source in sources:
                _require_whole(strict_environment().from_string(source).render(trial))
        _texts(render_docx(kind.example, content))
    except Exception:  # see above
        return False
    return True


def _each(words: Mapping[str, Word], *, many: int) -> Mapping[str, Any]:
    """The words with every list so long, and every flag and text there or not."""
    return {name: _longer(word, many) for name, word in words.items()}


def _longer(word: Word, many: int) -> Any:
    if isinstance(word, tuple):
        return word[:1] * many
    if isinstance(word, bool):
        return many > 0
    return word if many else ""


def _require_whole(story: str) -> None:
    """Raises ValueError for a cell that no office program opens: one without a paragraph."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    tree = etree.fromstring(story.encode(), parser)
    for cell in tree.iter(f"{W}tc"):
        if not len(cell) or cell[-1].tag != f"{W}p":
            raise ValueError("a cell without a paragraph")
    for outside in tree.iter(f"{W}body", f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}p", f"{W}r"):
        texts = [outside.text, *(child.tail for child in outside)]
        if any(text and text.strip() for text in texts):
            raise ValueError("text outside a run")


def _texts(document: bytes) -> tuple[str, ...]:
    """The text of every paragraph of a document of ours, headers and notes too."""
    parts, _findings = open_parts(document)
    return tuple(
        text
        for part in parts
        if part.kind in STORIES and part.tree is not None
        for paragraph, text in paragraphs(part.tree)
        if text.strip() and next(paragraph.iterancestors(FALLBACK), None) is None
    )


def _lacking(texts: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The paragraphs whose text is nowhere in the other; how it is broken up does not matter."""
    whole = _bare("".join(other))
    return tuple(dict.fromkeys(text for text in texts if _bare(text) not in whole))


def _bare(text: str) -> str:
    return "".join(text.split())
