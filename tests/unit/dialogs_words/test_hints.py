"""What a message already tells, and where the answers of registration lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from dialogs.contact import contact_choice
from dialogs.hints import drives, entity_read, mentions, scheme_named, scheme_of, tells_story
from dialogs.messages import Entity, Inbound, Understanding
from dialogs.ports import Case
from dialogs.readers import amount
from dialogs.registration import segments_of
from dialogs.reminders import wants_off
from dialogs.state import DialogState
from dialogs.turns import Turn
from dialogs.words import Words
from knowledge_base.library import Library
from social_security.programmes import Scheme, Segment


class NobodysCase:
    """A case on which nothing may be called."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"unexpected call of Case.{name}")


def turn(text: str = "") -> Turn:
    """A turn in which this was typed."""
    now = datetime(2026, 11, 20, 19, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
    case, library = cast(Case, NobodysCase()), Library({})
    return Turn(Inbound(text=text), None, False, DialogState(), now, case, library, Words())  # noqa: FBT003


def read(**entities: str) -> Understanding:
    return Understanding("register", 0.9, (), tuple(Entity(name, value) for name, value in entities.items()))


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("bpjs kesehatan saya mati", Scheme.JKN),
        ("KIS ilang", Scheme.JKN),
        ("kiss me", None),
        ("jamsostek", Scheme.BPJSTK),
        ("mau cairin JHT", Scheme.BPJSTK),
        ("bpjs kesehatan atau bpjs ketenagakerjaan", None),
        ("bpjs", None),
    ],
)
def test_the_scheme_of_a_text(text: str, scheme: Scheme | None) -> None:
    assert scheme_named(text, None) is scheme


@pytest.mark.parametrize(
    ("entities", "scheme"),
    [
        ({"segment": "pbpu"}, Scheme.JKN),
        ({"segment": "bpu", "programme": "jkn"}, Scheme.BPJSTK),
        ({"programme": "jkp"}, Scheme.BPJSTK),
        ({"institution": "bpjs_kesehatan"}, Scheme.JKN),
        ({"segment": "nonsense"}, None),
    ],
)
def test_entities_name_the_scheme(entities: dict[str, str], scheme: Scheme | None) -> None:
    assert scheme_of(replace(turn("halo"), understanding=read(**entities))) is scheme


def test_words_are_matched_whole() -> None:
    assert mentions("saya OJOL, min", "transport")
    assert not mentions("grabah", "transport")
    assert drives(replace(turn("iuran berapa"), understanding=read(occupation="sopir truk")))


def test_an_amount_is_read_like_an_answer() -> None:
    assert entity_read(replace(turn(), understanding=read(money="2,5 juta")), "money", amount()) == 2_500_000
    assert entity_read(replace(turn(), understanding=read(money="banyak")), "money", amount()) is None
    assert entity_read(turn(), "money", amount()) is None


def test_a_story_is_more_than_a_wish() -> None:
    assert not tells_story("mau komplain dong")
    assert tells_story("saya ditolak rumah sakit tadi malam katanya penuh")


@pytest.mark.parametrize(
    ("answers", "segments"),
    [
        ({"scheme": "bpjstk", "work": "own"}, [Segment.BPU]),
        ({"scheme": "bpjstk", "work": "paid"}, [Segment.PU]),
        ({"scheme": "bpjstk", "work": "project"}, [Segment.KONSTRUKSI]),
        ({"scheme": "bpjstk", "work": "abroad"}, [Segment.PMI]),
        ({"scheme": "bpjstk", "work": "none"}, []),
        ({"scheme": "jkn", "payer": "self"}, [Segment.PBPU]),
        ({"scheme": "jkn", "payer": "state"}, [Segment.PBI]),
        ({"scheme": "both", "work": "paid"}, [Segment.PU, Segment.PPU]),
        ({"scheme": "both", "work": "none", "payer": "self"}, [Segment.PBPU]),
        ({"scheme": "both", "work": "own", "payer": "state"}, [Segment.BPU, Segment.PBI]),
    ],
)
def test_answers_lead_to_segments(answers: dict[str, str], segments: list[Segment]) -> None:
    assert segments_of(answers) == segments


@pytest.mark.parametrize(
    ("occupation", "choice"),
    [
        ("ojol", "h:contact:BPU:ojol"),
        (None, "h:contact:BPU"),
        ("péternak", "h:contact:BPU"),
        ("x" * 99, "h:contact:BPU"),
    ],
)
def test_a_button_carries_a_short_occupation(occupation: str | None, choice: str) -> None:
    assert contact_choice(Segment.BPU, occupation) == choice


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("stop", True),
        ("berhenti dong", True),
        ("jangan ingatkan saya lagi soal iuran", True),
        ("matikan pengingat iuran bpjs kesehatan saya ya", True),
        ("saya tidak mau telat bayar, tolong ingatkan", False),
        ("ingatkan sebelum jaminan saya berhenti", False),
        ("atur pengingat", False),
    ],
)
def test_reminders_stop_only_when_that_is_meant(text: str, off: bool) -> None:  # noqa: FBT001
    assert wants_off(text) is off


def test_the_day_of_words_is_the_participants_own() -> None:
    assert turn().today == date(2026, 11, 20)
