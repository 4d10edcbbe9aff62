"""Pictures as they are kept: decoded whole, turned upright, and written anew, so that nothing but the picture stays."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

#: More pixels than any phone takes; a small file may claim far more.
MOST_PIXELS: Final = 80_000_000
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}
_JPEG_QUALITY: Final = 90
#: The grey of a lens cap or a blank page hardly differs from place to place.
_FLATTEST: Final = 3.0


class Damaged(Exception):
    """The picture cannot be read: it ends too early, is none, or claims too many pixels."""


@dataclass(frozen=True)
class Picture:
    """A picture without metadata; width and height in pixels, `is_blank` when it shows nothing."""

    content: bytes
    width: int
    height: int
    is_blank: bool


def cleaned(content: bytes, media_type: str) -> Picture:
    """The picture of that type, without metadata. Raises `Damaged`."""
    drawn = _decoded(content, _FORMATS[media_type])
    flat = ImageStat.Stat(drawn.convert("L")).stddev[0] < _FLATTEST
    return Picture(_written(drawn, _FORMATS[media_type]), drawn.width, drawn.height, is_blank=flat)


def _decoded(content: bytes, form: str) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=(form,)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Damaged
            upright = ImageOps.exif_transpose(opened)
            return upright.convert("RGB" if form == "JPEG" else "RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombWarning, Image.DecompressionBombError) as none:
        raise Damaged from none
    except (OSError, SyntaxError, ValueError, EOFError) as cut_off:
        raise Damaged from cut_off


def _written(drawn: Image.Image, form: str) -> bytes:
    """The picture in a fresh file: copied pixel by pixel, because Pillow hands metadata on."""
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    written = io.BytesIO()
    bare.save(written, form, **({"quality": _JPEG_QUALITY} if form == "JPEG" else {"optimize": False}))
    return written.getvalue()
