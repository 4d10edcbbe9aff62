"""No table has two rules for one day, nor a day without one between its first and its last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_security.bpu import bpu_tables
from social_security.construction import construction_tables
from social_security.due_dates import due_tables
from social_security.errors import NoRule
from social_security.firms import firm_tables
from social_security.jht_cases import jht_tables
from social_security.jkn import jkn_tables
from social_security.jkp_tables import jkp_tables
from social_security.pmi import pmi_tables
from social_security.pu import pu_tables
from social_security.segments import segment_tables
from social_security.tables import Rule, find_rule, pick_rule

JP_HOLE = (date(2016, 2, 29), date(2019, 3, 1))


def series() -> Iterator[tuple[str, Sequence[Rule]]]:
    bpu, pu, jkn, due = bpu_tables(), pu_tables(), jkn_tables(), due_tables()
    yield "bpu brackets", bpu.brackets
    yield from ((f"bpu {programme}", rates) for programme, rates in bpu.rates.items())
    yield from ((f"jkk group {group}", tuple(rows)) for group, rows in groupby(pu.jkk_risk_groups, lambda r: r.group))
    yield from ((f"pu {programme}", rates) for programme, rates in pu.rates.items())
    yield "jp ceilings", pu.jp_ceilings
    yield from ((f"class {row}", tuple(rows)) for row, rows in groupby(jkn.pbpu_classes, lambda r: r.care_class))
    yield "ppu rates", jkn.ppu_rates
    yield "ppu ceilings", jkn.ppu_ceilings
    yield from ((f"due {segment}", rules) for segment, rules in due.due_dates.items())
    yield from ((f"stop {segment}", rules) for segment, rules in due.cover_stops.items())
    yield from ((f"jht {row.case}", (row,)) for row in jht_tables().cases)
    yield "jkp cash", jkp_tables().cash
    yield "extra family", jkn.ppu_extra_family
    yield "construction brackets", construction_tables().contract_brackets
    yield from ((f"pmi {row.path}", (row,)) for row in pmi_tables().packages)
    yield "firm scales", firm_tables().scales
    yield "firm programmes", firm_tables().programmes
    yield from ((f"segment {segment}", rules) for segment, rules in segment_tables().segments.items())


SERIES = dict(series())


@pytest.mark.parametrize("name", SERIES)
def test_rules_of_a_series_follow_each_other_day_by_day(name: str) -> None:
    rules = SERIES[name]
    assert rules
    for earlier, later in pairwise(rules):
        assert earlier.valid_until is not None
        days = (later.valid_from - earlier.valid_until).days
        assert days == 1 or (earlier.valid_until, later.valid_from) == JP_HOLE


@given(st.sampled_from(sorted(SERIES)), st.dates(min_value=date(2010, 1, 1), max_value=date(2060, 1, 1)))
def test_a_day_has_at_most_one_rule(name: str, day: date) -> None:
    valid = [rule for rule in SERIES[name] if rule.is_valid(day)]

    assert len(valid) <= 1
    assert find_rule(SERIES[name], day) == (valid[0] if valid else None)


@pytest.mark.parametrize("name", SERIES)
def test_the_day_before_the_first_rule_has_none(name: str) -> None:
    first = SERIES[name][0].valid_from

    assert pick_rule(SERIES[name], first, name) is SERIES[name][0]
    with pytest.raises(NoRule, match=name):
        pick_rule(SERIES[name], date.fromordinal(first.toordinal() - 1), name)
