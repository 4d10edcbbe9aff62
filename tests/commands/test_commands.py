"""The command line as an operator types it: each command a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.listening import any_free_port
from bot.settings import PROJECT

#: The commands start a Postgres and a Rasa of their own: one after another.
pytestmark = pytest.mark.xdist_group("commands")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pandu")
    shutil.copytree(PROJECT / "var" / "models", folder / "models")
    return folder


def pandu(home: Path, *words: str, typed: str = "", code: int = 0, code_in: Path = PROJECT) -> str:
    """What a command prints, which must end with that code; the code of Pandu may stand elsewhere."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *words],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        cwd=code_in,
        env={**os.environ, "PANDU_HOME": str(home), "PYTHONPATH": str(code_in)},
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 and done.stdout else done.stdout + done.stderr


def test_migrate_makes_the_database(home: Path) -> None:
    assert "up to date" in pandu(home, "migrate")
    assert "up to date" in pandu(home, "migrate")


def test_staff_are_invited_by_link(home: Path) -> None:
    pandu(home, "migrate")
    assert "/desk/undangan/" in pandu(home, "staff", "invite", "administrator")
    assert pandu(home, "staff", "list") == ""
    assert "Nobody has the address" in pandu(home, "staff", "disable", "a@example.org", code=1)


def test_nudges_are_counted_without_planning(home: Path) -> None:
    pandu(home, "migrate")
    assert "0 nudges would be planned for 2026-12-08" in pandu(
        home, "nudges", "plan", "--on", "2026-12-08", "--dry-run"
    )
    assert pandu(home, "nudges", "status") == ""


def test_ask_answers_with_sources_and_score(home: Path) -> None:
    asked = pandu(
        home, "ask", "--json", typed="cara cairin jht kalau sudah resign\niuran bpjs kesehatan kelas 3 berapa\n"
    )
    answers = [json.loads(line) for line in asked.splitlines()]
    assert len(answers) == 2
    assert all(answer["answer"] and answer["sources"] and answer["score"] > 0.3 for answer in answers)
    assert "Rp35.000" in answers[1]["answer"]
    assert "Dasar" in pandu(home, "ask", "cara cairin jht kalau sudah resign")


def test_ask_answers_for_the_month_asked_about(home: Path) -> None:
    [line] = pandu(home, "ask", "--json", typed="usia pensiun jp tahun 2028 berapa\n").splitlines()
    found = json.loads(line)

    assert found["on"] == "2028-01-01"
    assert found["article"] == "jp-age-schedule"
    assert "60 tahun" in found["answer"]
    assert found["scheme"] == "BPJSTK"
    assert {"title", "more", "score", "sources", "others"} <= set(found)


BAD_LINES = {
    "empty": b"",
    "spaces": b"   ",
    "not JSON": b'{"zzz": "qqq',
    "JSON without a question": b'{"zzz": "qqq"}',
    "JSON nested too deeply": b'{"zzz": ' * 50_000,
    "not UTF-8": b"\xff\xfe",
    "a zero byte": b"\x00",
}


def test_ask_takes_every_line_as_it_comes(home: Path) -> None:
    good = [b"kartu bpjs ketenagakerjaan hilang\r", b'{"question": "kartu bpjs ketenagakerjaan hilang", "topic": "x"}']
    long = b"kartu bpjs ketenagakerjaan hilang " * 30_000
    lines = [*good, *BAD_LINES.values(), long, good[0]]

    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "ask", "--json"],
        input=b"\n".join(lines) + b"\n",
        capture_output=True,
        check=False,
        env={**os.environ, "PANDU_HOME": str(home), "LC_ALL": "C"},
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]

    assert (done.returncode, len(found)) == (0, len(lines)), done.stderr
    assert [found[place]["article"] for place in (0, 1, -2, -1)] == ["tk-card-lost"] * 4
    assert found[0]["question"] == found[1]["question"] == "kartu bpjs ketenagakerjaan hilang"
    assert len(found[-2]["question"]) < len(long)
    assert [one["answer"] for one in found[len(good) : -2]] == [None] * len(BAD_LINES)


def test_ask_says_when_nothing_answers(home: Path) -> None:
    [line] = pandu(home, "ask", "--json", typed="zzzz qqqq\n").splitlines()
    assert json.loads(line)["answer"] is None


def test_parse_prints_one_json_a_line(home: Path) -> None:
    texts = ["brp iuran bpjs kls 3 skrg min", "", "🙏", "/mood_great", "mau ngomong sama orang"]
    lines = [json.loads(line) for line in pandu(home, "parse", typed="\n".join(texts) + "\n").splitlines()]
    assert [line["intent"] for line in lines][:3] == ["contribution_amount", None, None]
    assert lines[4]["intent"] == "human_agent"
    assert {line["decision"] for line in lines} <= {"answer", "offer", "ask"}
    assert all(0 <= line["confidence"] <= 1 for line in lines)
    assert len(lines[0]["ranking"]) > 1


def test_chat_is_the_same_assistant_at_a_prompt(home: Path) -> None:
    said = pandu(home, "chat", typed="halo\nbrp iuran bpjs kesehatan kelas 3\n2 orang\n")
    assert "Pandu" in said
    assert "Rp70.000" in said
    assert "1 · " in said


def test_doctor_says_what_is_wrong_and_the_mend(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANDU_PORT", str(any_free_port()))
    assert "ok    bundled Postgres" in pandu(home, "doctor")
    report = pandu(tmp_path, "doctor", code=1)
    assert "WRONG language model" in report
    assert "pandu train" in report
    key = tmp_path / "keys" / "pandu.key"
    key.parent.mkdir()
    key.write_bytes(b"short")
    assert "not a key" in pandu(tmp_path, "doctor", code=2)


def test_a_database_that_does_not_answer_is_said(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "migrate"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PANDU_HOME": str(home), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"},
    )
    assert done.returncode == 1
    assert "does not answer" in done.stderr
