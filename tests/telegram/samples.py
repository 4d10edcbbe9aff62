"""Small files of each kind, and of kinds nobody accepts."""

from __future__ import annotations

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64)
WEBP = b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(64)
PDF = b"%PDF-1.7\n" + bytes(64)
ZIP = b"PK\x03\x04" + bytes(64)
TEXT = b"MZ this is not a picture at all"
