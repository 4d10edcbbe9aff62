"""The calculator for families hears how many they are."""

from __future__ import annotations

import pytest

from dialogs.family_size import people_in


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("kelas 3 untuk 4 orang berapa", 4),
        ("bpjs kesehatan kelas 2 empat orang", 4),
        ("saya, istri dan 2 anak kelas 1", 4),
        ("istri sama anak dua, kelas 3", 4),
        ("saya dan suami kelas 2", 2),
        ("anak saya 3 tahun, kelas 3 berapa", None),
        ("anak 3 tahun kelas 3", None),
        ("istri dan anak anak, kelas 3", None),
        ("kelas 3 berapa", None),
        ("99 orang", None),
        ("0 orang", None),
        ("🙏", None),
    ],
)
def test_people_are_counted(text: str, people: int | None) -> None:
    assert people_in(text, most=20) == people
