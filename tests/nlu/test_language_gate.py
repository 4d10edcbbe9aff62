"""The gate of the language: the model understands texts nobody trained on as well as the committed figures say."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess

import pytest

from bot.model import NLU_DATA, NLU_PYTHON, QUIET, Model
from bot.settings import Settings
from tests.nlu.test_training_data import CONTRACT, INTENTS, plain

TEXTS = [
    json.loads(line) for line in (NLU_DATA / "evaluation" / "texts.jsonl").read_text(encoding="utf-8").splitlines()
]
TWO_REQUESTS = [
    json.loads(line)
    for line in (NLU_DATA / "evaluation" / "two_requests.jsonl").read_text(encoding="utf-8").splitlines()
]
#: Texts of fewer runs of four letters are greetings and single words.
SHORT = 16
NEAR = 0.75
#: As `nlu_data/gate.py` has it.
SIGNIFICANT = 0.05


def bare(text: str) -> str:
    return re.sub(r"\W+", " ", plain(text)).strip() or text


def test_the_texts_are_enough_and_labelled_by_the_contract() -> None:
    assert len({bare(row["text"]) for row in TEXTS}) == len(TEXTS) >= 400
    assert {row["intent"] for row in TEXTS} == set(CONTRACT)
    assert {row["alt"] for row in TEXTS if row.get("ambiguous")} <= set(CONTRACT)


def test_no_text_is_trained_on() -> None:
    trained = {bare(example) for examples in INTENTS.values() for example in examples}
    assert [row["text"] for row in TEXTS if bare(row["text"]) in trained] == []


def test_no_text_is_nearly_one_that_is_trained_on() -> None:
    trained = [grams(example) for examples in INTENTS.values() for example in examples]
    near = [row["text"] for row in [*TEXTS, *TWO_REQUESTS] if any(alike(grams(row["text"]), one) for one in trained)]
    assert near == []


def test_texts_with_two_requests_are_labelled_by_the_contract() -> None:
    assert len(TWO_REQUESTS) >= 30
    assert all(len(set(row["intents"]) & set(CONTRACT)) == 2 for row in TWO_REQUESTS)


def grams(text: str) -> frozenset[str]:
    """The runs of four letters of a text."""
    spaced = f" {bare(text)} "
    return frozenset(spaced[place : place + 4] for place in range(len(spaced) - 3))


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Three quarters of the runs shared; of short texts everything would be."""
    smaller, larger = sorted((len(one), len(other)))
    if smaller < SHORT or smaller < NEAR * larger:
        return False
    shared = len(one & other)
    return shared >= NEAR * (smaller + larger - shared)


@pytest.mark.parametrize(
    ("lost", "gained", "is_worse"),
    [
        (0, 0, False),
        (1, 0, False),
        (4, 0, False),
        (5, 0, True),
        (5, 1, False),
        (7, 1, True),
        (9, 9, False),
        (0, 9, False),
    ],
)
def test_a_candidate_is_worse_when_it_loses_more_texts_than_chance_takes(
    lost: int, gained: int, *, is_worse: bool
) -> None:
    scoring = runpy.run_path(str(NLU_DATA / "scoring.py"))
    chance = scoring["chance_of"](lost, lost + gained)
    assert 0 < chance <= 1
    assert (chance < SIGNIFICANT) == is_worse


def test_the_model_is_not_worse_than_the_committed_figures() -> None:
    model = Model(Settings().model_file)
    assert model.is_current(), "the model is older than its data: run `pandu train`"
    command = [str(NLU_PYTHON), str(NLU_DATA / "gate.py"), "--model", str(model.file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **QUIET})
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
