"""The training data keep the contract: checked without Rasa, on the files alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2] / "nlu_data"
CONTRACT = [
    "register",
    "contribution_amount",
    "contribution_due",
    "contribution_pay",
    "report_payment",
    "reminder_settings",
    "complaint_file",
    "complaint_status",
    "benefit_info",
    "claim_how",
    "claim_status",
    "balance_check",
    "membership_status",
    "card_proof",
    "data_change",
    "app_account",
    "consultation",
    "human_agent",
    "privacy_request",
    "emergency",
    "greet",
    "thanks",
    "goodbye",
    "affirm",
    "deny",
    "bot_challenge",
    "menu",
    "help",
    "cancel",
    "back",
    "repeat",
    "out_of_scope",
]
ANNOTATION = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
VALUES = {
    "programme": {"jkk", "jkm", "jht", "jp", "jkp", "jkn"},
    "institution": {"bpjs_ketenagakerjaan", "bpjs_kesehatan"},
    "segment": {"pu", "bpu", "konstruksi", "pmi", "pbpu", "ppu", "pbi"},
    "class": {"1", "2", "3"},
    "life_event": {"phk", "resign", "lahir", "meninggal", "kecelakaan", "pindah", "menikah"},
}


def items(block: dict[str, Any]) -> list[str]:
    """The lines of an `examples` text, without their dashes."""
    lines: list[str] = block["examples"].splitlines()
    assert all(line.startswith("- ") and line[2:].strip() for line in lines), lines
    return [line[2:] for line in lines]


def blocks(kind: str) -> dict[str, list[str]]:
    """All blocks of a kind (intent, lookup, synonym, regex) by name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "data").rglob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert content["version"] == "3.1"
        for block in content["nlu"]:
            if kind in block:
                found[str(block[kind])] += items(block)
    return dict(found)


INTENTS = blocks("intent")
LOOKUPS = blocks("lookup")
REGEXES = blocks("regex")
CANONICAL = {form.lower(): value for value, forms in blocks("synonym").items() for form in forms}
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


def plain(example: str) -> str:
    return " ".join(ANNOTATION.sub(r"\1", example).lower().split())


def test_intents_are_those_of_the_contract() -> None:
    assert set(INTENTS) == set(CONTRACT) == set(DOMAIN["intents"])


@pytest.mark.parametrize("intent", CONTRACT)
def test_each_intent_has_enough_different_examples(intent: str) -> None:
    texts = [plain(example) for example in INTENTS[intent]]
    assert len(set(texts)) == len(texts), "an example is repeated"
    assert len(texts) >= (100 if intent == "out_of_scope" else 30)


def test_no_example_stands_in_two_intents() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for intent, examples in INTENTS.items():
        for example in examples:
            owners[re.sub(r"\W+", " ", plain(example)).strip() or example].add(intent)
    assert {text: names for text, names in owners.items() if len(names) > 1} == {}


def test_annotations_parse_and_name_declared_entities() -> None:
    for examples in INTENTS.values():
        for example in examples:
            assert not set(ANNOTATION.sub("", example)) & set("[]{}"), example
            assert {entity for _, entity in ANNOTATION.findall(example)} <= set(DOMAIN["entities"]), example


def test_every_declared_entity_can_be_found() -> None:
    annotated = {entity for e in INTENTS.values() for x in e for _, entity in ANNOTATION.findall(x)}
    assert annotated | {"second_request"} == set(DOMAIN["entities"])
    assert annotated == set(LOOKUPS) | set(REGEXES)


def test_annotated_words_are_words_the_extractor_knows() -> None:
    for examples in INTENTS.values():
        for example in examples:
            for words, entity in ANNOTATION.findall(example):
                known = words.lower() in LOOKUPS.get(entity, []) or any(
                    re.fullmatch(pattern, words, re.IGNORECASE) for pattern in REGEXES.get(entity, [])
                )
                assert known, f"{words!r} is not a known {entity}"


@pytest.mark.parametrize("entity", VALUES)
def test_every_word_leads_to_a_value_of_the_contract(entity: str) -> None:
    assert {CANONICAL.get(form, form) for form in LOOKUPS[entity]} == VALUES[entity]


@pytest.mark.parametrize("entity", sorted(LOOKUPS))
def test_longer_forms_come_first_so_that_they_win(entity: str) -> None:
    lengths = [len(form) for form in LOOKUPS[entity]]
    assert lengths == sorted(lengths, reverse=True)
    assert LOOKUPS[entity] == [form.lower() for form in LOOKUPS[entity]]


@pytest.mark.parametrize(
    ("entity", "text", "found"),
    [
        ("ticket_number", "tiket pd-7k3qxm gimana", ["pd-7k3qxm"]),
        ("ticket_number", "PD-7K3QXMZ", []),
        ("money", "gaji 2,5jt bayar Rp 16.800 atau 50rb", ["2,5jt", "Rp 16.800", "50rb"]),
        ("money", "upah 5.400.000 sebulan", ["5.400.000"]),
        ("money", "penghasilan sejuta", ["sejuta"]),
        ("money", "telepon " + "08" + "12" * 5, []),
        ("money", "kelas 3 tanggal 10", []),
        ("date", "bayar tgl 10 bln dpn", ["tgl 10", "bln dpn"]),
        ("date", "lahir 5 november 2026", ["5 november 2026"]),
        ("date", "iuran bulan Oktober", ["bulan Oktober"]),
        ("date", "10/11/2026", ["10/11/2026"]),
        ("date", "besok mei datang", ["besok"]),
        ("date", "bayar tanggal sepuluh november aja", ["tanggal sepuluh november"]),
        ("date", "lahir dua puluh lima mei", ["dua puluh lima mei"]),
        ("date", "gajian akhir bulan depan", ["akhir bulan depan"]),
    ],
)
def test_patterns_find_what_people_type(entity: str, text: str, found: list[str]) -> None:
    spans = {m.span() for pattern in REGEXES[entity] for m in re.finditer(pattern, text, re.IGNORECASE)}
    widest = [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]
    assert [text[slice(*span)] for span in sorted(widest)] == found


def test_no_identity_numbers_in_the_data() -> None:
    for path in ROOT.rglob("*"):
        if path.suffix in {".yml", ".py", ".md"} and ".rasa" not in path.parts:
            assert not re.search(r"\d(?:[ .-]?\d){10,}", path.read_text(encoding="utf-8")), path


def test_the_hash_changes_with_the_data_and_with_nothing_else(tmp_path: Path) -> None:
    def run() -> str:
        script = [sys.executable, "-I", str(tmp_path / "nlu_data" / "data_hash.py")]
        return subprocess.run(script, check=True, capture_output=True, text=True).stdout.strip()

    shutil.copytree(ROOT, tmp_path / "nlu_data")
    first = run()
    assert len(bytes.fromhex(first)) == 32
    (tmp_path / "nlu_data" / "README.md").write_text("other words", encoding="utf-8")
    assert run() == first
    with (tmp_path / "nlu_data" / "data" / "nlu" / "greet.yml").open("a", encoding="utf-8") as file:
        file.write("      - halo pandu yang baik\n")
    assert run() != first
