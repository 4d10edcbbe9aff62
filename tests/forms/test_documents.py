"""Documents are known by their content, must be readable, and lose what they say about place and person."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.forms.documents import LARGEST_DOCUMENT, DocumentProblem, DocumentRefused, read_document
from bot.forms.pictures import Damaged, cleaned
from tests.forms.pictures import NO_PAGES, PDF, PLACE, drawn, jpeg, png

_JPEG, _PNG = jpeg(64, 40), png(64, 40)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("content", [jpeg(), png()])
def test_a_picture_loses_all_but_itself(content: bytes) -> None:
    kept = read_document(content).content
    assert PLACE in content
    assert PLACE not in kept
    assert not opened(kept).getexif()
    assert "comment" not in opened(kept).info


def test_a_picture_held_on_its_side_is_turned_upright() -> None:
    assert opened(read_document(jpeg(1280, 800, orientation=6)).content).size == (800, 1280)
    assert opened(read_document(jpeg(1280, 800, orientation=1)).content).size == (1280, 800)


def test_the_dots_of_a_png_stay_as_they_are() -> None:
    kept = opened(read_document(png(800, 600)).content).convert("RGB")
    assert kept.tobytes() == drawn(800, 600).tobytes()


def test_a_small_file_that_claims_endless_pixels_is_refused() -> None:
    claims = Image.new("1", (20_000, 20_000))
    written = io.BytesIO()
    claims.save(written, "PNG")
    with pytest.raises(DocumentRefused) as refused:
        read_document(written.getvalue())
    assert refused.value.problem is DocumentProblem.DAMAGED


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
        (png(blank=True), DocumentProblem.BLANK),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", DocumentProblem.HEIC),
        (PDF[:30], DocumentProblem.DAMAGED),
        (NO_PAGES, DocumentProblem.DAMAGED),
        (PDF.replace(b"/Root", b"/Encrypt 2 0 R /Root"), DocumentProblem.LOCKED),
        (PDF + bytes(LARGEST_DOCUMENT), DocumentProblem.TOO_LARGE),
    ],
)
def test_what_cannot_be_used_is_told_apart(content: bytes, problem: DocumentProblem) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read_document(content)
    assert refused.value.problem is problem


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, 300), st.sampled_from(["image/jpeg", "image/png"]))
def test_no_bytes_break_the_reading(noise: bytes, at: int, media_type: str) -> None:
    start = _JPEG if media_type == "image/jpeg" else _PNG
    try:
        picture = cleaned(start[:at] + noise + start[at + len(noise) :], media_type)
    except Damaged:
        return
    assert opened(picture.content).size == (picture.width, picture.height)
