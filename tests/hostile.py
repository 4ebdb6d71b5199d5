"""Files that mean harm, made here so that none lies in the repository."""

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()

_PNG = b"\x89PNG\r\n\x1a\n"


def picture(
    kind: str, size: tuple[int, int] = (8, 8), mode: str = "RGB", **saving: object
) -> bytes:
    """A picture of one colour; kind is Pillow's name: JPEG, PNG, HEIF."""
    buffer = BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 0).save(buffer, kind, **saving)  # type: ignore[arg-type]
    return buffer.getvalue()


def pdf(pages: int = 1, password: str = "") -> bytes:
    made = pikepdf.Pdf.new()
    for _page in range(pages):
        made.add_blank_page()
    return _saved(made, password)


def archive() -> bytes:
    """A ZIP of ten megabytes of nothing; renamed, it calls itself a paper."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", bytes(10_000_000))
    return buffer.getvalue()


def png_of(width: int, height: int, *extra: tuple[bytes, bytes]) -> bytes:
    """A PNG that claims a size, with chunks of choice and a few bytes of picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), *extra, (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b"")]
    return _PNG + b"".join(_chunk(name, body) for name, body in chunks)


def packed_chunk(megabytes: int) -> tuple[bytes, bytes]:
    """A colour profile that unpacks into so many megabytes."""
    return b"iCCP", b"profile\0\0" + zlib.compress(bytes(megabytes << 20), 9)


def pdf_with_bomb(gigabytes: int, layers: int = 2) -> bytes:
    """A page whose contents unpack, layer after layer, into gigabytes."""
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    content = b"".join(packer.compress(block) for _ in range(gigabytes << 10)) + packer.flush()
    for _layer in range(layers - 1):
        content = zlib.compress(content, 9)
    made = pikepdf.Pdf.new()
    made.add_blank_page()
    stream = pikepdf.Stream(made, content)
    stream.stream_dict.Filter = pikepdf.Array([pikepdf.Name.FlateDecode] * layers)
    made.pages[0].Contents = made.make_indirect(stream)
    return _saved(made)


def pdf_with_tree(kids: str) -> bytes:
    """A PDF whose page tree is this: objects 2 and 3 are nodes, 4 is a page."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count 1 /Kids [{kids}] >>",
        "<< /Type /Pages /Parent 2 0 R /Count 1 /Kids [2 0 R 4 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ]
    text = "%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(text)
    text += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    text += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    text += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return text.encode()


def pdf_with_object_stream_bomb(gigabytes: int) -> bytes:
    """A PDF whose catalogue lies in an object stream that unpacks into gigabytes."""
    inside = b"1 0 2 40 << /Type /Catalog /Pages 2 0 R >>".ljust(48)
    packer = zlib.compressobj(9)
    packed = packer.compress(inside)
    packed += b"".join(packer.compress(b" " * (1 << 20)) for _ in range(gigabytes << 10))
    packed += packer.flush()
    head = b"%PDF-1.7\n"
    bomb = (
        b"3 0 obj\n<< /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(packed)
    )
    body = head + bomb + packed + b"\nendstream\nendobj\n"
    entries = b"".join(
        struct.pack(">BIH", kind, where, index)
        for kind, where, index in ((0, 0, 0), (2, 3, 0), (2, 3, 1), (1, len(head), 0))
    )
    table = b"4 0 obj\n<< /Type /XRef /Size 4 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n" % len(
        entries
    )
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + table + entries + end


def pdf_that(action: pikepdf.Dictionary) -> bytes:
    """A PDF that does something when it is opened."""
    made = pikepdf.Pdf.new()
    made.add_blank_page()
    made.Root.OpenAction = action
    return _saved(made)


def pdf_with_file() -> bytes:
    made = pikepdf.Pdf.new()
    made.add_blank_page()
    made.attachments["invoice.exe"] = b"MZ"
    return _saved(made)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _saved(made: pikepdf.Pdf, password: str = "") -> bytes:
    buffer = BytesIO()
    locked = pikepdf.Encryption(owner=password, user=password) if password else None
    made.save(buffer, encryption=locked, compress_streams=False)
    return buffer.getvalue()
