"""Learning from what was not understood: clusters, examples to label, and a candidate that must not be worse.

The last two train, each about a minute: there is no other proof that a model is learnt, released and refused.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.commands.misunderstood import as_examples
from bot.commands.session import run_with_database
from bot.intake import find_or_open_conversation
from bot.model import Model
from bot.settings import PROJECT, Settings
from storage.database import Database
from storage.lessons import settle
from storage.models import Message, Role, Settlement
from storage.staff import add_staff
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


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Pandu's code beside training data of its own, which a test may change."""
    for name in ("bot", "dialogs", "knowledge_base", "nlu_data", "scheduler", "social_security", "storage"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".venv-nlu").symlink_to(PROJECT / ".venv-nlu")
    return tmp_path


#: Wordings nobody would understand who was not told, and a relative of theirs that nobody wrote.
NEW = tuple(
    f"celengan jingga {word}" for word in ("saya", "gimana", "kok sepi", "udah nambah", "sampai mana", "ku min")
)
SARI = {"name": "Sari", "email": "sari@example.org", "password": "kata sandi panjang"}
RELATED = "celengan jingga kakak"


def reading(home: Path, code: Path) -> str:
    return str(json.loads(pandu(home, "parse", typed=f"{RELATED}\n", code_in=code))["intent"])


async def label(database: Database) -> None:
    """Participants write them, nothing is understood, and an administrator says what they are about."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        staff = await add_staff(session, Role.ADMINISTRATOR, now=now, **SARI)
        conversation_id = await find_or_open_conversation(session, "web", "visitor-1", None)
        asked = [
            Message(
                **{"conversation_id": conversation_id, "channel": "web", "direction": "in", "author": "participant"},
                **{"external_id": f"m-{number}", "text": text, "created_at": now, "answered_at": now},
                **{"decision": "not_understood", "understanding": {"intent": "out_of_scope"}},
            )
            for number, text in enumerate(NEW)
        ]
        session.add_all(asked)
        await session.flush()
        ids = [message.id for message in asked]
        assert await settle(session, ids, Settlement.LABELLED, staff.id, now, intent="balance_check") == len(NEW)


def test_what_was_labelled_is_exported_trained_released_and_rolled_back(home: Path, code: Path) -> None:
    model = home / "models" / "nlu.tar.gz"
    before = model.read_bytes()
    assert "no earlier model" in pandu(home, "train", "--roll-back", code=1)
    assert reading(home, code) != "balance_check"
    pandu(home, "migrate")
    run_with_database(Settings(home=home), label)
    learnt = code / "nlu_data" / "data" / "nlu" / "learnt.yml"
    assert "6 messages were labelled" in pandu(home, "misunderstood", "--labelled", "--examples", str(learnt))
    assert examples(learnt.read_text()) == [("balance_check", [f"- {text}" for text in reversed(NEW)])]
    assert "is released" in pandu(home, "train", "--candidate", code_in=code)
    assert not model.with_name("candidate.tar.gz").exists()
    assert reading(home, code) == "balance_check"
    assert "earlier model is back" in pandu(home, "train", "--roll-back", code_in=code)
    assert model.read_bytes() == before
    assert Model(model).is_whole()


def test_a_worse_model_is_refused_and_its_data_are_not_trained_at_the_next_start(home: Path, code: Path) -> None:
    model = home / "models" / "nlu.tar.gz"
    before = model.read_bytes()
    data = code / "nlu_data" / "data" / "nlu"
    for name, wrong in (("contribution_due", "contribution_amount"), ("contribution_amount", "contribution_due")):
        file = data / f"{name}.yml"
        file.write_text(file.read_text().replace(f"intent: {name}", f"intent: {wrong}"))
    refused = pandu(home, "train", "--candidate", code_in=code, code=1)
    assert "refused: macro F1" in refused
    assert "the one in use stays" in refused
    assert model.read_bytes() == before
    assert not model.with_name("candidate.tar.gz").exists()
    pandu(home, "train", "--if-changed", code_in=code)
    assert model.read_bytes() == before
