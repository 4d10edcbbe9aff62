"""Examples in articles agree with the rules, and say only what is certain."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.knowledge_base.library_world import our_library

TODAY = date(2026, 11, 20)


def said(slug: str, on: date = TODAY) -> str:
    rendered = our_library().render(slug, on)
    return f"{rendered.text}\n{rendered.more or ''}\n{rendered.source_line}"


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("jkn-service-fine", "Rp10.000.000 × 5% × 8 = Rp4.000.000"),
        ("jkn-reactivate", "seluruhnya Rp3.500.000"),
        ("migrant-dues", "Rp332.500"),
        ("migrant-dues", "Rp37.500"),
        ("migrant-dues", "Rp50.000 sampai Rp600.000"),
        # 100 m × 0.24 % + 200 m × 0.19 %
        ("construction-dues", "seluruhnya Rp620.000"),
        ("construction-dues", "JKK 1,74% dan JKM 0,3%"),
        ("pu-late-penalty", "Rp1.000.000 × 2% × 3 = Rp60.000"),
        # 48 × 5 m + 10 m; the periodic money is in conflict
        ("jkk-death", "seluruhnya Rp250.000.000"),
        ("jkk-disability", "Rp280.000.000"),
        ("jkk-stmb", "Rp15.000.000"),
        ("jkp-amount", "Rp18.000.000"),
        # 5.7 % × 5 m × 12
        ("jht-what", "Rp3.420.000"),
        ("jp-joining-age", "1 bulan sebelum usia pensiun"),
        ("bpu-dues", "JKK 1% dan JHT 2%"),
        ("scholarship-claim", "3 tahun ajaran"),
        ("jkp-employer-arrears", "6 bulan"),
        ("jkp-duties", "5 perusahaan"),
        ("perisai-become", "18 tahun"),
        ("jp-survivors", "23 tahun"),
        ("jkk-aids-transport", "ditambah 40%"),
    ],
)
def test_an_example_agrees_with_the_rules(slug: str, words: str) -> None:
    assert words in said(slug)


@pytest.mark.parametrize("slug", ["jkk-death", "jkk-disability"])
def test_what_is_in_conflict_is_left_out(slug: str) -> None:
    assert "Rp12.000.000" not in said(slug)


def test_an_estimate_brings_its_law() -> None:
    assert "PP 44/2015" in our_library().render("pu-late-penalty", TODAY).source_line
    assert "Perpres 64/2020" in our_library().render("jkn-reactivate", TODAY).source_line
