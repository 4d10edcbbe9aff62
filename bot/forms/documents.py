"""A document somebody sends: its kind told by its content, large enough to be read, and without metadata."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import filetype

from bot.forms.pictures import Damaged, cleaned

LARGEST_DOCUMENT = 5 * 1024 * 1024
#: Below this (longer and shorter side, in pixels), letters on a card cannot be read.
SMALLEST_SIDES = (600, 350)
_PICTURES = frozenset({"image/jpeg", "image/png"})
_PDF = "application/pdf"
#: What iPhones take unless told otherwise.
_HEIC = frozenset({"image/heic", "image/heif", "image/avif"})
_PDF_END_WITHIN = 2048
#: A page, or objects packed together, among which pages may be.
_PDF_PAGES = re.compile(rb"/Type\s*/(?:Page\b|ObjStm\b)")


class DocumentProblem(StrEnum):
    """Why a document is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    TOO_SMALL = "too_small"
    DAMAGED = "damaged"
    LOCKED = "locked"
    BLANK = "blank"
    HEIC = "heic"


class DocumentRefused(Exception):
    """The document cannot be used."""

    def __init__(self, problem: DocumentProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Document:
    """A document as it is kept."""

    content: bytes
    media_type: str


def read_document(content: bytes) -> Document:
    """The document, whatever its name says. Raises `DocumentRefused`."""
    if not content:
        raise DocumentRefused(DocumentProblem.EMPTY)
    if len(content) > LARGEST_DOCUMENT:
        raise DocumentRefused(DocumentProblem.TOO_LARGE)
    media_type = filetype.guess_mime(content)
    if media_type == _PDF:
        return Document(_readable_pdf(content), _PDF)
    if media_type in _PICTURES:
        return Document(_readable_picture(content, media_type), media_type)
    raise DocumentRefused(DocumentProblem.HEIC if media_type in _HEIC else DocumentProblem.WRONG_TYPE)


def _readable_picture(content: bytes, media_type: str) -> bytes:
    try:
        picture = cleaned(content, media_type)
    except Damaged as damaged:
        raise DocumentRefused(DocumentProblem.DAMAGED) from damaged
    longer, shorter = max(picture.width, picture.height), min(picture.width, picture.height)
    if longer < SMALLEST_SIDES[0] or shorter < SMALLEST_SIDES[1]:
        raise DocumentRefused(DocumentProblem.TOO_SMALL)
    if picture.is_blank:
        raise DocumentRefused(DocumentProblem.BLANK)
    return picture.content


def _readable_pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-_PDF_END_WITHIN:] or not _PDF_PAGES.search(content):
        raise DocumentRefused(DocumentProblem.DAMAGED)
    if b"/Encrypt" in content:
        raise DocumentRefused(DocumentProblem.LOCKED)
    return content
