"""A new rate follows the row that held, in the text of its file: nothing else changes, and each day has its rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from social_security.editions import edition_with, using
from social_security.facts import fact
from social_security.following_rows import FRAME, Kind, NewRow, NoSuchRow, NotOfKind, followed, values_in
from social_security.jkn import JknTables
from social_security.regulation_files import MODELS, check_regulations, regulation_text
from social_security.tables import Confidence, parse_table, pick_rule

BEGINS = date(2027, 2, 1)
BEFORE = BEGINS - timedelta(days=1)


def new(begins: date = BEGINS, **values: str) -> NewRow:
    """A row with other values; "__" stands for the dot in their names."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    return NewRow(begins, None, 'Perpres "baru" 1/2027: Ps.1', "JDIH # 7", Confidence.L, None, named)


def rows(name: str) -> Iterator[str]:
    """The names of all dated rows of a file."""

    def below(path: str, node: object) -> Iterator[str]:
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        if isinstance(node, dict) and FRAME - {"confirm"} <= node.keys():
            yield path
        for key, child in children:
            yield from below(f"{path}.{key}".lstrip("."), child)

    yield from below("", yaml.safe_load(regulation_text(name)))


def open_rows(name: str) -> Iterator[str]:
    """The names of a file's rows that nothing follows yet."""
    text = regulation_text(name)
    return (row for row in rows(name) if re.search(r"'valid_until': '(None|2026-12-31|2027-0[23])", _row(text, row)))


def _row(text: str, name: str) -> str:
    node = yaml.safe_load(text)
    for part in name.split("."):
        node = node[int(part) if part.isdigit() else part]
    return str({key: str(value) for key, value in node.items()})


@pytest.mark.parametrize(("name", "row"), [(name, row) for name in MODELS for row in open_rows(name)])
def test_every_row_can_be_followed_and_its_file_still_holds(name: str, row: str) -> None:
    text = regulation_text(name)
    after = followed(text, row, new(date(2090, 1, 1)))
    check_regulations({name: after})
    assert len(list(_dated(after))) == len(list(_dated(text))) + 1
    assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == [
        line for line in after.splitlines() if line.lstrip().startswith("#")
    ]


def _dated(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if "valid_from:" in line)


def test_a_rate_ends_the_day_before_and_the_new_one_has_its_own_source() -> None:
    text = regulation_text("jkn.yml")
    after = followed(text, "pbpu_classes.2", new(amount="Rp50.000"))
    classes = parse_table(after, "jkn.yml", JknTables).pbpu_classes
    third = [one for one in classes if one.care_class == 3]
    old, its_follower = pick_rule(third, BEFORE, "old"), pick_rule(third, BEGINS, "new")
    assert (old.amount, old.valid_until) == (42_000, BEFORE)
    assert (its_follower.amount, its_follower.government) == (50_000, old.government)
    assert its_follower.article == 'Perpres "baru" 1/2027: Ps.1'
    assert its_follower.source == "JDIH # 7"
    assert [one for one in classes if one.care_class != 3] == [
        one for one in parse_table(text, "jkn.yml", JknTables).pbpu_classes if one.care_class != 3
    ]


def test_of_a_group_of_facts_only_those_that_change_follow() -> None:
    text = regulation_text("facts_jkn.yml")
    row = next(one for one in rows("facts_jkn.yml") if "facts.jkn_service_fine_max.value" in _names(text, one))
    after = followed(text, row, new(facts__jkn_service_fine_max__value="35.000.000"))
    check_regulations({"facts_jkn.yml": after})
    with using(edition_with({"facts_jkn.yml": after})):
        assert [fact("jkn_service_fine_max", on).value for on in (BEFORE, BEGINS)] == [30_000_000, 35_000_000]
        assert fact("jkn_service_fine_max", BEGINS).source == "JDIH # 7"
        untouched = fact("jkn_service_fine_most_months", BEGINS)
        assert untouched.valid_until is None
        assert untouched.source != "JDIH # 7"


def _names(text: str, row: str) -> list[str]:
    return [one.name for one in values_in(text, row)]


def test_a_row_that_has_ended_keeps_its_end() -> None:
    text = regulation_text("bpu.yml")
    ended = next(one for one in rows("bpu.yml") if one.startswith("reliefs") and "2021-01-31" in _row(text, one))
    assert "2021-01-31" in _row(followed(text, ended, new()), ended)


def test_what_is_not_certain_brings_what_to_confirm() -> None:
    unsure = NewRow(BEGINS, date(2027, 12, 31), "Perpres", "kabar", Confidence.V1_WEAK, "jkn_fine_package", {})
    after = followed(regulation_text("jkn.yml"), "ppu_ceilings.0", unsure)
    check_regulations({"jkn.yml": after})
    assert "confirm: jkn_fine_package" in after


@pytest.mark.parametrize("name", ["pbpu_classes", "pbpu_classes.9", "pbpu_classes.2.amount", "", "lain"])
def test_what_is_no_row_is_said(name: str) -> None:
    with pytest.raises(NoSuchRow):
        followed(regulation_text("jkn.yml"), name, new())


def test_a_row_that_stands_for_several_is_left_to_the_text() -> None:
    text = regulation_text("due_dates.yml")
    shared = text.replace("  PPU:\n    - day: 10", "  PPU:\n    - *one\n  PPU2:\n    - day: 10", 1)
    shared = shared.replace("  PBPU:\n    - day", "  PBPU:\n    - &one\n      day", 1)
    with pytest.raises(NoSuchRow):
        followed(shared, "due_dates.PBPU.0", new())


@pytest.mark.parametrize("typed", ["lima puluh ribu", "50,5", "5e4", "1.23", "--"])
def test_a_value_of_another_kind_is_said_with_its_name(typed: str) -> None:
    with pytest.raises(NotOfKind) as refused:
        followed(regulation_text("jkn.yml"), "pbpu_classes.2", new(amount=typed))
    assert (refused.value.name, refused.value.kind) == ("amount", Kind.WHOLE)


@pytest.mark.parametrize(("typed", "value"), [("0,25", "0.25"), ("0.25%", "0.25"), (" 3 ", "3")])
def test_a_percentage_stays_exact(typed: str, value: str) -> None:
    after = followed(regulation_text("jkn.yml"), "ppu_rates.0", new(worker_percent=typed))
    rates = parse_table(after, "jkn.yml", JknTables).ppu_rates
    assert pick_rule(rates, BEGINS, "rate").worker_percent == Decimal(value)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_the_row_says_it_or_it_is_refused(article: str, source: str, amount: str) -> None:
    text = regulation_text("jkn.yml")
    row = NewRow(BEGINS, None, article, source, Confidence.L, None, {"amount": amount})
    try:
        after = followed(text, "pbpu_classes.2", row)
    except NotOfKind:
        return
    added = yaml.safe_load(after)["pbpu_classes"][3]
    assert (added["article"], added["source"]) == (article, source)
    assert added["amount"] is None or isinstance(added["amount"], int)
