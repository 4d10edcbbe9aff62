"""Pictures and documents as phones make them, with what phones write into them."""

from __future__ import annotations

import io

from fpdf import FPDF
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = b"GPS -6.2088 106.8456 milik Rina"
NO_PAGES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
_ORIENTATION, _DESCRIPTION = 0x0112, 0x010E


def _pdf() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    return bytes(pdf.output())


PDF = _pdf()


def drawn(width: int, height: int) -> Image.Image:
    """A picture that shows something: lines from dark to bright, its left end black."""
    return Image.linear_gradient("L").rotate(90).resize((width, height)).convert("RGB")


def jpeg(width: int = 1280, height: int = 800, *, orientation: int = 6, cut: bool = False) -> bytes:
    """A JPEG with EXIF (held on its side, a place), a comment, and a second picture behind its end."""
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_DESCRIPTION] = orientation, PLACE.decode()
    written = io.BytesIO()
    drawn(width, height).save(written, "JPEG", exif=exif, comment=b"comment: " + PLACE)
    whole = written.getvalue()
    return whole[: len(whole) // 2] if cut else whole + b"MPF " + PLACE


def png(width: int = 800, height: int = 600, *, blank: bool = False) -> bytes:
    """A PNG with a comment; a blank one is all of one grey."""
    told = PngInfo()
    told.add_text("Comment", PLACE.decode())
    picture = Image.new("L", (width, height), 128) if blank else drawn(width, height)
    written = io.BytesIO()
    picture.save(written, "PNG", pnginfo=told)
    return written.getvalue()
