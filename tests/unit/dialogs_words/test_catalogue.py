"""Every intent of the contract is answered, every button leads somewhere, every question has its words."""

from __future__ import annotations

import re

import pytest

from dialogs.catalogue import INTENTS, catalogue
from dialogs.forms import Question
from dialogs.offers import button, choices, short, table
from dialogs.routing import TITLE_LENGTH
from dialogs.tables import Command
from dialogs.words import TEMPLATES, Words
from knowledge_base.library import Library

CONTRACT = {
    *("register", "contribution_amount", "contribution_due", "contribution_pay", "report_payment"),
    *("reminder_settings", "complaint_file", "complaint_status", "benefit_info", "claim_how", "claim_status"),
    *("balance_check", "membership_status", "card_proof", "data_change", "app_account", "consultation"),
    *("human_agent", "privacy_request", "emergency", "greet", "thanks", "goodbye", "affirm", "deny"),
    *("bot_challenge", "menu", "help", "cancel", "back", "repeat", "out_of_scope"),
}
LONGEST_ID = 64
MOST_CHOICES = 10


def questions() -> list[tuple[str, Question]]:
    return [(dialog.name, question) for dialog in catalogue().dialogs.values() for question in dialog.questions]


def test_every_intent_of_the_contract_has_one_answer() -> None:
    written = re.findall(r"^([a-z_]+):", INTENTS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(written) == sorted(CONTRACT)
    assert set(catalogue().routes) == CONTRACT


def test_commands_are_those_of_the_engine() -> None:
    commands = {route.target for route in catalogue().routes.values() if route.kind == "command"}
    assert commands == {"menu", "help", "cancel", "back", "repeat"}
    assert commands <= set(Command)


def test_what_the_engine_calls_by_name_exists() -> None:
    assert {"person", "article", "rating"} <= set(catalogue().handlers)


@pytest.mark.parametrize("name", table("buttons"))
def test_every_button_leads_somewhere(name: str) -> None:
    choice = button(name)
    kind, _, target = choice.id.partition(":")
    places: dict[str, set[str]] = {
        "i": set(catalogue().routes),
        "h": set(catalogue().handlers),
        "c": {command.value for command in Command},
    }
    assert target.partition(":")[0] in places[kind]
    assert button(name, "bpu").id.split(":")[1] in places["h"] | places["i"] | places["c"]
    assert len(choice.title) <= TITLE_LENGTH


@pytest.mark.parametrize(("dialog", "question"), questions(), ids=lambda part: getattr(part, "name", part))
def test_every_question_has_words_a_short_title_and_choices_that_fit(dialog: str, question: Question) -> None:
    assert (TEMPLATES / "id" / f"{question.words or f'{dialog}/{question.name}'}.jinja").exists()
    assert 0 < len(Words().labels(dialog)[question.name]) <= TITLE_LENGTH
    assert len(question.choices) + question.optional <= MOST_CHOICES
    titles = [choice.title.casefold() for choice in question.choices]
    assert len(set(titles)) == len(titles)
    for choice in question.choices:
        identifier = f"a:{dialog}.{question.name}:{choice.id}"
        assert identifier.isascii()
        assert len(identifier) <= LONGEST_ID
        assert 0 < len(choice.title) <= TITLE_LENGTH


def test_a_numbered_answer_stands_at_its_own_digit() -> None:
    for dialog, question in questions():
        offered = [choice.id for choice in question.choices]
        for place, answer in enumerate(offered, start=1):
            assert not answer.isdecimal() or int(answer) == place, (dialog, question.name)


def test_every_choice_of_the_table_is_asked() -> None:
    asked = {dialog: {question.name for name, question in questions() if name == dialog} for dialog, _ in questions()}
    for dialog, by_question in table("choices").items():
        assert set(by_question) <= asked[dialog]
        assert all(choices(dialog, question) for question in by_question)


def test_default_articles_exist() -> None:
    library = Library.load()
    for intent, by_scheme in table("consultation")["defaults"].items():
        assert catalogue().routes[intent].handler == "consultation"
        assert all(library.get(slug) for slug in by_scheme.values())


def test_every_intent_for_the_articles_has_a_default() -> None:
    asked = {route.intent for route in catalogue().routes.values() if route.handler == "consultation"}
    assert set(table("consultation")["defaults"]) == asked


def test_a_long_title_is_cut_between_words() -> None:
    assert short("Cara klaim JKM dan dokumennya") == "Cara klaim JKM dan…"
    assert short("Iuran BPU per bulan") == "Iuran BPU per bulan"
