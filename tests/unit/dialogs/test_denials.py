"""Denials: what is one, and what is meant instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.denials import undenied
from dialogs.turns import Decision
from tests.unit.dialogs.engine_world import Talk


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Bukan itu, maksud saya cara klaim JHT", "cara klaim JHT"),
        ("bukan itu kak maksud sy iuran Rp 2.000.000", "iuran Rp 2.000.000"),
        ("eh maaf, bukan begitu. kapan jatuh tempo?", "kapan jatuh tempo?"),
        ("maksud saya yang kelas 3", "yang kelas 3"),
        ("ga nyambung jawabannya", ""),
        ("Bukan itu!!", ""),
        ("bukan itu yang saya tanyakan", ""),
        ("salah paham min", ""),
    ],
)
def test_what_was_meant_follows_the_denial(text: str, meant: str) -> None:
    assert undenied(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "bukan itu ditanggung perusahaan ya?",
        "maksudnya apa",
        "saya bukan peserta BPU",
        "bukan",
        "kartu itu bukan punya saya",
        "maksud saya",
        "bukan iturannya",
    ],
)
def test_other_sentences_deny_nothing(text: str) -> None:
    assert undenied(text) is None


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    found = undenied(text)
    assert found is None or found in text


def test_the_rest_is_read_and_the_outcome_says_so() -> None:
    talk = Talk()
    talk.say("kapan jatuh tempo", "contribution_due")
    outcome = talk.say("bukan itu, maksud saya iuran 2 juta", "contribution_amount")
    assert (outcome.denies, outcome.intent) == (True, "contribution_amount")
    assert not talk.say("halo", "greet").denies


def test_a_form_opened_by_mistake_is_closed_and_one_with_answers_is_not() -> None:
    talk = Talk()
    talk.say("gabung", "register")
    outcome = talk.say("bukan itu, kapan jatuh tempo?", "contribution_due")
    assert outcome.denies
    assert outcome.state.form is None
    talk.say("gabung", "register")
    talk.say("usaha sendiri")
    assert not talk.say("bukan itu, kapan jatuh tempo?", "contribution_due").denies
    assert talk.state.form is not None


def test_in_a_form_what_was_meant_answers_its_question() -> None:
    talk = Talk()
    talk.say("gabung", "register")
    outcome = talk.say("maksud saya usaha sendiri")
    assert not outcome.denies


def test_twice_denied_brings_a_person() -> None:
    talk = Talk()
    talk.say("kapan jatuh tempo", "contribution_due")
    assert talk.say("bukan itu").decision is Decision.MENU
    assert talk.say("bukan itu").decision is Decision.PERSON
