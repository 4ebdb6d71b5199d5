"""An office file that somebody sent as a template: opened with care, or refused with every reason.

What is not known to be harmless is refused: parts, relations and fields by lists of what may be
there, the elements that run, fetch, hide or replace something by name.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from itertools import islice
from posixpath import dirname, join, normpath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

MEGABYTE = 1024 * 1024
#: Bytes of the file, of all that is packed in it, and of one piece of text in it.
MOST_BYTES = 2 * MEGABYTE
MOST_UNPACKED = 6 * MEGABYTE
MOST_STORY_BYTES = 500_000
#: Files in the file; times that one of them may shrink when packed, if it is not small.
MOST_ENTRIES = 200
MOST_RATIO = 100
SMALL_ENTRY = 100_000
#: Paragraphs, runs, texts and cells: docxtpl goes over the text once for each of them.
MOST_PIECES = 3_000
#: Elements of one part; the styles of an office program are some 10,000.
MOST_ELEMENTS = 50_000
#: Findings of one part that are told; more would not help anybody.
MOST_FINDINGS = 100
#: Characters of a paragraph that are shown to tell where something stands.
SHOWN = 80

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATIVES, FALLBACK = f"{_CHOICE}AlternateContent", f"{_CHOICE}Fallback"

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
DOCUMENT = f"{_WORD}document.main+xml"
#: Parts with text of the document in which placeholders are filled in.
STORIES = frozenset({DOCUMENT, f"{_WORD}header+xml", f"{_WORD}footer+xml", f"{_WORD}footnotes+xml"})
#: Content types that a template may hold beside them.
_PARTS = STORIES | {
    *(
        f"{_WORD}{name}+xml"
        for name in ("styles", "settings", "webSettings", "fontTable", "numbering", "endnotes")
    ),
    "application/vnd.ms-word.stylesWithEffects+xml",
    "application/vnd.openxmlformats-officedocument.theme+xml",
    "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    "application/vnd.openxmlformats-officedocument.custom-properties+xml",
    "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    "application/vnd.openxmlformats-package.core-properties+xml",
    "application/vnd.openxmlformats-package.relationships+xml",
    "application/xml",
    "image/jpeg",
    "image/png",
}
_RELATIONS = {
    *(
        OFFICE + name
        for name in (
            *("officeDocument", "extended-properties", "custom-properties"),
            *("styles", "settings", "webSettings", "fontTable", "theme", "numbering"),
            *("header", "footer", "footnotes", "endnotes"),
            *("image", "customXml", "customXmlProps"),
        )
    ),
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
}
#: Fields that print a number of the page and nothing else.
_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
_SWITCHES = re.compile(r"\\\*\s*(?:MERGEFORMAT|Arabic)", re.IGNORECASE)
#: Attributes by which a drawing names a file elsewhere.
_LINKS = frozenset({"src", "href", "althref"})
#: What a broken package makes its reader raise.
_UNREADABLE = (
    *(BadZipFile, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, ValueError),
    zlib.error,
)
_PROLOGUE = re.compile(r"""<\?xml\b[^>]*\bencoding\s*=\s*["']([^"']*)""")


class Flaw(StrEnum):
    """Why a file is not taken as a template."""

    TOO_BIG = "too_big"
    NOT_DOCX = "not_docx"
    PACKED = "packed"
    PART = "part"
    MACRO = "macro"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    XML = "xml"
    FIELD = "field"
    HIDDEN = "hidden"
    TRACKED = "tracked"
    TOO_LONG = "too_long"
    SYNTAX = "syntax"
    PLACE = "place"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    MISUSED = "misused"
    MISSING = "missing"
    BROKEN = "broken"


#: Elements that a template may not have, with what each of them does.
_ELEMENTS = {
    **dict.fromkeys(("altChunk", "object", "OLEObject", "subDoc", "oleObj"), Flaw.EMBEDDED),
    **dict.fromkeys(("control", "ocx", "macroWll"), Flaw.MACRO),
    **dict.fromkeys(
        ("attachedTemplate", "attachedSchema", "mailMerge", "saveThroughXslt", "dataBinding"),
        Flaw.EXTERNAL,
    ),
    **dict.fromkeys(("frameset", "externalData"), Flaw.EXTERNAL),
    **dict.fromkeys(("vanish", "specVanish", "webHidden"), Flaw.HIDDEN),
    **dict.fromkeys(("ins", "del", "moveFrom", "moveTo", "delText"), Flaw.TRACKED),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One reason to refuse: what it is about, and the text of the paragraph where it stands."""

    flaw: Flaw
    what: str = ""
    near: str = ""


class TemplateRefused(Exception):
    """The file cannot be read any further."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(", ".join(finding.flaw for finding in findings))
        self.findings = findings


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of the package: its lower-case name, its content type, its tree if it is XML."""

    name: str
    kind: str
    tree: etree._Element | None


def open_parts(content: bytes) -> tuple[tuple[Part, ...], tuple[Finding, ...]]:
    """The parts of a DOCX and what is wrong with them.

    Raises TemplateRefused when the file is not a DOCX, is packed strangely, or holds XML that may
    not be read.
    """
    files = _unpacked(content)
    kinds = _content_types(files)
    parts = []
    findings = []
    for name in files:
        kind = kinds.get(name, "")
        if name != "[content_types].xml" and kind not in _PARTS:
            findings.append(Finding(flaw=_flaw_of_part(name, kind), what=name))
            continue
        is_xml = kind.endswith("xml") or name.endswith(("xml", ".rels"))
        tree = _parsed(name, files[name]) if is_xml else None
        parts.append(Part(name=name, kind=kind, tree=tree))
    if kinds.get("word/document.xml") != DOCUMENT and not findings:
        raise TemplateRefused(Finding(flaw=Flaw.NOT_DOCX))
    for part in parts:
        findings.extend(islice(_judged(part, files), MOST_FINDINGS))
    return tuple(parts), tuple(dict.fromkeys(findings))


def paragraphs(tree: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every paragraph with its own text."""
    for paragraph in tree.iter(f"{W}p"):
        yield paragraph, text_of(paragraph)


def text_of(paragraph: etree._Element) -> str:
    """The text of the paragraph without that of a text box in it."""
    return "".join(
        text.text or ""
        for text in paragraph.iter(f"{W}t")
        if next(text.iterancestors(f"{W}p")) is paragraph
    )


def shown(text: str) -> str:
    """A text cut short, to tell where something stands."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _unpacked(content: bytes) -> Mapping[str, bytes]:
    """Files by lower-case name. Sizes are judged before anything is unpacked."""
    if len(content) > MOST_BYTES:
        raise TemplateRefused(Finding(flaw=Flaw.TOO_BIG))
    if not content.startswith(b"PK\x03\x04"):
        raise TemplateRefused(Finding(flaw=Flaw.NOT_DOCX))
    try:
        with ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
            _judge_entries(entries)
            return {entry.filename.lower(): package.read(entry) for entry in entries}
    except _UNREADABLE as error:
        raise TemplateRefused(Finding(flaw=Flaw.NOT_DOCX)) from error


def _judge_entries(entries: list[ZipInfo]) -> None:
    names = [entry.filename.lower() for entry in entries]
    if len(names) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise TemplateRefused(Finding(flaw=Flaw.PACKED))
    strange = [entry.filename for entry in entries if _is_strange(entry)]
    if strange or len(set(names)) != len(names):
        raise TemplateRefused(Finding(flaw=Flaw.PACKED, what=shown(", ".join(strange))))


def _is_strange(entry: ZipInfo) -> bool:
    is_locked = bool(entry.flag_bits & 0x1)
    is_bomb = entry.file_size > SMALL_ENTRY and entry.file_size > MOST_RATIO * entry.compress_size
    is_outside = entry.filename.startswith("/") or ".." in entry.filename.split("/")
    return (
        is_locked
        or is_bomb
        or is_outside
        or "\\" in entry.filename
        or entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}
    )


def _content_types(files: Mapping[str, bytes]) -> Mapping[str, str]:
    """The content type of every file, as `[Content_Types].xml` tells it."""
    if "[content_types].xml" not in files or "word/document.xml" not in files:
        raise TemplateRefused(Finding(flaw=Flaw.NOT_DOCX))
    tree = _parsed("[content_types].xml", files["[content_types].xml"])
    defaults, overrides = {}, {}
    for told in tree:
        kind = told.get("ContentType", "")
        if told.get("Extension") is not None:
            defaults[told.get("Extension", "").lower()] = kind
        else:
            overrides[told.get("PartName", "").lower().lstrip("/")] = kind
    return {
        name: overrides.get(name, defaults.get(name.rpartition(".")[2], ""))
        for name in files
        if name != "[content_types].xml"
    }


def _flaw_of_part(name: str, kind: str) -> Flaw:
    told = f"{name} {kind}".lower()
    if any(word in told for word in ("vba", "macro", "activex", "customui")):
        return Flaw.MACRO
    if any(word in told for word in ("embedding", "oleobject", "afchunk")):
        return Flaw.EMBEDDED
    return Flaw.PART


def _parsed(name: str, content: bytes) -> etree._Element:
    """The tree, without ever looking at a document type, an entity or another encoding."""
    refused = TemplateRefused(Finding(flaw=Flaw.XML, what=name))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused from None
    told = _PROLOGUE.match(text)
    if (told and told.group(1).lower() not in {"utf-8", "us-ascii"}) or "<!DOCTYPE" in text:
        raise refused
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise refused from error
    if tree.getprevious() is not None or tree.getnext() is not None:
        raise refused
    return tree


def _judged(part: Part, files: Mapping[str, bytes]) -> Iterator[Finding]:
    if part.tree is None:
        return
    _require_short(part.tree, part, files[part.name])
    if part.name.endswith(".rels"):
        yield from _judged_relations(part, files)
    else:
        yield from _judged_elements(part)
    if part.kind in STORIES:
        yield from _judged_story(part.tree)


def _judged_relations(part: Part, files: Mapping[str, bytes]) -> Iterator[Finding]:
    base = dirname(dirname(part.name))
    for relation in part.tree if part.tree is not None else ():
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        place = target.lstrip("/") if target.startswith("/") else normpath(join(base, target))
        if relation.get("TargetMode", "Internal") != "Internal":
            yield Finding(flaw=Flaw.EXTERNAL, what=shown(target))
        elif kind not in _RELATIONS:
            yield Finding(flaw=_flaw_of_part("", kind), what=kind.rpartition("/")[2])
        elif place.lower() not in files:
            yield Finding(flaw=Flaw.BROKEN, what=shown(target))


def _judged_elements(part: Part) -> Iterator[Finding]:
    """What runs, fetches, hides or replaces."""
    for element in part.tree.iter() if part.tree is not None else ():
        if not isinstance(element.tag, str):
            yield Finding(flaw=Flaw.XML, what=part.name)
            continue
        name = etree.QName(element).localname
        if name in _ELEMENTS and _is_on(element):
            yield Finding(flaw=_ELEMENTS[name], what=name, near=_near(element))
        if _LINKS.intersection(etree.QName(key).localname for key in element.attrib):
            yield Finding(flaw=Flaw.EXTERNAL, what=name, near=_near(element))


def _is_on(element: etree._Element) -> bool:
    return element.get(f"{W}val") not in {"0", "false", "off"}


def _require_short(tree: etree._Element, part: Part, content: bytes) -> None:
    """Raises TemplateRefused for more text than a form has, before anybody goes over it."""
    pieces = sum(1 for _piece in tree.iter(*(f"{W}{name}" for name in ("p", "r", "t", "tc"))))
    is_long = part.kind in STORIES and len(content) > MOST_STORY_BYTES
    if is_long or pieces > MOST_PIECES or sum(1 for _each in tree.iter()) > MOST_ELEMENTS:
        raise TemplateRefused(Finding(flaw=Flaw.TOO_LONG, what=part.name))


def _judged_story(tree: etree._Element) -> Iterator[Finding]:
    for row in tree.iter(f"{W}hidden"):
        yield Finding(flaw=Flaw.HIDDEN, what="hidden", near=_near(row))
    for paragraph in tree.iter(f"{W}p"):
        codes = "".join(code.text or "" for code in paragraph.iter(f"{W}instrText"))
        yield from _judged_fields(codes, text_of(paragraph))
    for field in tree.iter(f"{W}fldSimple"):
        yield from _judged_fields(field.get(f"{W}instr", ""), _near(field))


def _judged_fields(codes: str, near: str) -> Iterable[Finding]:
    words = set(_SWITCHES.sub(" ", codes).split())
    if words <= _FIELDS:
        return ()
    return (Finding(flaw=Flaw.FIELD, what=shown(codes), near=shown(near)),)


def _near(element: etree._Element) -> str:
    paragraph = next(element.iterancestors(f"{W}p"), None)
    return "" if paragraph is None else shown(text_of(paragraph))
