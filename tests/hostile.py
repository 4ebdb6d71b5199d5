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
    return b"iCCP", b"profile\0\0" + packed_zeros(megabytes)


def packed_zeros(megabytes: int, head: bytes = b"") -> bytes:
    """`head` and so many megabytes of nothing, packed a thousand to one and in no time."""
    packer = zlib.compressobj(9)
    begun = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    checked = zlib.adler32(head)
    low, high = checked & 0xFFFF, checked >> 16
    high = (high + low * (megabytes << 20)) % 65521
    return begun + block * megabytes + b"\x03\x00" + struct.pack(">HH", high, low)


def pdf_with_bomb(megabytes: int, layers: int = 2) -> bytes:
    """A page whose contents unpack, layer after layer, into so many megabytes."""
    content = packed_zeros(megabytes)
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


def pdf_with_packed_objects(megabytes: int) -> bytes:
    """A PDF whose catalogue lies in an object stream that unpacks into so many megabytes."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )
    places = [sum(len(one) + 1 for one in objects[:index]) for index in range(len(objects))]
    index = b" ".join(b"%d %d" % pair for pair in zip((1, 2, 5), places, strict=True)) + b" "
    packed = packed_zeros(megabytes, head=index + b" ".join(objects) + b" ")
    head = b"%PDF-1.7\n"
    bomb = b"3 0 obj\n<< /Type /ObjStm /N 3 /First %d /Filter /FlateDecode /Length %d >>\nstream\n"
    body = head + bomb % (len(index), len(packed)) + packed + b"\nendstream\nendobj\n"
    rows = ((0, 0, 0), (2, 3, 0), (2, 3, 1), (1, len(head), 0), (1, len(body), 0), (2, 3, 2))
    entries = b"".join(struct.pack(">BIH", *row) for row in rows)
    table = b"4 0 obj\n<< /Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n"
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + table % len(entries) + entries + end


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
