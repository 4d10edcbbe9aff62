"""People find the article, in the words they use."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from statistics import median

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from social_security.programmes import Scheme
from tests.unit.knowledge_base.library_world import our_library

TODAY = date(2026, 11, 20)
QUESTIONS = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in Path(__file__).parent.glob("questions*.yml")]


def asked(kind: str) -> list[tuple[frozenset[str], str]]:
    """Questions of all files with the articles that answer them."""
    return [
        (frozenset(slugs.split()), text)
        for file in QUESTIONS
        for slugs, texts in file.get(kind, {}).items()
        for text in texts
    ]


ANSWERED = asked("answered")
MISTYPED = asked("mistyped")
FOREIGN = [text for file in QUESTIONS for text in file.get("foreign", ())]


def found(question: str) -> list[str]:
    return [hit.article.slug for hit in our_library().search(question, TODAY)]


def best_score(question: str) -> float:
    return max((hit.score for hit in our_library().search(question, TODAY)), default=0)


def test_the_questions_are_not_copied_from_articles() -> None:
    written = {text.casefold() for article in our_library().articles.values() for text in article.questions}

    assert len(ANSWERED) >= 800
    assert not written & {question.casefold() for _, question in ANSWERED + MISTYPED}


def test_every_article_is_asked_for() -> None:
    assert set().union(*(slugs for slugs, _ in ANSWERED)) == set(our_library().articles)


def found_rates(questions: list[tuple[frozenset[str], str]]) -> tuple[float, float]:
    """How often a right article is first, and how often it is among the first three."""
    ranks = [(right, found(question)) for right, question in questions]
    first = sum(bool(right & set(slugs[:1])) for right, slugs in ranks)
    in_three = sum(bool(right & set(slugs[:3])) for right, slugs in ranks)
    return first / len(ranks), in_three / len(ranks)


def test_the_right_article_is_found() -> None:
    first, in_three = found_rates(ANSWERED)

    assert first >= 0.91
    assert in_three >= 0.975


def test_typing_mistakes_are_forgiven() -> None:
    assert [question for right, question in MISTYPED if found(question)[0] not in right] == []


def with_slips(question: str) -> str:
    """Every other long word loses its middle letter."""
    return " ".join(
        word[: len(word) // 2] + word[len(word) // 2 + 1 :] if len(word) > 5 and number % 2 else word
        for number, word in enumerate(question.split())
    )


def test_slips_in_every_question_cost_little() -> None:
    first, in_three = found_rates([(right, with_slips(question)) for right, question in ANSWERED])

    assert first >= 0.85
    assert in_three >= 0.93


def test_an_articles_own_questions_lead_to_it() -> None:
    ranks = [
        (article.slug, question, found(question)[:3])
        for article in our_library().articles.values()
        for question in article.questions
    ]
    first = sum(slugs[:1] == [slug] for slug, _, slugs in ranks) / len(ranks)

    assert [(slug, question) for slug, question, slugs in ranks if slug not in slugs] == []
    assert first >= 0.99


def test_what_is_not_ours_scores_low() -> None:
    foreign = [max((hit.score for hit in our_library().search(text, TODAY)), default=0) for text in FOREIGN]
    ours = [our_library().search(question, TODAY)[0].score for _, question in ANSWERED]

    assert max(foreign) < 0.45
    assert median(foreign) < 0.25
    assert median(ours) > 0.6


@pytest.mark.parametrize("text", ["", "   ", "🙏🙏", "???", "yang dan di", "\x00", "ya kak"])
def test_nothing_asked_is_nothing_found(text: str) -> None:
    assert our_library().search(text, TODAY) == []


def test_a_very_long_message_is_read_as_any_other() -> None:
    assert found("kartu bpjs ketenagakerjaan hilang " * 300)[0] == "tk-card-lost"


@pytest.mark.parametrize("scheme", list(Scheme))
def test_a_scheme_leaves_the_other_out(scheme: Scheme) -> None:
    hits = our_library().search("kartu hilang", TODAY, scheme)

    assert hits
    assert {hit.article.scheme for hit in hits} <= {scheme, None}


def test_both_schemes_fit_when_nobody_says_which() -> None:
    assert {hit.article.scheme for hit in our_library().search("kartu hilang", TODAY, limit=3)} >= set(Scheme)


def test_slang_and_plain_words_find_the_same() -> None:
    assert found("cairin jht gmn")[0] == found("bagaimana mencairkan jht")[0]
    assert found("nunggak bpjs kes")[0] == found("menunggak BPJS Kesehatan")[0]


def test_no_more_than_asked_for() -> None:
    assert len(our_library().search("iuran", TODAY, limit=2)) == 2


@given(st.text(max_size=200))
def test_any_text_gives_scores_between_0_and_1_best_first(text: str) -> None:
    scores = [hit.score for hit in our_library().search(text, TODAY)]

    assert all(0 < score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)
