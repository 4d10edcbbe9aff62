"""A posted form with a file: read piece by piece, never more than allowed, the file's kind told by its content."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import filetype
from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.inbound import LARGEST_FILE, InboundFile

#: Room for the form around the file.
_FORM_BYTES = 512 * 1024
#: A too large body is read and thrown away so far, so that the browser hears our answer.
_PATIENT_BYTES = 256 * 1024 * 1024
KINDS = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"})


class TooLarge(MultiPartException):
    """The body is larger than any form we accept."""

    def __init__(self) -> None:
        super().__init__("The form is too large")


@dataclass(frozen=True)
class Upload:
    """What a form brought. `refused_file` says why its file was not accepted: too_large, wrong_type, empty."""

    text: str = ""
    choice: str | None = None
    file: InboundFile | None = None
    refused_file: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether somebody pressed send without anything to send."""
        return not (self.text.strip() or self.choice or self.file or self.refused_file)


async def read_upload(request: Request) -> Upload:
    """The form of a request; raises `MultiPartException` when it is none."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise MultiPartException("A form was expected")
    parser = MultiPartParser(request.headers, capped(request), max_files=1, max_fields=8)
    try:
        form = await parser.parse()
    except TooLarge:
        return Upload(refused_file="too_large")
    try:
        return await _read(form)
    finally:
        await form.close()


async def capped(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, as long as it is not too large; the rest is thrown away."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= LARGEST_FILE + _FORM_BYTES:
            yield chunk
        elif size > _PATIENT_BYTES:
            break
    if size > LARGEST_FILE + _FORM_BYTES:
        raise TooLarge


async def _read(form: FormData) -> Upload:
    text, choice, file = form.get("text", ""), form.get("choice"), form.get("file")
    if not isinstance(text, str) or isinstance(choice, UploadFile):
        raise MultiPartException("Text was expected")
    if not isinstance(file, UploadFile) or not file.filename:
        return Upload(text, choice or None)
    if not file.size:
        return Upload(text, refused_file="empty")
    if file.size > LARGEST_FILE:
        return Upload(text, refused_file="too_large")
    content = await file.read()
    kind = filetype.guess_mime(content)
    if kind not in KINDS:
        return Upload(text, refused_file="wrong_type")
    return Upload(text, file=InboundFile(file.filename, kind, content))
