"""Sealing: a value opens in its own place under its own key, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.vault import KEY_BYTES, Vault, WrongKey, load_or_make_key

ONE, OTHER = Vault(b"1" * KEY_BYTES), Vault(b"2" * KEY_BYTES)


@given(st.text(), st.text(min_size=1))
def test_what_is_sealed_opens_again_in_its_place(value: str, place: str) -> None:
    assert ONE.open_text(ONE.seal(value, place), place) == value


@given(st.binary())
def test_no_sealed_value_opens_elsewhere_or_under_another_key(value: bytes) -> None:
    sealed = ONE.seal(value, "leads.phone")
    with pytest.raises(WrongKey):
        ONE.open(sealed, "leads.name")
    with pytest.raises(WrongKey):
        OTHER.open(sealed, "leads.phone")


@given(st.binary(), st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_is_noticed(value: bytes, place: int, change: int) -> None:
    sealed = bytearray(ONE.seal(value, "x"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(WrongKey):
        ONE.open(bytes(sealed), "x")


def test_sealing_twice_gives_two_texts_and_one_fingerprint() -> None:
    assert ONE.seal("a", "x") != ONE.seal("a", "x")
    assert ONE.fingerprint("a") == ONE.fingerprint("a")
    assert ONE.fingerprint("a") != OTHER.fingerprint("a")


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "pandu.key"
    assert load_or_make_key(file) == load_or_make_key(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pandu.key"
    file.write_bytes(os.urandom(5))
    with pytest.raises(ValueError, match="not a key"):
        load_or_make_key(file)
