"""What a JPEG or PNG says about where and by whom it was taken is removed; the picture itself stays as it is.

Only the parts that draw the picture are kept, by name; everything else (EXIF with its place, comments, thumbnails,
what follows the end) goes. Of EXIF, only which way up the picture is held stays.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112
#: Tables (DQT, DHT, DAC, DRI, DNL) and Adobe's note which colours are meant.
_JPEG_KEPT = frozenset({0xDB, 0xC4, 0xCC, 0xDD, 0xDC, 0xEE})
#: Start of frame: all coding processes but the tables among them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END, _EXIF_MARKER = 0xDA, 0xD9, 0xE1
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"})


class Damaged(Exception):
    """The picture cannot be read: it ends too early, or is none."""


@dataclass(frozen=True)
class Picture:
    """A picture without metadata; width and height in pixels."""

    content: bytes
    width: int
    height: int


def cleaned(content: bytes, media_type: str) -> Picture:
    """The picture without metadata. Raises `Damaged`."""
    try:
        return _clean_jpeg(content) if media_type == "image/jpeg" else _clean_png(content)
    except (IndexError, struct.error) as cut_off:
        raise Damaged from cut_off


def _clean_jpeg(content: bytes) -> Picture:
    if not content.startswith(_SOI):
        raise Damaged
    kept, place, size = [_SOI], 2, (0, 0)
    while (segment := _segment_at(content, place)) is not None:
        marker, body, place = segment
        kept.append(_kept(marker, body))
        if marker in _FRAMES:
            size = struct.unpack_from(">HH", body, 3)
        if marker == _SCAN:
            end = _scan_end(content, place)
            kept.append(content[place:end])
            place = end
    if 0 in size:
        raise Damaged
    return Picture(b"".join([*kept, _EOI]), width=size[1], height=size[0])


def _kept(marker: int, body: bytes) -> bytes:
    """What stays of a segment."""
    if marker == _EXIF_MARKER:
        return _upright(body[2:])
    draws = marker in _JPEG_KEPT or marker in _FRAMES or marker == _SCAN
    return bytes((0xFF, marker)) + body if draws else b""


def _segment_at(content: bytes, place: int) -> tuple[int, bytes, int] | None:
    """The marker at a place, its body with the length before it, and where that ends; None at the picture's end."""
    if content[place] != 0xFF:
        raise Damaged
    while content[place] == 0xFF:
        place += 1
    marker, place = content[place], place + 1
    if marker == _END:
        return None
    (length,) = struct.unpack_from(">H", content, place)
    if length < 2 or place + length > len(content):
        raise Damaged
    return marker, content[place : place + length], place + length


def _scan_end(content: bytes, place: int) -> int:
    """Where the coded lines that begin at a place end: at the next marker that is no part of them."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0:
            raise Damaged
        if content[place + 1] != 0 and not 0xD0 <= content[place + 1] <= 0xD7:
            return place
        place += 2


def _upright(exif: bytes) -> bytes:
    """An EXIF segment that says nothing but which way up the picture is held; empty where it need not be turned."""
    turned = _orientation(exif)
    if turned is None:
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
    body = _EXIF + b"MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return bytes((0xFF, _EXIF_MARKER)) + struct.pack(">H", len(body) + 2) + body


def _orientation(exif: bytes) -> int | None:
    tiff = exif.removeprefix(_EXIF)
    if tiff == exif or tiff[:2] not in {b"II", b"MM"}:
        return None
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, directory)
        for number in range(entries):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, directory + 2 + 12 * number)
            if tag == _ORIENTATION:
                return value if 2 <= value <= 8 else None
    except struct.error:
        return None
    return None


def _clean_png(content: bytes) -> Picture:
    if not content.startswith(_PNG):
        raise Damaged
    kept, place, name = [_PNG], len(_PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, place)
        chunk = content[place : place + length + 12]
        if len(chunk) < length + 12:
            raise Damaged
        place += len(chunk)
        if name in _PNG_KEPT:
            kept.append(chunk)
    clean = b"".join(kept)
    if clean[12:16] != b"IHDR" or b"IDAT" not in clean:
        raise Damaged
    width, height = struct.unpack_from(">II", clean, 16)
    return Picture(clean, width, height)
