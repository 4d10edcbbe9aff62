"""Pictures and documents made by hand, with what phones write into them."""

from __future__ import annotations

import struct
import zlib

PLACE = b"GPS -6.2088 106.8456 milik Rina"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def jpeg(width: int = 1280, height: int = 800, *, orientation: int = 6, cut: bool = False) -> bytes:
    """A JPEG with EXIF (held on its side, a place), a comment, and a second picture behind its end."""
    directory = struct.pack("<2sHIH", b"II", 42, 8, 1) + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\x00\x00" + directory + struct.pack("<I", 0) + PLACE
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    drawn = b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xE1, exif),
            _segment(0xFE, b"comment: " + PLACE),
            _segment(0xDB, b"\x00" + bytes(range(1, 65))),
            _segment(0xC0, frame),
            _segment(0xC4, b"\x00" + bytes(16)),
            _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            b"\x12\x34\xff\x00\x56\xff\xd0\x78",
        )
    )
    return drawn if cut else drawn + b"\xff\xd9" + b"MPF " + PLACE


def png(width: int = 800, height: int = 600) -> bytes:
    """A grey PNG with a comment and the time it was taken."""
    rows = zlib.compress((b"\x00" + bytes(width)) * height)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            _chunk(b"tEXt", b"Comment\x00" + PLACE),
            _chunk(b"eXIf", b"II*\x00" + PLACE),
            _chunk(b"IDAT", rows),
            _chunk(b"IEND", b""),
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
