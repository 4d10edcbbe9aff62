from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from social_security.bpu import BpuTables, bpu_contribution
from social_security.editions import REGULATIONS, edition_with, using
from social_security.errors import InvalidChoice, NoRule, RegulationError
from social_security.facts import fact
from social_security.programmes import Programme, Scheme, Segment
from social_security.regulation_files import MODELS, check_regulations, install_regulations, regulation_text
from social_security.segments import programmes_of
from social_security.tables import Confidence, load_table, parse_table, weakest

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
    assert rows or path.name in {"confirmations.yml", "labels.yml"}
    assert all(row.keys() >= PROVENANCE for row in rows)


def broken(name: str, old: str, new: str) -> tuple[str, int]:
    """The text of a file with one change, and the line of the change."""
    text = (REGULATIONS / name).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1), text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "message"),
    [
        ("bpu.yml", 'percent: "1"', "percent: 1.5", "rates.JKK.0.percent", "quotes"),
        ("bpu.yml", "flat: 6800", "flat: -1", "rates.JKM.0.flat", "greater"),
        ("bpu.yml", "flat: 6800", "flatt: 6800", "rates.JKM.0.flatt", "not permitted"),
        ("bpu.yml", "income_from: 0", "income_from: 5", "brackets.0.rows.0.income_from", "start at 0"),
        ("bpu.yml", "base: 1200000", "base: 900000", "brackets.0.rows.1.base", "rise"),
        ("bpu.yml", "valid_until: 2027-03-31", "valid_until: 2025-03-31", "reliefs.2.valid_until", "before valid_from"),
        ("bpu.yml", "valid_from: 2026-01-01", "valid_from: 2021-01-31", "reliefs.2.valid_from", "has ended"),
        ("bpu.yml", "confidence: V1", "confidence: sure", "brackets.0.confidence", "Input should be"),
        ("bpu.yml", "confidence: V1", "confidence: I", "brackets.0.confidence", "needs confirm"),
        ("pu.yml", "group: 5", "group: 6", "jkk_risk_groups.4.group", "less than or equal"),
        ("pu.yml", "group: 5", "group: 4", "jkk_risk_groups.4.valid_from", "has ended"),
        ("construction.yml", "value_from: 500000000", "value_from: 1", "contract_brackets.0.rows.2.value_from", "rise"),
        ("facts_jkn.yml", "jkn_arrears_most_months: {value: 24,", 'jkn_arrears_most_months: {value: "24",',
         "groups.0.facts.jkn_arrears_most_months", "months needs int"),
        ("facts_jkn.yml", "jkn_arrears_most_months: {value: 24, unit: months}",
         "jkn_arrears_most_months: {value: 24, unit: moons}", "groups.0.facts.jkn_arrears_most_months.unit", "Input"),
        ("facts_jkn.yml", "jkn_service_fine_days", "jkn_arrears_most_months",
         "groups.1.facts.jkn_arrears_most_months", "another value on the same day"),
        ("bpu.yml", "    source: SAPA; GridStar", "", "rates.JKM.0.source", "required"),
    ],
)  # fmt: skip
def test_a_wrong_file_names_itself_the_line_and_the_key(name: str, old: str, new: str, key: str, message: str) -> None:
    text, line = broken(name, old, new)

    with pytest.raises(RegulationError, match=message) as refusal:
        check_regulations({name: text})
    problem = next(one for one in refusal.value.problems if message in one.message)
    assert (problem.file, problem.key) == (name, key)
    assert problem.line is not None
    assert abs(problem.line - line) <= 6, "the line of the mistake, or of its row where a key is missing"
    if message not in {"required", "has ended"}:
        assert problem.line == line
    assert str(problem).startswith(f"{name}:{problem.line}: {key}: ")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("brackets:\n\t- 1\n", 2, "tab|token"),
        ("a: 1\nb: 2\na: 3\n", 3, "a is written twice"),
        ("brackets: [1,\n", 2, "cannot be read"),
        ("a: &a [*a]\n", 1, "too large|contains itself"),
        ("? [1, 2]\n: 3\n", 1, "plain word"),
        ("a: !!python/object:os.system {}\n", 1, "could not determine"),
        ("a: 2026-13-45\n", 1, "month must be"),
    ],
)
def test_a_text_that_is_no_table_names_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(RegulationError, match=message) as refusal:
        parse_table(text, "bpu.yml", BpuTables)
    assert [(problem.file, problem.line) for problem in refusal.value.problems] == [("bpu.yml", line)]


def test_all_mistakes_are_named_at_once() -> None:
    bpu, _ = broken("bpu.yml", "flat: 6800", "flat: -1")
    pu, _ = broken("pu.yml", "group: 5", "group: 6")

    with pytest.raises(RegulationError) as refusal:
        check_regulations({"bpu.yml": bpu, "pu.yml": pu})
    assert {problem.file for problem in refusal.value.problems} == {"bpu.yml", "pu.yml"}


def test_a_fact_of_two_files_on_one_day_is_refused() -> None:
    text, _ = broken("facts_history.yml", "valid_until: 2020-07-31", "valid_until: 2030-07-31")

    with pytest.raises(RegulationError, match="pu_late_penalty_percent_per_month"):
        check_regulations({"facts_history.yml": text})


def test_what_is_to_be_confirmed_must_be_known() -> None:
    text, _ = broken("facts_bpjstk.yml", "confirm: jkk_periodic", "confirm: nobody_knows")

    with pytest.raises(RegulationError, match=r"facts_bpjstk\.yml: nobody_knows"):
        check_regulations({"facts_bpjstk.yml": text})


def test_every_file_has_its_table() -> None:
    assert {path.name for path in FILES} == set(MODELS)
    check_regulations({})
    with pytest.raises(InvalidChoice, match="regulation file"):
        check_regulations({"../secret.yml": ""})
    with pytest.raises(InvalidChoice):
        install_regulations({"other.yml": ""})


def test_newer_texts_hold_until_they_are_taken_back() -> None:
    def jkm() -> int:
        return bpu_contribution(1_000_000, date(2026, 11, 1), with_jht=False, transport=False).lines[1].amount_before

    text, _ = broken("bpu.yml", "flat: 6800", "flat: 7000")
    with using(edition_with({"bpu.yml": text})):
        assert jkm() == fact("bpu_jkm_amount", date(2026, 11, 1)).value == 7_000
    assert jkm() == 6_800

    install_regulations({"bpu.yml": text})
    try:
        assert jkm() == 7_000
        assert regulation_text("bpu.yml") == text
        with pytest.raises(RegulationError):
            install_regulations({"bpu.yml": "{"})
        assert jkm() == 7_000
    finally:
        install_regulations({})
    assert jkm() == fact("bpu_jkm_amount", date(2026, 11, 1)).value == 6_800
    assert "flat: 6800" in regulation_text("bpu.yml")


def test_a_file_that_is_missing_or_no_yaml_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegulationError, match=r"none\.yml: cannot be read"):
        load_table(tmp_path / "none.yml", BpuTables)
    (tmp_path / "torn.yml").write_text("{", encoding="utf-8")
    with pytest.raises(RegulationError, match=r"torn\.yml:1: cannot be read"):
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
