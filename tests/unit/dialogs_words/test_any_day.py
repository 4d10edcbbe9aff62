"""The handlers on any day and for any amount: what the rules compute is said, in one message."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.catalogue import catalogue
from dialogs.forms import Opens
from dialogs.messages import Entity, Inbound, Reply, Understanding
from dialogs.ports import Case, MembershipFacts
from dialogs.state import DialogState
from dialogs.turns import Turn
from dialogs.words import Words
from knowledge_base.library import Library
from social_security.bpu import bpu_contribution
from social_security.due_dates import next_due_on
from social_security.jkn import jkn_pbpu_contribution, jkn_ppu_contribution
from social_security.money import rupiah
from social_security.months import month_of
from social_security.programmes import Segment

WORDS, LIBRARY, JAKARTA = Words(), Library({}), ZoneInfo("Asia/Jakarta")
MOST_CHARACTERS, MOST_CHOICES = 1_024, 10
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))
INCOMES = st.integers(0, 100_000_000)
YES_NO = st.sampled_from(["yes", "no"])


class NewcomersCase:
    """The case of somebody of whom nothing is known; nothing may be recorded."""

    async def memberships(self) -> Sequence[MembershipFacts]:
        return ()

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"unexpected call of Case.{name}")


def on(day: date, **entities: str) -> Turn:
    """A turn at noon of that day."""
    understood = Understanding("", 0.9, (), tuple(Entity(name, value) for name, value in entities.items()))
    now = datetime.combine(day, time(12), tzinfo=JAKARTA)
    case = cast(Case, NewcomersCase())
    return Turn(Inbound(), understood, False, DialogState(), now, case, LIBRARY, WORDS)  # noqa: FBT003


def said(answer: Coroutine[Any, Any, Reply | Opens]) -> str:
    """The words of a reply that fits one message."""
    reply = asyncio.run(answer)
    assert isinstance(reply, Reply)
    assert 0 < len(reply.text) <= MOST_CHARACTERS
    assert len(reply.choices) <= MOST_CHOICES
    return reply.text


def complete(dialog: str, day: date, **answers: Any) -> str:
    """What a finished dialog says."""
    return said(cast(Any, catalogue().dialogs[dialog].complete(on(day), answers)))


@given(DAYS, INCOMES, YES_NO, YES_NO)
def test_the_dues_of_the_self_employed_are_those_of_the_rules(day: date, income: int, jht: str, transport: str) -> None:
    computed = bpu_contribution(income, month_of(day), with_jht=jht == "yes", transport=transport == "yes")
    text = complete("contributions", day, segment="bpu", income=income, jht=jht, transport=transport)
    assert f"Jumlah: {rupiah(computed.total)} per bulan" in text
    assert ("keringanan" in text) == bool(computed.relief)
    assert ("JHT" in text) == (jht == "yes")
    assert "PP 44/2015" in text


@given(DAYS, st.integers(1_000, 200_000_000), st.sampled_from(["1", "2", "3", "4", "5", "unknown"]))
def test_the_dues_of_an_employee_are_said_on_any_day(day: date, wage: int, risk: str) -> None:
    text = complete("contributions", day, segment="pu", wage=wage, risk=risk)
    assert rupiah(wage) in text
    assert ("tergantung risiko kerja" in text) == (risk == "unknown")


@given(DAYS, st.sampled_from(["1", "2", "3"]), st.integers(1, 20))
def test_the_dues_of_a_family_are_those_of_the_rules(day: date, care_class: str, people: int) -> None:
    computed = jkn_pbpu_contribution(int(care_class), people, month_of(day))
    text = complete("contributions", day, segment="pbpu", care_class=care_class, people=people)
    assert f"Jumlah: {rupiah(computed.total)}" in text


@given(DAYS, INCOMES)
def test_the_health_dues_of_an_employee_are_those_of_the_rules(day: date, wage: int) -> None:
    computed = jkn_ppu_contribution(wage, month_of(day))
    text = complete("contributions", day, segment="ppu", wage=wage)
    assert f"Dipotong dari gaji: {rupiah(computed.worker)}" in text


@given(DAYS, st.sampled_from([Segment.BPU, Segment.PU, Segment.PBPU, Segment.PPU]))
def test_the_next_due_date_is_said_on_any_day(day: date, segment: Segment) -> None:
    coming = next_due_on(segment, day).date
    text = said(cast(Any, catalogue().handlers["due"](on(day, segment=segment.lower()))))
    assert f"{coming.day} " in text
    assert f" {coming.year}" in text


@pytest.mark.parametrize("scheme", ["bpjstk", "jkn", "both"])
@pytest.mark.parametrize("work", ["paid", "own", "project", "abroad", "none"])
@pytest.mark.parametrize("payer", ["self", "employer", "state", "unknown"])
@pytest.mark.parametrize("newborn", [True, False])
@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2027, 2, 1), date(2028, 6, 15)])
def test_registration_ends_in_one_message(scheme: str, work: str, payer: str, newborn: bool, day: date) -> None:  # noqa: FBT001
    text = complete("register", day, scheme=scheme, work=work, payer=payer, newborn=newborn)
    assert "jangan kirim nomor KTP" in text or "belum bekerja" in text


@pytest.mark.parametrize("segment", list(Segment))
@pytest.mark.parametrize("handler", ["due", "payment"])
def test_every_segment_is_answered(handler: str, segment: Segment) -> None:
    assert said(cast(Any, catalogue().handlers[handler](on(date(2026, 11, 20), segment=segment.lower()))))


@pytest.mark.parametrize("handler", ["due", "payment"])
def test_an_unknown_segment_is_asked_for(handler: str) -> None:
    assert asyncio.run(cast(Any, catalogue().handlers[handler](on(date(2026, 11, 20))))) == Opens(handler)


@pytest.mark.parametrize("segment", [Segment.KONSTRUKSI, Segment.PMI, Segment.PBI])
def test_a_segment_without_a_calculator_is_told_where_to_look(segment: Segment) -> None:
    assert complete("contributions", date(2026, 11, 20), segment=segment.lower())
