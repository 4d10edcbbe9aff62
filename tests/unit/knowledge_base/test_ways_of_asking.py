"""Ways of asking taken out of an article: it stays an article."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.article import parse_article
from knowledge_base.library import ARTICLES
from knowledge_base.ways_of_asking import without_questions

FILES = sorted(ARTICLES.rglob("*.md"))[::20]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_left_is_the_same_article_without_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    article = parse_article(text, path.stem)
    first, *others = article.questions
    left = parse_article(without_questions(text, {first}), path.stem)
    assert left.questions[: len(others)] == tuple(others)
    assert left.model_copy(update={"questions": ()}) == article.model_copy(update={"questions": ()})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_article_whose_every_wording_goes_still_has_six(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    article = parse_article(text, path.stem)
    left = parse_article(without_questions(text, set(article.questions)), path.stem)
    assert len({question.casefold() for question in left.questions}) == 6
    assert not set(left.questions) & (set(article.questions) - {article.title})


def test_other_texts_stay_as_they_are() -> None:
    text = FILES[0].read_text(encoding="utf-8")
    assert without_questions(text, {"tidak ada di sini"}) == text
    assert without_questions("bukan artikel", {"bukan artikel"}) == "bukan artikel"
