"""Our parts of the pipeline, tried in the Rasa environment: any bytes in, a defined answer out."""

from __future__ import annotations

import json
import os
import random
import subprocess
from typing import Any

import pytest

from bot.model import NLU_DATA, NLU_PYTHON, QUIET, Model
from bot.settings import Settings

PROBE = NLU_DATA / "probe.py"
NIK = "3273" + "0112" + "9001" + "0007"
JKN_CARD = "0001" + "2345" + "6789" + "0"


def probe(texts: list[str], *arguments: str) -> list[dict[str, Any]]:
    command = [str(NLU_PYTHON), str(PROBE), *arguments]
    done = subprocess.run(
        command,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **QUIET},
        cwd=NLU_DATA,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def garbage(seed: int, texts: int) -> list[str]:
    """Texts of random code points: controls, NUL, marks, emoji, right-to-left, lone surrogates, long runs."""
    chance = random.Random(seed)
    alphabets = [
        "a0 .,*-/",
        "\x00\x07\x1b\u200b\u202e\ufeff",
        "\ud800\udfff",
        "😀👍🏽🇮🇩",
        "ابجدहिन्दी中文",
        "[]()(){}|^$\\+*?",
        "٣٤٥²½ⅷ",
    ]
    made = ["".join(chance.choice(chance.choice(alphabets)) for _ in range(chance.randrange(60))) for _ in range(texts)]
    odd = [*made, "", " ", "\n", "\x00", "/", "a" * 5000, "1" * 5000, "pd-" * 500, "rp" * 900, "3*" * 400]
    whole: list[str] = json.loads(json.dumps(odd))
    return whole


SAME_READING = [
    ("brp iuran bpjs kls 3 skrg min", "berapa iuran bpjs kelas 3 sekarang admin"),
    ("udh bayar ko msh nonaktif", "sudah byr kok masih nonaktif"),
    ("haloooo", "halo"),
    ("gajiku 1,5jt", "gajiku 1,5 juta"),
    ("potongan 50rb", "potongan Rp 50.000"),
    ("bayar tgl 10", "bayar tanggal 25"),
    ("tiba2 mati", "tiba mati"),
    ("piye carane", "gimana carane"),
    ("tiket PD-7K3QXM", "tiket pd-2zc5vb"),
    ("kelas tiga", "kls iii"),
]


@pytest.fixture(scope="module")
def answered() -> dict[str, dict[str, Any]]:
    """One process for all texts of this module."""
    texts = [text for pair in SAME_READING for text in pair]
    texts += [
        NIK,
        JKN_CARD,
        f"nik sy {NIK} ya",
        " ".join(NIK[i : i + 4] for i in range(0, 16, 4)),
        "2.500.000 3.000.000",
        "081234567890",
    ]
    return dict(zip(texts, probe(texts), strict=True))


@pytest.mark.parametrize(("typed", "meant"), SAME_READING)
def test_spellings_of_one_thing_have_one_reading(answered: dict[str, dict[str, Any]], typed: str, meant: str) -> None:
    assert answered[typed]["reading"] == answered[meant]["reading"]


def test_identity_numbers_are_starred_in_place(answered: dict[str, dict[str, Any]]) -> None:
    for text in (NIK, JKN_CARD, f"nik sy {NIK} ya", " ".join(NIK[i : i + 4] for i in range(0, 16, 4))):
        masked = answered[text]["mask"]
        assert len(masked) == len(text)
        assert sum(character.isdigit() for character in masked) == 8


def test_amounts_and_phone_numbers_are_not_identity_numbers(answered: dict[str, dict[str, Any]]) -> None:
    for text in ("2.500.000 3.000.000", "081234567890"):
        assert answered[text]["mask"] == text


CLAUSES = {
    "cek saldo jht dong, terus cara nyairinnya gimana": ["cek saldo jht dong", "cara nyairinnya gimana"],
    "kartu saya hilang min. kantor buka jam berapa?": ["kartu saya hilang min", "kantor buka jam berapa"],
    "ga bisa klaim lewat jmo. padahal saldo sudah ada": [],
    "brp iuran kelas tiga": [],
    "halo. brp iuran kelas tiga": [],
}


def test_a_message_is_parted_into_what_can_each_be_a_request() -> None:
    answers = probe(list(CLAUSES))
    assert {text: answer["clauses"] for text, answer in zip(CLAUSES, answers, strict=True)} == CLAUSES


def test_the_second_request_is_named_with_its_text_and_how_sure_it_is() -> None:
    text = "saya mau daftarkan bayi saya ke bpjs. terus bayarnya lewat mana aja?"
    [answer] = probe([text], str(Model(Settings().model_file).file))
    [second] = [found for found in answer["entities"] if found["entity"] == "second_request"]
    assert {answer["intent"]["name"], second["value"]} == {"register", "contribution_pay"}
    assert text[second["start"] : second["end"]].strip() in {
        "saya mau daftarkan bayi saya ke bpjs",
        "bayarnya lewat mana aja",
    }
    assert 0.4 <= second["confidence_entity"] <= 1


def test_components_answer_any_text() -> None:
    texts = garbage(seed=1, texts=400)
    for text, answer in zip(texts, probe(texts), strict=True):
        assert len(answer["mask"]) == len(text)
        assert isinstance(answer["reading"], str)
        assert isinstance(answer["noise"], str)


def test_the_whole_pipeline_answers_any_text() -> None:
    model = Model(Settings().model_file)
    texts = [*garbage(seed=2, texts=60), f"nik saya {NIK}", "iuran kls 3 brp", "mau cairin jht"]
    for text, answer in zip(texts, probe(texts, str(model.file)), strict=True):
        assert 0 <= answer["intent"]["confidence"] <= 1
        assert NIK not in json.dumps(answer), text
    assert [row["intent"]["name"] for row in probe(texts[-2:], str(model.file))] == ["contribution_amount", "claim_how"]
