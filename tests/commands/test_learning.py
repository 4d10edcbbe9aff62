"""Learning from what was not understood: clusters, examples to label, and a candidate that must not be worse."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.commands.misunderstood import as_examples
from bot.settings import PROJECT
from storage.unanswered import Unclear, clustered
from tests.commands.test_commands import pandu

pytestmark = pytest.mark.xdist_group("commands")

UNCLEAR = [
    Unclear(hour, 1, text, guess, datetime(2026, 11, 20, hour, tzinfo=UTC))
    for hour, (text, guess) in enumerate(
        [
            ("kartu saya kok begini ya", "card_proof"),
            ("Kartu saya kok begini yaa", "card_proof"),
            ("mau [itu] dong", "register"),
            ("kartu  saya kok begini", "membership_status"),
        ]
    )
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pandu")
    shutil.copytree(PROJECT / "var" / "models", folder / "models", ignore=shutil.ignore_patterns("previous*"))
    return folder


def test_alike_messages_stand_together_commonest_first() -> None:
    clusters = clustered(UNCLEAR)
    assert [len(cluster.messages) for cluster in clusters] == [3, 1]
    assert clusters[0].guess == "card_proof"
    assert clusters[0].newest == UNCLEAR[3].at


def test_clusters_become_examples_that_can_be_trained() -> None:
    assert examples(as_examples((), clustered(UNCLEAR))) == [
        ("card_proof", ["- kartu saya kok begini ya", "- Kartu saya kok begini yaa", "- kartu saya kok begini"]),
        ("register", ["- mau (itu) dong"]),
    ]


def test_what_was_labelled_comes_first_and_once() -> None:
    labelled = [replace(UNCLEAR[0], guess="data_change")]
    assert examples(as_examples(labelled, clustered(UNCLEAR))) == [
        ("data_change", ["- kartu saya kok begini ya"]),
        ("card_proof", ["- Kartu saya kok begini yaa", "- kartu saya kok begini"]),
        ("register", ["- mau (itu) dong"]),
    ]
    assert examples(as_examples(labelled, ())) == [("data_change", ["- kartu saya kok begini ya"])]


def examples(file: str) -> list[tuple[str, list[str]]]:
    return [(block["intent"], block["examples"].splitlines()) for block in yaml.safe_load(file)["nlu"]]


def test_a_fresh_pandu_has_misunderstood_nothing(home: Path) -> None:
    pandu(home, "migrate")
    assert pandu(home, "misunderstood").startswith("0 messages")


def test_a_candidate_is_released_and_rolled_back(home: Path) -> None:
    model = home / "models" / "nlu.tar.gz"
    before = model.read_bytes()
    assert "no earlier model" in pandu(home, "train", "--roll-back", code=1)
    assert "is released" in pandu(home, "train", "--candidate")
    assert not model.with_name("candidate.tar.gz").exists()
    assert "earlier model is back" in pandu(home, "train", "--roll-back")
    assert model.read_bytes() == before
