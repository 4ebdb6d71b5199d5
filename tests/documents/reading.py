"""Reading documents back: the text of both formats, made comparable."""

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO

import docx
import pikepdf
import pypdf
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph


def docx_paragraphs(document: bytes) -> list[Paragraph]:
    """Every paragraph in the order of reading, those in tables too."""
    return list(_paragraphs(docx.Document(BytesIO(document))))


def _paragraphs(place: docx.document.Document | _Cell) -> Iterator[Paragraph]:
    for item in place.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                for cell in row.cells:
                    yield from _paragraphs(cell)
        else:
            yield item


def docx_text(document: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx_paragraphs(document))


def docx_underlined(document: bytes) -> list[str]:
    return [
        run.text
        for paragraph in docx_paragraphs(document)
        for run in paragraph.runs
        if run.underline
    ]


def pdf_text(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(document)).pages)


def pdf_pages(document: bytes) -> int:
    return len(pypdf.PdfReader(BytesIO(document)).pages)


def same(text: str) -> str:
    """The text without what line breaking and list marks add to it."""
    composed = unicodedata.normalize("NFC", text)
    return re.sub(r"[\s•]", "", composed)


def pdf_underlined(document: bytes) -> list[str]:
    """The text of each tagged span that the structure calls underlined."""
    with pikepdf.open(BytesIO(document)) as pdf:
        texts = [_marked_texts(page) for page in pdf.pages]
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        return [
            "".join(texts[places[page]][mark] for page, mark in marks)
            for marks in _underlined_marks(pdf.Root.StructTreeRoot.K)
        ]


def _underlined_marks(node: pikepdf.Object) -> Iterator[list[tuple[tuple[int, int], int]]]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _underlined_marks(child)
    elif isinstance(node, pikepdf.Dictionary) and "/K" in node:
        looks = node.get("/A", [])
        if any(look.get("/TextDecorationType") == "/Underline" for look in looks):
            yield list(_marks(node.K, node.get("/Pg")))
        else:
            yield from _underlined_marks(node.K)


def _marks(
    kids: pikepdf.Object | int, page: pikepdf.Object | None
) -> Iterator[tuple[tuple[int, int], int]]:
    if isinstance(kids, int):
        assert page is not None
        yield page.objgen, kids
    elif isinstance(kids, pikepdf.Array):
        for kid in kids:
            yield from _marks(kid, page)
    elif "/MCID" in kids:
        yield kids.get("/Pg", page).objgen, int(kids.MCID)
    else:
        yield from _marks(kids.K, kids.get("/Pg", page))


def _marked_texts(page: pikepdf.Page) -> dict[int, str]:
    """The text of each marked content of a page, by its number."""
    letters = {
        name: _unicode(font.ToUnicode.read_bytes().decode("latin-1"))
        for name, font in page.Resources.Font.items()
    }
    texts: dict[int, str] = {}
    current: list[int | None] = []
    font = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                marked = operands[1]
                current.append(
                    int(marked.MCID) if "/MCID" in marked else (current[-1] if current else None)
                )
            case "BMC":
                current.append(current[-1] if current else None)
            case "EMC":
                current.pop()
            case "Tf":
                font = str(operands[0])
            case "Tj" | "TJ":
                mark = current[-1] if current else None
                if mark is not None:
                    shown = operands[0] if str(operator) == "TJ" else operands
                    texts[mark] = texts.get(mark, "") + _decoded(shown, letters[font])
    return texts


def _decoded(pieces: object, letters: dict[int, str]) -> str:
    codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
    return "".join(
        letters.get(int.from_bytes(codes[place : place + 2], "big"), "?")
        for place in range(0, len(codes), 2)
    )


def _unicode(cmap: str) -> dict[int, str]:
    letters = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, points in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            letters[int(code, 16)] = bytes.fromhex(points).decode("utf-16-be")
    return letters
