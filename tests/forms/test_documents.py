"""Documents are known by their content, must be readable, and lose what they say about place and person."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.documents import LARGEST_DOCUMENT, DocumentProblem, DocumentRefused, read_document
from bot.forms.pictures import Damaged, cleaned
from tests.forms.pictures import PDF, PLACE, jpeg, png


@pytest.mark.parametrize("content", [jpeg(), png()])
def test_a_picture_loses_its_place_and_keeps_its_lines(content: bytes) -> None:
    document = read_document(content)
    assert PLACE in content
    assert PLACE not in document.content
    assert read_document(document.content).content == document.content


def test_a_jpeg_keeps_which_way_up_it_is_held() -> None:
    kept = read_document(jpeg(orientation=6)).content
    assert b"Exif\x00\x00MM\x00\x2a" in kept
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in kept
    assert b"\x12\x34\xff\x00\x56\xff\xd0\x78\xff\xd9" in kept
    assert b"Exif" not in read_document(jpeg(orientation=1)).content


def test_the_lines_of_a_png_stay_as_they_are() -> None:
    kept = read_document(png(800, 600)).content
    start = kept.index(b"IDAT")
    length = int.from_bytes(kept[start - 4 : start], "big")
    assert zlib.decompress(kept[start + 4 : start + 4 + length]) == (b"\x00" + bytes(800)) * 600


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", DocumentProblem.EMPTY),
        (b"halo, ini bukan foto", DocumentProblem.WRONG_TYPE),
        (b"GIF89a" + bytes(100), DocumentProblem.WRONG_TYPE),
        (png(1, 1), DocumentProblem.TOO_SMALL),
        (jpeg(1, 1), DocumentProblem.TOO_SMALL),
        (png(3000, 20), DocumentProblem.TOO_SMALL),
        (jpeg(cut=True), DocumentProblem.DAMAGED),
        (png()[:200], DocumentProblem.DAMAGED),
        (PDF[:30], DocumentProblem.DAMAGED),
        (PDF.replace(b"<<>>", b"<</Encrypt 2 0 R>>"), DocumentProblem.LOCKED),
        (PDF + bytes(LARGEST_DOCUMENT), DocumentProblem.TOO_LARGE),
    ],
)
def test_what_cannot_be_used_is_told_apart(content: bytes, problem: DocumentProblem) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read_document(content)
    assert refused.value.problem is problem


@given(st.binary(max_size=400), st.integers(0, 300), st.sampled_from(["image/jpeg", "image/png"]))
def test_no_bytes_break_the_reading(noise: bytes, at: int, media_type: str) -> None:
    start = jpeg() if media_type == "image/jpeg" else png()
    try:
        picture = cleaned(start[:at] + noise, media_type)
    except Damaged:
        return
    assert cleaned(picture.content, media_type).content == picture.content
