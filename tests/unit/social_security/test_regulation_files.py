from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from social_security.bpu import BpuTables
from social_security.errors import NoRule, RegulationError
from social_security.facts import FactTables
from social_security.programmes import Programme, Scheme, Segment
from social_security.segments import programmes_of
from social_security.tables import REGULATIONS, Confidence, Table, load_table, weakest

FILES = sorted(REGULATIONS.glob("*.yml"))
PROVENANCE = {"article", "source", "confidence", "valid_from", "valid_until"}


def dated_rows(node: object) -> Iterator[dict[str, object]]:
    if isinstance(node, dict):
        if "valid_from" in node:
            yield node
        for child in node.values():
            yield from dated_rows(child)
    elif isinstance(node, list):
        for child in node:
            yield from dated_rows(child)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_dated_row_says_where_it_comes_from(path: Path) -> None:
    rows = list(dated_rows(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert rows
    assert all(row.keys() >= PROVENANCE for row in rows)


def broken(tmp_path: Path, name: str, change: tuple[str, str]) -> Path:
    text = (REGULATIONS / name).read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / name
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "model", "change", "message"),
    [
        ("bpu.yml", BpuTables, ('percent: "1"', "percent: 1.5"), r"bpu\.yml: rates\.JKK\.0\.percent.*quotes"),
        ("bpu.yml", BpuTables, ("flat: 6800", "flat: -1"), r"bpu\.yml: rates\.JKM\.0\.flat"),
        ("bpu.yml", BpuTables, ("flat: 6800", "flatt: 6800"), r"bpu\.yml: rates\.JKM\.0\.flatt"),
        ("bpu.yml", BpuTables, ("income_from: 0", "income_from: 5"), r"bpu\.yml: brackets\.0.*start at 0"),
        ("bpu.yml", BpuTables, ("base: 1200000", "base: 900000"), r"bpu\.yml: brackets\.0.*rise"),
        ("bpu.yml", BpuTables, ("2027-03-31", "2025-03-31"), r"bpu\.yml: reliefs\.0.*before valid_from"),
        ("bpu.yml", BpuTables, ("confidence: V1", "confidence: sure"), r"bpu\.yml: brackets\.0\.confidence"),
        ("facts_jkn.yml", FactTables, ("value: 24,", 'value: "24",'), r"jkn_arrears_most_months.*months needs int"),
        ("facts_jkn.yml", FactTables, ("unit: months", "unit: moons"), r"jkn_arrears_most_months\.unit"),
    ],
)
def test_a_wrong_file_names_itself_and_the_key(
    tmp_path: Path, name: str, model: type[Table], change: tuple[str, str], message: str
) -> None:
    with pytest.raises(RegulationError, match=message):
        load_table(broken(tmp_path, name, change), model)


def test_a_file_that_is_missing_or_no_yaml_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegulationError, match=r"none\.yml: cannot be read"):
        load_table(tmp_path / "none.yml", BpuTables)
    (tmp_path / "torn.yml").write_text("{", encoding="utf-8")
    with pytest.raises(RegulationError, match=r"torn\.yml: cannot be read"):
        load_table(tmp_path / "torn.yml", BpuTables)


def test_a_result_is_as_certain_as_its_weakest_rule() -> None:
    assert weakest([Confidence.L, Confidence.V1, Confidence.V2]) is Confidence.V1
    assert weakest([Confidence.V2, Confidence.M, Confidence.C]) is Confidence.M
    assert [code.value for code in Confidence if not code.is_certain] == ["I", "V1?", "C", "M"]


@pytest.mark.parametrize(
    ("segment", "mandatory", "optional", "scheme"),
    [
        (Segment.PU, "JKK JKM", "JHT JP JKP", Scheme.BPJSTK),
        (Segment.BPU, "JKK JKM", "JHT", Scheme.BPJSTK),
        (Segment.KONSTRUKSI, "JKK JKM", "", Scheme.BPJSTK),
        (Segment.PMI, "JKK JKM", "JHT", Scheme.BPJSTK),
        (Segment.PBPU, "JKN", "", Scheme.JKN),
        (Segment.PPU, "JKN", "", Scheme.JKN),
        (Segment.PBI, "JKN", "", Scheme.JKN),
    ],
)
def test_the_programmes_of_each_segment(segment: Segment, mandatory: str, optional: str, scheme: Scheme) -> None:
    programmes = programmes_of(segment, date(2026, 11, 20))

    assert programmes.mandatory == tuple(Programme(name) for name in mandatory.split())
    assert programmes.optional == tuple(Programme(name) for name in optional.split())
    assert programmes.all == programmes.mandatory + programmes.optional
    assert segment.scheme is scheme


def test_programmes_before_the_rule_are_not_guessed() -> None:
    with pytest.raises(NoRule, match="PMI"):
        programmes_of(Segment.PMI, date(2023, 2, 21))
